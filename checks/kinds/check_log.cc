// checks/kinds/check_log.cc - the check log: what is new in a file since the last time, across rotation.
//
// The state file remembers which file it was (device, number), how far it was read, and a mark: fingerprints of its first bytes and of
// those before that place. Another file under the name, a shorter one, or another mark: it was rotated, or copied and cut. Then the old one
// is looked for beside it, by its number or, copied or compressed, by its mark, and read to its end first; then those that were the log
// since (log_rotation.h); the new one from its start. A line that is not whole yet waits for the next time.
#include <algorithm>

#include "checks/judge/system.h"
#include "checks/facts/log_rotation.h"
#include "checks/run/log_source.h"
#include "checks/os/measure.h"
#include "checks/run/option_rows.h"
#include "common/tls/crypto.h"
#include "common/json/json.h"
#include "common/os/os.h"
#include "common/process/blocking_worker.h"

namespace picket {
namespace {

constexpr size_t kReadMax = 64u << 20;  // in one run; the rest is for the next, and the report says so
constexpr size_t kRotationsMax = 100;   // files between in one run; likewise
constexpr size_t kPieceMax = 1u << 20;
constexpr size_t kLineMax = 256u << 10;  // a longer line is skipped in pieces of this size

const OptionRow kRows[] = {
    {"warning", nullptr, 'w', kText, "", "RANGE", "Number of matching new lines.", kJudged},
    {"critical", nullptr, 'c', kText, "0", "RANGE", "Likewise.", kJudged},
    {"match", nullptr, 'm', kText, "", "REGEX", "Pattern of the lines to count.", kJudged},
    {"ignore", nullptr, 'i', kText, "", "REGEX", "Pattern of the lines to ignore.", kJudged},
    {"missing", nullptr, 0, kText, "critical", "STATE", "State if the file does not exist.", kJudged},
    {"path", nullptr, 'p', kText, "", "FILE", "Log file, also as an argument.", kWhich},
    {"from-start", nullptr, 0, kBoolean, "false", "", "On the first run, read existing lines.", kHow},
    {"state-file", nullptr, 's', kText, "", "FILE", "State file, one per check; empty = a file in picket's state directory.", kHow},
};

struct Place {
  FileId id;
  int64_t offset = 0;
  LogMark mark;
};

struct Reading {
  LogRules rules;
  LogScan scan;
  size_t left = kReadMax;
  bool is_full() const { return left == 0; }
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
  int64_t device = 0, file = 0;
  Result<std::string> head = json_string(json_at(text.value, {"head"})), tail = json_string(json_at(text.value, {"tail"}));
  if (!number("device", &device) || !number("file", &file) || !number("offset", &p.offset) || !head.ok() || !tail.ok())
    return fail(Err::invalid, "the state file " + path + " is damaged; remove it to restart from the end of the log");
  p.id.device = uint64_t(device), p.id.number = uint64_t(file), p.mark = {head.value, tail.value};
  return p;
}

Status place_save(const std::string& path, const Place& p) {
  JsonObject o;
  o.add("device", int64_t(p.id.device))
      .add("file", int64_t(p.id.number))
      .add("offset", p.offset)
      .add("head", p.mark.head)
      .add("tail", p.mark.tail);
  size_t slash = path.find_last_of("/\\");
  if (slash != std::string::npos && slash > 0)
    if (Status s = os_make_dirs(path.substr(0, slash), 0700); !s.ok()) return s;
  return os_write_file(path, o.done() + "\n", 0600);
}

// A file that was not read at all has no mark, and is known by its number alone.
bool is_continued(const std::string& path, const Place& p) { return p.offset == 0 || log_has_mark(log_source(path), p.offset, p.mark); }

// ---- reading ----

Status read_from(const std::string& path, int64_t* offset, Reading* r) {
  work_note(path);
  const LogSource source = log_source(path);
  while (r->left > 0 && work_wanted()) {
    Result<std::string> piece = source(*offset, std::min(kPieceMax, r->left));
    if (!piece.ok()) return piece.status;
    size_t used = log_scan(piece.value, r->rules, &r->scan);
    if (used == 0 && piece.value.size() >= kLineMax) used = piece.value.size();  // no end in sight: not a line anyone reads
    if (used == 0) return {};
    *offset += int64_t(used);
    r->left -= std::min(r->left, used);
  }
  return {};
}

// A log's folder, its name in there, and all names that begin alike.
struct Family {
  std::string dir, name;
  std::vector<std::string> names;
};

Family family_of(const std::string& path) {
  size_t slash = path.find_last_of("/\\");
  Family f;
  f.dir = slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
  f.name = path.substr(slash == std::string::npos ? 0 : slash + 1);
  std::string stem = f.name.substr(0, f.name.rfind('.') == 0 ? f.name.npos : f.name.rfind('.'));
  for (const std::string& other : os_list_dir(f.dir).value)
    if (other != f.name && other.compare(0, stem.size(), stem) == 0) f.names.push_back(other);
  return f;
}

// The file we were reading: renamed, or a copy of it, or compressed. Its name.
std::string find_old(const Family& family, const Place& p) {
  std::string copy;
  for (const std::string& other : family.names) {
    const std::string candidate = family.dir + "/" + other;
    work_note(candidate);
    Result<FileId> id = os_file_id(candidate);
    bool renamed = id.ok() && id.value.device == p.id.device && id.value.number == p.id.number;
    if (!id.ok() || !id.value.regular || (!renamed && p.offset == 0) || !is_continued(candidate, p)) continue;
    if (renamed) return other;
    copy = other;
  }
  return copy;
}

Status mark_into(const std::string& path, Place* p) {
  Result<LogMark> mark = log_mark(log_source(path), p->offset);
  p->mark = mark.value;
  return mark.status.code == Err::not_found ? Status{} : mark.status;  // cut meanwhile: the next run sees that
}

// What was the log between the old one and this, from their beginnings. `p` goes with it: a run that is full ends in one of them.
Status read_between(const Family& family, const std::vector<std::string>& names, Place* p, Reading* r, std::string* note) {
  for (size_t i = 0; i < names.size() && !r->is_full() && work_wanted(); i++) {
    const std::string path = family.dir + "/" + names[i];
    Result<FileId> id = os_file_id(path);
    if (!id.ok() || !id.value.regular || log_is_sealed(names[i])) {
      *note += ", " + names[i] + (id.ok() ? " cannot be decompressed, its lines are lost" : " is missing");
      continue;
    }
    p->id = id.value, p->offset = 0;
    if (Status s = read_from(path, &p->offset, r); !s.ok()) return s;
    if (i + 1 >= kRotationsMax) r->left = 0;
    if (r->is_full()) return mark_into(path, p);
  }
  return {};
}

// The rest of the old file, and what came between.
Status read_rotated(const Family& family, const std::string& old, Place* p, Reading* r, std::string* note) {
  if (Status s = read_from(family.dir + "/" + old, &p->offset, r); !s.ok()) return s;
  if (r->is_full()) return mark_into(family.dir + "/" + old, p);  // more of the old one next time
  std::vector<std::string> between = log_between(family.name, old, family.names);
  if (!between.empty()) *note += " " + std::to_string(between.size() + 1) + " times";
  return read_between(family, between, p, r, note);
}

Status read_news(const std::string& path, const FileId& now, Place* p, Reading* r, std::string* note) {
  bool same = now.device == p->id.device && now.number == p->id.number;
  if (!same || now.size < p->offset || !is_continued(path, *p)) {
    Family family = family_of(path);
    std::string old = find_old(family, *p);
    *note = std::string(same ? "truncated and restarted" : "rotated") + (old.empty() ? ", and the old file is missing" : "");
    if (!old.empty())
      if (Status s = read_rotated(family, old, p, r, note); !s.ok()) return s;
    if (r->is_full()) return {};
    p->offset = 0;
  }
  p->id = now;
  Status s = read_from(path, &p->offset, r);
  return s.ok() ? mark_into(path, p) : s;
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
    return fail(Err::invalid, "file or pattern missing: expected picket check log FILE --match REGEX");
  const std::string state_file = o.text("state-file").empty() ? default_state_file(o, path) : o.text("state-file");

  work_note(path);
  Result<FileId> now = os_file_id(path);
  if (now.ok() && !now.value.regular) return fail(Err::invalid, path + " is not a regular file");
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
    place = Place{now.value, o.boolean("from-start") ? 0 : now.value.size, {}};
    if (!o.boolean("from-start")) note = "first run";
    if (Status s = mark_into(path, &place.value); !s.ok()) return s;
  }
  std::string changed;
  if (Status s = read_news(path, now.value, &place.value, &reading, &changed); !s.ok()) return s;
  if (!work_wanted()) return fail(Err::timeout, "timeout");  // these lines are for a run that has the time to report them
  work_note(state_file);
  if (Status s = place_save(state_file, place.value); !s.ok()) return because("write the state file (--state-file)", s);
  if (reading.is_full())
    changed += (changed.empty() ? "" : ", ") + std::string("more than ") + bytes_text(kReadMax) + " or " + std::to_string(kRotationsMax) +
        " files: the rest follows in the next run";
  return judge_log(path, reading.scan, reading.rules, note.empty() ? changed : note);
}

}  // namespace

extern const CheckRow kCheckLog = {
    "log", "Check a log for matching new lines since the last run.", "Each line counts once: a run checks the lines written since the run before. After a rotation the old file is read to its end, then the\n"
    "files rotated since (app.log.2, app.log-20261120, app-20261120.log; 100 per run, the rest in the next), also if they were\n"
    "copied, or compressed by gzip; files compressed otherwise are reported as lost. The user of the agent must be able to write the state file.",
    "picket check log /var/log/app.log -m 'ERROR|FATAL' -i 'known trouble'\n"
    "picket check log /var/log/auth.log -m 'Failed password' -w 5 -c 50 -s /var/lib/picket/agent/auth.state  # thresholds by count",
    kRows, count_of(kRows), measure_log, nullptr, CheckState::unknown};

}  // namespace picket
