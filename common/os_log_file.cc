#include "common/os_log_file.h"

#include <cstdio>
#include <memory>

#include "common/log.h"
#include "common/os.h"

namespace picket {
namespace {

struct File {
  LogFileOptions options;
  FILE* file = nullptr;
  int64_t size = 0;
  ~File() { if (file) fclose(file); }
};

void open_file(File& f) {
  f.file = os_open_append(f.options.path);
  f.size = f.file && fseek(f.file, 0, SEEK_END) == 0 ? static_cast<int64_t>(ftell(f.file)) : 0;
}

void turn_over(File& f) {
  fclose(f.file);
  f.file = nullptr;
  auto name = [&f](int n) { return n == 0 ? f.options.path : f.options.path + "." + std::to_string(n); };
  (void)os_remove_tree(name(f.options.keep));
  for (int n = f.options.keep - 1; n >= 0; n--)
    if (os_exists(name(n))) (void)os_rename(name(n), name(n + 1));
  if (f.options.keep == 0) (void)os_remove_tree(f.options.path);
  open_file(f);
}

void write_line(File& f, std::string_view line) {
  bool ended = !line.empty() && line.back() == '\n';
  int64_t count = static_cast<int64_t>(line.size()) + !ended;
  if (f.file && f.size > 0 && f.size + count > f.options.size_max) turn_over(f);
  FILE* to = f.file ? f.file : stderr;
  fwrite(line.data(), 1, line.size(), to);
  if (!ended) fputc('\n', to);
  fflush(to);
  f.size += count;
}

}  // namespace

Status log_to_file(const LogFileOptions& options) {
  size_t slash = options.path.find_last_of("/\\");
  if (slash != std::string::npos && slash > 0)
    if (Status s = os_make_dirs(options.path.substr(0, slash)); !s.ok()) return because("log file " + options.path, s);
  auto file = std::make_shared<File>();
  file->options = options;
  open_file(*file);
  if (!file->file) return fail(Err::io, "log file " + options.path + ": it cannot be opened for writing");
  log_set_sink([file](std::string_view line) { write_line(*file, line); });  // called under the log's lock
  return {};
}

}  // namespace picket
