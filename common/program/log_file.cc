// common/program/log_file.cc - the log file: opened, rotated, reaped.
#include "common/program/log_file.h"

#include <uv.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <utility>

#include "common/text/log.h"
#include "common/os/os.h"
#include "common/program/service.h"

namespace picket {
namespace {

constexpr int64_t kReopenMs = 1000;
bool the_log_is_a_file = false;

struct File {
  LogFileOptions options;
  FILE* file = nullptr;
  int64_t size = 0, reap_at_ms = 0;
  int64_t tried_ms = 0;  // when it was last opened
  int64_t missed = 0;    // lines that went to standard error alone since
  bool is_regular = true;
  ~File() {
    if (file) fclose(file);
  }
  std::string name(int n) const { return n == 0 ? options.path : options.path + "." + std::to_string(n); }
};

bool is_regular(const std::string& path) {
  uv_fs_t call;
  bool is = uv_fs_stat(nullptr, &call, path.c_str(), nullptr) == 0 && (call.statbuf.st_mode & S_IFMT) == S_IFREG;
  uv_fs_req_cleanup(&call);
  return is;
}

void open_file(File& f) {
  f.tried_ms = os_mono_ms();
  f.file = os_open(f.options.path, "ab", 0640);
  f.is_regular = f.file && is_regular(f.options.path);
  f.size = f.file && fseek(f.file, 0, SEEK_END) == 0 ? int64_t(ftell(f.file)) : 0;
}

int64_t modified_ms(const std::string& path) {  // 0: there is no such file
  uv_fs_t call;
  int64_t ms = uv_fs_stat(nullptr, &call, path.c_str(), nullptr) == 0 ? int64_t{call.statbuf.st_mtim.tv_sec} * 1000 : 0;
  uv_fs_req_cleanup(&call);
  return ms;
}

void reap(File& f) {
  int64_t now = os_mono_ms();
  if (f.options.age_max_ms <= 0 || now < f.reap_at_ms) return;
  f.reap_at_ms = now + f.options.reap_every_ms;
  int64_t oldest = os_unix_ms() - f.options.age_max_ms;
  for (int n = 1; n <= f.options.keep; n++)
    if (int64_t ms = modified_ms(f.name(n)); ms != 0 && ms < oldest) (void)os_remove_tree(f.name(n));
}

void turn_over(File& f) {
  fclose(f.file);
  f.file = nullptr;
  (void)os_remove_tree(f.name(f.options.keep));
  for (int n = f.options.keep - 1; n >= 0; n--)
    if (os_exists(f.name(n))) (void)os_rename(f.name(n), f.name(n + 1));
  open_file(f);
}

bool put_line(FILE* to, std::string_view line) {
  fwrite(line.data(), 1, line.size(), to);
  if (line.empty() || line.back() != '\n') fputc('\n', to);
  return fflush(to) == 0 && !ferror(to);
}

// What kept the file from being opened or written (too many files, a full disk) passes: it is tried again once a second.
void open_again(File& f) {
  if (f.file || os_mono_ms() < f.tried_ms + kReopenMs) return;
  open_file(f);
  if (!f.file || f.missed == 0) return;
  std::string note = "{\"component\":\"log\",\"level\":\"warn\",\"lines\":" + std::to_string(f.missed) +
      ",\"msg\":\"lines missing here: the log file could not be written, they went to standard error\",\"time\":" + log_time_text() + "}\n";
  if (put_line(f.file, note)) f.missed = 0;
  f.size += int64_t(note.size());
}

void write_line(File& f, std::string_view line) {
  open_again(f);
  int64_t count = int64_t(line.size()) + (line.empty() || line.back() != '\n');
  if (f.is_regular) reap(f);
  if (f.is_regular && f.size > 0 && f.size + count > f.options.size_max) turn_over(f);
  f.size += count;
  if (f.file && put_line(f.file, line)) return;
  if (f.file) fclose(std::exchange(f.file, nullptr));  // with what it holds back: half a line, perhaps
  f.missed++;
  (void)put_line(stderr, line);
}

void write_to_stdout(std::string_view line) {
  fwrite(line.data(), 1, line.size(), stdout);
  fflush(stdout);
}

}  // namespace

Status log_to_file(const LogFileOptions& options) {
  if (options.path.empty() || options.path == "-") {
    log_set_sink(options.path.empty() ? std::function<void(std::string_view)>() : write_to_stdout);
    return the_log_is_a_file = false, Status{};
  }
  size_t slash = options.path.find_last_of("/\\");
  if (slash != std::string::npos && slash > 0)
    if (Status s = os_make_dirs(options.path.substr(0, slash)); !s.ok()) return because("log file " + options.path, s);
  auto file = std::make_shared<File>();
  file->options = options;
  open_file(*file);
  if (!file->file) return fail(Err::io, "log file " + options.path + ": cannot be opened for writing; choose another with --log-file");
  log_set_sink([file](std::string_view line) { write_line(*file, line); });  // called under the log's lock
  return the_log_is_a_file = true, Status{};
}

int log_start_failure(std::string_view program, std::string_view why) {
  const std::string name(program), message = "error executing " + (name == "edge" ? "picket " : std::string("sensu-")) + name;
  const bool is_read = uv_guess_handle(2) == UV_TTY || service_is_managed();
  if (is_read || the_log_is_a_file) fprintf(stderr, "picket %s: %.*s\n", name.c_str(), int(why.size()), why.data());
  if (is_read && !the_log_is_a_file) return 1;
  while (!why.empty()) {
    std::string_view line = why.substr(0, why.find('\n'));
    why.remove_prefix(std::min(why.size(), line.size() + 1));
    log_line(LogLevel::fatal, "cmd", message, {{"error", line}});
  }
  return 1;
}

}  // namespace picket
