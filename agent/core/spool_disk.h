// agent/core/spool_disk.h - the file calls of the spool as values: the real ones (agent/edge/spool_files.h), or those of a test's disk.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "common/basic/result.h"

namespace picket {

struct SpoolDisk {
  std::function<Status(const std::string& folder)> make_folder;
  std::function<Result<std::vector<std::string>>(const std::string& folder)> list;  // names, sorted; not_found: there is none
  std::function<Result<std::string>(const std::string& path)> read;
  std::function<Status(const std::string& path, const std::string& text)> replace;  // all or nothing, and forced to the disk
  std::function<Status(const std::string& path)> remove;
  std::function<Result<int>(const std::string& path)> open;                  // to append; made when it is not there
  std::function<Result<size_t>(int file, const std::string& bytes)> append;  // how many were written
  std::function<Status(int file, size_t size)> truncate;
  std::function<Status(int file)> flush;
  std::function<void(int file)> close;
  std::function<Status(const std::string& path)> sync;  // file or folder, from any thread; not_found: it has gone
};

}  // namespace picket
