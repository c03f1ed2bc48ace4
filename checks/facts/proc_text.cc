// checks/facts/proc_text.cc - see proc_text.h.
#include "checks/facts/proc_text.h"

#include <algorithm>
#include <charconv>

namespace picket {

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  for (size_t at = 0; (at = line.find_first_not_of(" \t\r\n", at)) != line.npos;) {
    size_t end = std::min(line.find_first_of(" \t\r\n", at), line.size());
    words.push_back(line.substr(at, end - at));
    at = end;
  }
  return words;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  for (size_t end; !text.empty(); text.remove_prefix(std::min(end + 1, text.size()))) {
    end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
  }
  return lines;
}

double number_of(std::string_view text) {
  double value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && std::isfinite(value) ? value : 0;
}

int64_t integer_of(std::string_view text) {
  int64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? value : 0;
}

// Digits or letters, whichever come first; what is neither only separates.
static std::string_view segment_take(std::string_view* text) {
  constexpr std::string_view kDigits = "0123456789", kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  auto is = [](std::string_view set, char c) { return set.find(c) != set.npos; };
  while (!text->empty() && !is(kDigits, text->front()) && !is(kLetters, text->front())) text->remove_prefix(1);
  std::string_view kind = !text->empty() && is(kDigits, text->front()) ? kDigits : kLetters;
  std::string_view segment = text->substr(0, text->find_first_not_of(kind));
  text->remove_prefix(segment.size());
  return segment;
}

bool release_newer(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    std::string_view x = segment_take(&a), y = segment_take(&b);
    auto number = [](std::string_view s) { return !s.empty() && s[0] <= '9'; };
    if (number(x) != number(y)) return number(x);
    if (number(x) && integer_of(x) != integer_of(y)) return integer_of(x) > integer_of(y);
    if (!number(x) && x != y) return x > y;
  }
  return b.empty() && !a.empty();
}

static double number_at(const std::vector<std::string_view>& words, size_t at) { return at < words.size() ? number_of(words[at]) : 0; }

std::vector<CpuTimes> proc_stat_read(std::string_view text, double ticks) {
  std::vector<CpuTimes> all;
  for (std::string_view line : lines_of(text)) {
    if (line.substr(0, 3) != "cpu") continue;
    auto w = words_of(line);  // cpu user nice system idle iowait irq softirq steal; guests are part of user
    auto seconds = [&](size_t at) { return number_at(w, at) / ticks; };
    all.push_back({seconds(1) + seconds(2), seconds(3), seconds(4), seconds(5), seconds(8), seconds(6) + seconds(7)});
  }
  return all;
}

MemoryFacts proc_meminfo_read(std::string_view text) {
  std::map<std::string, double, std::less<>> kb;
  for (std::string_view line : lines_of(text)) {
    auto w = words_of(line);
    if (w.size() >= 2) kb[std::string(w[0].substr(0, w[0].find(':')))] = number_of(w[1]) * 1024;
  }
  MemoryFacts m;
  m.total = kb["MemTotal"];
  m.cached = kb["Cached"] + kb["SReclaimable"];
  // Before Linux 3.14: what is free and what can be freed.
  m.available = kb.count("MemAvailable") ? kb["MemAvailable"] : kb["MemFree"] + kb["Buffers"] + kb["Cached"];
  m.swap_total = kb["SwapTotal"];
  m.swap_free = kb["SwapFree"];
  return m;
}

LoadFacts proc_loadavg_read(std::string_view text) {
  LoadFacts load;
  auto w = words_of(text);
  for (size_t i = 0; i < 3; i++) load.average[i] = number_at(w, i);
  return load;
}

// ---- mounts ----

static std::string octal_unescaped(std::string_view text) {  // \040 is a blank
  std::string out;
  for (size_t i = 0; i < text.size(); i++) {
    auto digit = [&](size_t at) { return at < text.size() && text[at] >= '0' && text[at] <= '7'; };
    if (text[i] == '\\' && digit(i + 1) && digit(i + 2) && digit(i + 3)) {
      out += char((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0'));
      i += 3;
    } else out += text[i];
  }
  return out;
}

static bool has_option(std::string_view options, std::string_view wanted) {
  for (size_t end; !options.empty(); options.remove_prefix(std::min(end + 1, options.size()))) {
    end = std::min(options.find(','), options.size());
    if (options.substr(0, end) == wanted) return true;
  }
  return false;
}

static bool one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

static bool type_is_remote(std::string_view type) {
  return one_of(type, {"nfs",        "nfs4",       "cifs",  "smb3", "smbfs",    "ceph",       "glusterfs", "fuse.glusterfs",
                       "fuse.sshfs", "fuse.s3fs",  "9p",    "afs",  "beegfs",   "lustre",     "ocfs2",     "gfs2",
                       "davfs",      "fuse.davfs", "ncpfs", "coda", "orangefs", "fuse.rclone"});
}

static bool type_is_pseudo(std::string_view type) {
  return one_of(type, {"proc",        "sysfs",       "cgroup",  "cgroup2",    "devpts",  "devtmpfs",  "tmpfs",     "ramfs",
                       "securityfs",  "debugfs",     "tracefs", "configfs",   "fusectl", "hugetlbfs", "mqueue",    "pstore",
                       "bpf",         "binfmt_misc", "autofs",  "rpc_pipefs", "nsfs",    "efivarfs",  "selinuxfs", "fuse.gvfsd-fuse",
                       "fuse.portal", "fuse.lxcfs",  "nfsd",    "resctrl",    "rootfs",  "squashfs",  "iso9660",   "udf"});
}

// 36 35 98:0 /root /mount options optional... - type source super-options
std::vector<MountFacts> proc_mountinfo_read(std::string_view text) {
  std::vector<MountFacts> mounts;
  for (std::string_view line : lines_of(text)) {
    auto w = words_of(line);
    auto dash = std::find(w.begin(), w.end(), "-");
    if (w.size() < 7 || w.end() - dash < 4) continue;
    MountFacts m;
    m.path = octal_unescaped(w[4]);
    m.type = dash[1];
    m.device = octal_unescaped(dash[2]);
    m.remote = type_is_remote(m.type);
    m.pseudo = type_is_pseudo(m.type);
    m.read_only = has_option(w[5], "ro");
    m.turned_read_only = !m.read_only && has_option(dash[3], "ro");
    // What is mounted over hides what was there before.
    mounts.erase(std::remove_if(mounts.begin(), mounts.end(), [&](const MountFacts& x) { return x.path == m.path; }), mounts.end());
    mounts.push_back(std::move(m));
  }
  return mounts;
}

// ---- disks and interfaces ----

std::vector<DiskIoFacts> proc_diskstats_read(std::string_view text) {
  constexpr double kSector = 512;  // whatever the disk's own is
  std::vector<DiskIoFacts> disks;
  for (std::string_view line : lines_of(text)) {
    auto w = words_of(line);
    if (w.size() < 14) continue;
    DiskIoFacts d;
    d.device = w[2];
    d.reads = number_at(w, 3);
    d.read_bytes = number_at(w, 5) * kSector;
    d.writes = number_at(w, 7);
    d.write_bytes = number_at(w, 9) * kSector;
    d.wait_seconds = (number_at(w, 6) + number_at(w, 10)) / 1000;
    d.busy_seconds = number_at(w, 12) / 1000;
    disks.push_back(std::move(d));
  }
  return disks;
}

std::vector<InterfaceFacts> proc_netdev_read(std::string_view text) {
  std::vector<InterfaceFacts> all;
  for (std::string_view line : lines_of(text)) {
    size_t colon = line.find(':');
    auto name = words_of(line.substr(0, std::min(colon, line.size())));
    if (colon == line.npos || name.size() != 1) continue;
    auto w = words_of(line.substr(colon + 1));
    if (w.size() < 16) continue;
    InterfaceFacts i;
    i.name = name[0];
    i.in_bytes = number_of(w[0]), i.in_packets = number_of(w[1]), i.in_errors = number_of(w[2]), i.in_drops = number_of(w[3]);
    i.out_bytes = number_of(w[8]), i.out_packets = number_of(w[9]), i.out_errors = number_of(w[10]), i.out_drops = number_of(w[11]);
    all.push_back(std::move(i));
  }
  return all;
}

// ---- processes ----

bool proc_pid_stat_read(std::string_view text, double ticks, double page_size, double uptime, ProcessFacts* p) {
  size_t open = text.find('('), close = text.rfind(')');  // the name may hold both
  if (open == text.npos || close == text.npos || close < open) return false;
  auto w = words_of(text.substr(close + 1));  // from field 3 on
  if (w.size() < 22) return false;
  p->pid = integer_of(text.substr(0, text.find(' ')));
  p->name = text.substr(open + 1, close - open - 1);
  p->state = w[0][0];
  p->parent = integer_of(w[1]);
  p->cpu_seconds = (number_of(w[11]) + number_of(w[12])) / ticks;
  p->threads = int(std::clamp<int64_t>(integer_of(w[17]), 0, INT32_MAX));
  p->age = std::max(0.0, uptime - number_of(w[19]) / ticks);
  p->virtual_size = number_of(w[20]);
  p->resident = number_of(w[21]) * page_size;
  return true;
}

std::string proc_cmdline_read(std::string_view text) {
  while (!text.empty() && text.back() == '\0') text.remove_suffix(1);
  std::string out(text);
  std::replace(out.begin(), out.end(), '\0', ' ');
  return out;
}

std::map<std::string, std::string> key_values_read(std::string_view text, char separator) {
  std::map<std::string, std::string> all;
  for (std::string_view line : lines_of(text))
    if (size_t at = line.find(separator); at != line.npos) all[std::string(line.substr(0, at))] = line.substr(at + 1);
  return all;
}

double pressure_read(std::string_view text) {
  for (std::string_view line : lines_of(text)) {
    auto w = words_of(line);
    if (w.size() >= 2 && w[0] == "some" && w[1].substr(0, 6) == "avg10=") return number_of(w[1].substr(6));
  }
  return NAN;
}

}  // namespace picket
