// checks/check_log.cc - the check log: what is new in a file since the last time, across rotation.
//
// The state file remembers which file it was (device, number, a fingerprint of its first bytes) and how far it was read. Another file
// under the name: the old one is looked for beside it and read to its end first. A shorter file, or another beginning: it was cut, and is
// read from its start. A line that is not whole yet waits for the next time.
#include <algorithm>

#include "checks/judge_system.h"
#include "checks/os_measure.h"
#include "checks/rows.h"
#include "checks/worker.h"
#include "common/crypto.h"
#include "common/json.h"
#include "common/os.h"

namespace picket {
namespace {

constexpr size_t kReadMax = 64u << 20;  // in one run; the rest is for the next, and the report says so
constexpr size_t kPieceMax = 1u << 20;
constexpr size_t kLineMax = 256u << 10;  // a longer line is passed over in pieces of this size
constexpr size_t kHeadMax = 256;         // bytes the fingerprint is of

const OptionRow kRows[] = {
    {"warning", nullptr, 'w', kText, "", "RANGE", "Number of new lines that match.", kJudged},
    {"critical", nullptr, 'c', kText, "0", "RANGE", "Likewise.", kJudged},
    {"match", nullptr, 'm', kText, "", "REGEX", "Which lines count.", kJudged},
    {"ignore", nullptr, 'i', kText, "", "REGEX", "Which of them do not.", kJudged},
    {"missing", nullptr, 0, kText, "critical", "STATE", "What it means that there is no such file.", kJudged},
    {"path", nullptr, 'p', kText, "", "FILE", "The log; a word without a dash is one too.", kWhich},
    {"from-start", nullptr, 0, kBoolean, "false", "", "The first time, read what is there already.", kHow},
    {"state-file", nullptr, 's', kText, "", "FILE", "Where to remember; a file in picket's state directory when empty. Two checks of one log need one each.", kHow},
};

struct Place {
  FileId id;
  int64_t offset = 0;
  std::string head;  // hash of the first bytes
  size_t head_size = 0;
};

struct Reading {
  LogRules rules;
  LogScan scan;
  size_t left = kReadMax;
};

// ---- the state file ----

Result<Place> place_load(const std::string& path) {
  Result<std::string> text = os_read_file(path, 64 * 1024);
  if (!text.ok()) return text.status;
  Place p;
  auto number = [&](const char* key, int64_t* value) {
    Result<int64_t> n = json_int64(json_at(text.value, {key}));
    *value = n.value;
    return n.ok() && n.value >= 0;
  };
  int64_t device = 0, file = 0, head_size = 0;
  Result<std::string> head = json_string(json_at(text.value, {"head"}));
  bool good =
      number("device", &device) && number("file", &file) && number("offset", &p.offset) && number("head_size", &head_size) && head.ok();
  if (!good || head_size > int64_t(kHeadMax))
    return fail(Err::invalid, "the state file " + path + " cannot be read; remove it, and the log is looked at from its end");
  p.id.device = uint64_t(device), p.id.number = uint64_t(file), p.head = head.value, p.head_size = size_t(head_size);
  return p;
}

Status place_save(const std::string& path, const Place& p) {
  JsonObject o;
  o.add("device", int64_t(p.id.device))
      .add("file", int64_t(p.id.number))
      .add("offset", p.offset)
      .add("head", p.head)
      .add("head_size", int64_t(p.head_size));
  size_t slash = path.find_last_of("/\\");
  if (slash != std::string::npos && slash > 0)
    if (Status s = os_make_dirs(path.substr(0, slash), 0700); !s.ok()) return s;
  return os_write_file(path, o.done() + "\n", 0600);
}

std::string head_of(const std::string& path, size_t size) {
  Result<std::string> text = os_read_range(path, 0, size);
  return text.ok() && text.value.size() == size ? hex_encode(sha256(text.value)).substr(0, 32) : "";
}

bool is_continued(const std::string& path, const FileId& now, const Place& p) {
  return now.size >= p.offset && (p.head_size == 0 || head_of(path, p.head_size) == p.head);
}

// ---- reading ----

Status read_from(const std::string& path, int64_t* offset, Reading* r) {
  while (r->left > 0) {
    work_note(path);
    Result<std::string> piece = os_read_range(path, *offset, std::min(kPieceMax, r->left));
    if (!piece.ok()) return piece.status;
    size_t used = log_scan(piece.value, r->rules, &r->scan);
    if (used == 0 && piece.value.size() >= kLineMax) used = piece.value.size();  // no end in sight: not a line anyone reads
    if (used == 0) return {};
    *offset += int64_t(used);
    r->left -= std::min(r->left, used);
  }
  return {};
}

// The file we were reading, under its new name: beside the old one, with the same beginning of its name.
std::string find_rotated(const std::string& path, const Place& p) {
  size_t slash = path.find_last_of("/\\");
  std::string dir = slash == std::string::npos ? "."
      : slash == 0                             ? "/"
                                               : path.substr(0, slash),
              name = path.substr(slash == std::string::npos ? 0 : slash + 1);
  std::string stem = name.substr(0, name.rfind('.') == 0 ? name.npos : name.rfind('.'));
  for (const std::string& other : os_list_dir(dir).value) {
    if (other == name || other.compare(0, stem.size(), stem) != 0) continue;
    Result<FileId> id = os_file_id(dir + "/" + other);
    if (id.ok() && id.value.device == p.id.device && id.value.number == p.id.number && is_continued(dir + "/" + other, id.value, p))
      return dir + "/" + other;
  }
  return "";
}

Status read_news(const std::string& path, const FileId& now, Place* p, Reading* r, std::string* note) {
  bool same = now.device == p->id.device && now.number == p->id.number;
  if (!same) {
    std::string old = find_rotated(path, *p);
    *note = old.empty() ? "rotated, and the old file is gone" : "rotated";
    if (!old.empty())
      if (Status s = read_from(old, &p->offset, r); !s.ok()) return s;
    if (r->left == 0) return {};  // more of the old one next time
  } else if (!is_continued(path, now, *p)) *note = "cut and begun anew";
  if (!note->empty()) p->offset = 0;
  p->id = now;
  if (Status s = read_from(path, &p->offset, r); !s.ok()) return s;
  p->head_size = size_t(std::min<int64_t>(p->offset, int64_t(kHeadMax)));
  p->head = p->head_size ? head_of(path, p->head_size) : "";
  return {};
}

std::string default_state_file(const Options& o, const std::string& path) {
  std::string key = path + '\0' + o.text("match") + '\0' + o.text("ignore");
  return os_default_dir("state") + "/checks/log-" + hex_encode(sha256(key)).substr(0, 24);
}

Result<Report> measure_log(const Options& o) {
  Reading reading;
  CheckState missing = CheckState::critical;
  if (Status s = limits_into(o, {{"", &reading.rules.count}}); !s.ok()) return s;
  if (Status s = state_into(o, "missing", &missing); !s.ok()) return s;
  if (Status s = pattern_into(o, "match", &reading.rules.match); !s.ok()) return s;
  if (Status s = pattern_into(o, "ignore", &reading.rules.ignore); !s.ok()) return s;
  reading.rules.ignores = !o.text("ignore").empty();
  const std::string path = o.args.size() == 1 && o.text("path").empty() ? o.args[0] : o.text("path");
  if (path.empty() || o.text("match").empty())
    return fail(Err::invalid, "which log, and which lines? Write picket check log FILE --match REGEX");
  const std::string state_file = o.text("state-file").empty() ? default_state_file(o, path) : o.text("state-file");

  work_note(path);
  Result<FileId> now = os_file_id(path);
  if (now.ok() && !now.value.regular) return fail(Err::invalid, path + " is no regular file: only such are read as logs");
  if (now.status.code == Err::not_found) {
    Report report = report_unknown(now.status.message);
    report.state = missing;
    return report;
  }
  if (!now.ok()) return now.status;
  work_note(state_file);
  Result<Place> place = place_load(state_file);
  if (!place.ok() && place.status.code != Err::not_found) return place.status;
  std::string note;
  if (!place.ok()) {
    place = Place{now.value, o.boolean("from-start") ? 0 : now.value.size, "", 0};
    if (!o.boolean("from-start")) note = "looked at for the first time";
    place.value.head_size = size_t(std::min<int64_t>(place.value.offset, int64_t(kHeadMax)));
    place.value.head = head_of(path, place.value.head_size);
  }
  std::string changed;
  if (Status s = read_news(path, now.value, &place.value, &reading, &changed); !s.ok()) return s;
  if (!work_wanted()) return fail(Err::timeout, "too late");  // these lines are for a run that has the time to tell of them
  work_note(state_file);
  if (Status s = place_save(state_file, place.value); !s.ok()) return because("remember how far the log was read (--state-file)", s);
  if (reading.left == 0)
    changed += (changed.empty() ? "" : ", ") + std::string("more than ") + bytes_text(kReadMax) + ": the rest next time";
  return judge_log(path, reading.scan, reading.rules, note.empty() ? changed : note);
}

}  // namespace

extern const CheckRow kCheckLog = {
    "log", "New lines of a log since the last time.", "Each line counts once: the next run is about what is written until then. Rotated files are read to their end. The place is kept in\n"
    "a state file, which the user of the agent must be able to write.",
    "picket check log /var/log/app.log -m 'ERROR|FATAL' -i 'known trouble'\n"
    "picket check log /var/log/auth.log -m 'Failed password' -w 5 -c 50 -s /var/lib/picket/auth.state  # figures count",
    kRows, count_of(kRows), measure_log, nullptr, CheckState::unknown};

}  // namespace picket
