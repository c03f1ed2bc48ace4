// checks/kinds/check_file.cc - the check file.
#include <algorithm>
#include <utility>

#include "checks/judge/judge.h"
#include "checks/os/measure.h"
#include "checks/run/option_rows.h"
#include "common/os/os.h"
#include "common/process/blocking_worker.h"

namespace picket {
namespace {

constexpr size_t kFilesMax = 20'000;     // looked at; beyond it the check says so instead of an answer
constexpr size_t kPieceMax = 1u << 20;   // of a file that is searched, in memory at once
constexpr size_t kLineMax = 256u << 10;  // a longer line is searched in pieces of this size
constexpr int kDirDepthMax = 32;

const OptionRow kRows[] = {
    {"warning", nullptr, 'w', kText, "", "RANGE", "Age of the file in seconds (time since its last modification).", kJudged},
    {"critical", nullptr, 'c', kText, "", "RANGE", "Likewise.", kJudged},
    {"size-warning", nullptr, 'W', kText, "", "RANGE", "Size of the file in bytes.", kJudged},
    {"size-critical", nullptr, 'C', kText, "", "RANGE", "Likewise.", kJudged},
    {"count-warning", nullptr, 0, kText, "", "RANGE", "Number of files found.", kJudged},
    {"count-critical", nullptr, 0, kText, "", "RANGE", "Likewise.", kJudged},
    {"contains", nullptr, 0, kText, "", "REGEX", "Critical if no line matches.", kJudged},
    {"lacks", nullptr, 0, kText, "", "REGEX", "Critical if a line matches.", kJudged},
    {"missing", nullptr, 'm', kText, "critical", "STATE", "State if the file does not exist.", kJudged},
    {"path", nullptr, 'p', kList, "", "PATH,...", "Files, or directories with --name; also as arguments.", kWhich},
    {"name", nullptr, 'n', kText, "", "GLOB", "Check the files with this name in the directories.", kWhich},
    {"recursive", nullptr, 'R', kBoolean, "false", "", "Include subdirectories.", kWhich},
};

Result<FileRules> rules_from(const Options& o) {
  FileRules r;
  if (Status s = limits_into(o, {{"", &r.age}, {"size", &r.size}, {"count", &r.count}}); !s.ok()) return s;
  if (Status s = state_into(o, "missing", &r.missing); !s.ok()) return s;
  if (Status s = pattern_into(o, "contains", &r.contains_pattern); !s.ok()) return s;
  if (Status s = pattern_into(o, "lacks", &r.lacks_pattern); !s.ok()) return s;
  r.counts = r.count.warning || r.count.critical;
  r.contains = o.text("contains"), r.lacks = o.text("lacks");
  return r;
}

struct Search {
  const FileRules& rules;
  std::string glob;
  bool recursive = false;
  std::vector<FileLook> found;

  Status look(const std::string& path) {
    if (found.size() >= kFilesMax)
      return fail(Err::too_large, "more than " + std::to_string(kFilesMax) + " files: limit them with --name or --path");
    work_note(path);
    Result<FileFacts> facts = os_file_facts(path);
    FileLook look{facts.value, facts.status};
    look.facts.path = path;
    if (look.error.ok()) search_content(look);
    found.push_back(std::move(look));
    return {};
  }
  void search_content(FileLook& look) {
    if (rules.contains.empty() && rules.lacks.empty()) return;
    if (!look.facts.is_file)
      return void(look.error = fail(Err::invalid, look.facts.path + " is not a regular file and cannot be searched"));
    std::string rest;
    for (int64_t offset = 0; work_wanted();) {
      Result<std::string> piece = os_read_range(look.facts.path, offset, kPieceMax);
      if (!piece.ok()) return void(look.error = piece.status);
      offset += int64_t(piece.value.size());
      rest += piece.value;
      search_lines(look, &rest, piece.value.empty());
      if (piece.value.empty()) return;
    }
  }
  // Takes the whole lines; what is after the last of them too, when nothing more comes or nobody would read it as one.
  void search_lines(FileLook& look, std::string* text, bool last) {
    std::string_view left = *text;
    for (size_t end; (end = left.find('\n')) != left.npos; left.remove_prefix(end + 1)) search_line(look, left.substr(0, end));
    if (!left.empty() && (last || left.size() >= kLineMax)) search_line(look, std::exchange(left, {}));
    text->erase(0, text->size() - left.size());
  }
  void search_line(FileLook& look, std::string_view line) {
    if (!rules.contains.empty() && !look.contains) look.contains = pattern_matches(rules.contains_pattern, line);
    if (!rules.lacks.empty() && !look.lacks) look.lacks = pattern_matches(rules.lacks_pattern, line);
  }
  Status folder(const std::string& path, int depth) {
    work_note(path);
    Result<std::vector<std::string>> names = os_list_dir(path);
    if (!names.ok()) return names.status;
    for (const std::string& name : names.value) {
      if (name == "." || name == "..") continue;
      std::string inside = path + (path.back() == '/' ? "" : "/") + name;
      Result<FileFacts> facts = os_file_facts(inside);
      if (!facts.ok()) continue;  // gone in the meantime, or a link to nowhere
      if (facts.value.is_dir && recursive && depth < kDirDepthMax)
        if (Status s = folder(inside, depth + 1); s.code == Err::too_large) return s;  // one that is closed to us is ignored
      if (facts.value.is_file && glob_matches(glob, name))
        if (Status s = look(inside); !s.ok()) return s;
    }
    return {};
  }
};

Result<Report> measure_file(const Options& options) {
  Result<FileRules> rules = rules_from(options);
  if (!rules.ok()) return rules.status;
  std::vector<std::string> paths = options.list("path");
  paths.insert(paths.end(), options.args.begin(), options.args.end());
  if (paths.empty()) return fail(Err::invalid, "path missing: expected e.g. picket check file --path FILE");
  Search search{rules.value, options.text("name"), options.boolean("recursive"), {}};
  bool in_folders = !search.glob.empty() || search.recursive;
  if (search.glob.empty()) search.glob = "*";
  for (const std::string& path : paths)
    if (Status s = in_folders ? search.folder(path, 0) : search.look(path); !s.ok()) return s;
  // A search that finds nothing: a number when numbers are judged, else files that are missing.
  if (in_folders && search.found.empty() && !rules.value.counts)
    search.found.push_back({{}, fail(Err::not_found, "no file named " + search.glob + " in " + paths[0])});
  return judge_file(search.found, rules.value);
}

}  // namespace

extern const CheckRow kCheckFile = {
    "file", "Check files: existence, age, size, number, content.", "",
    "picket check file /var/backups/db.gz -c 90000 -C 1048576:  # younger than 25 h, at least 1 MiB\n"
    "picket check file -p /var/spool/out -n '*.msg' --count-warning 100 --count-critical 500  # a queue\n"
    "picket check file /etc/ssh/sshd_config --contains '^PermitRootLogin no'\n"
    "picket check file /run/maintenance -m ok -w @0:3600  # warning for an hour after its creation, ok if it does not exist",
    kRows, count_of(kRows), measure_file, nullptr, CheckState::unknown};

}  // namespace picket
