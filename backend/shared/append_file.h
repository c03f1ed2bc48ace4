// backend/shared/append_file.h - writing at the end of a file, from a thread of common/process/blocking_worker.h: it may be on a disk that
// does not answer, or a
// FIFO. Opening waits for nobody: a FIFO without a reader is an error. Writing waits for a reader while the work is waited for.
#pragma once
#include <uv.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "common/basic/result.h"

namespace picket {

struct AppendFile {
  uv_file fd = -1;
  bool regular = false;  // a file on a disk
  int64_t size = 0;      // when it was opened

  AppendFile() = default;
  AppendFile(const AppendFile&) = delete;
  ~AppendFile();
};

// Whether `path` lies in the folder `dir`, as it is written; `.`, `..` and slashes are taken for what they mean.
bool path_is_in(const std::string& path, const std::string& dir);
// The same by what the system finds there, links followed; the file itself may be absent. May take as long as the disk.
Status path_may_write(const std::string& path, const std::string& forbidden_dir);

// `mode` as in chmod, for a file that is made.
Status append_open(const std::string& path, int mode, AppendFile* file);
Status append_write(const std::string& path, const AppendFile& file, std::string_view bytes);
Status append_close(const std::string& path, AppendFile* file);

}  // namespace picket
