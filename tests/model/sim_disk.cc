// tests/model/sim_disk.cc - see sim_disk.h.
#include "tests/model/sim_disk.h"

#include <algorithm>

namespace picket {
namespace {

Status stopped() { return fail(Err::io, "the machine has stopped"); }
Status full() { return fail(Err::io, "no space left on device"); }

// True: this write is the one in whose middle the machine stops.
bool is_the_last(SimDisk& disk) {
  if (disk.stops_in < 0 || disk.stops_in-- > 0) return false;
  disk.has_stopped = true;
  return true;
}

size_t room(const SimDisk& disk) {
  size_t used = disk.used();
  return used < disk.capacity ? disk.capacity - used : 0;
}

Result<int> file_open(SimDisk& disk, const std::string& path) {
  if (disk.has_stopped) return stopped();
  if (disk.refuses) return fail(Err::io, "read-only file system");
  if (disk.folders.count(path.substr(0, path.rfind('/'))) == 0) return fail(Err::not_found, "no such file or directory");
  disk.files[path];
  disk.open[disk.next_file] = path;
  return disk.next_file++;
}

Result<size_t> file_append(SimDisk& disk, int file, const std::string& bytes) {
  auto it = disk.open.find(file);
  if (disk.has_stopped || it == disk.open.end()) return stopped();
  if (disk.refuses) return fail(Err::io, "input/output error");
  size_t size = std::min(bytes.size(), room(disk));
  if (size == 0 && !bytes.empty()) return full();
  if (is_the_last(disk)) size = disk.dice.below(size + 1);
  auto named = disk.files.find(it->second);
  if (named != disk.files.end()) named->second.text.append(bytes, 0, size);
  return size;
}

Status file_truncate(SimDisk& disk, int file, size_t size) {
  auto it = disk.open.find(file);
  if (disk.has_stopped || it == disk.open.end() || disk.refuses) return stopped();
  auto named = disk.files.find(it->second);
  if (named == disk.files.end()) return {};
  named->second.text.resize(size);
  named->second.flushed = std::min(named->second.flushed, size);
  return {};
}

Status path_sync(SimDisk& disk, const std::string& path) {
  if (disk.has_stopped) return stopped();
  if (disk.folders.count(path) > 0) {
    for (auto& [name, f] : disk.files) f.is_named = true;
    disk.removed.clear();
    return {};
  }
  auto it = disk.files.find(path);
  if (it == disk.files.end()) return fail(Err::not_found, "no such file or directory");
  it->second.flushed = it->second.text.size();
  return {};
}

Status file_replace(SimDisk& disk, const std::string& path, const std::string& text) {
  if (disk.has_stopped || is_the_last(disk)) return stopped();
  if (disk.refuses) return fail(Err::io, "read-only file system");
  if (disk.folders.count(path.substr(0, path.rfind('/'))) == 0) return fail(Err::not_found, "no such file or directory");
  if (text.size() > room(disk)) return full();
  disk.files[path] = {text, text.size(), true};
  return {};
}

Status file_remove(SimDisk& disk, const std::string& path) {
  if (disk.has_stopped) return stopped();
  if (disk.refuses) return fail(Err::io, "read-only file system");
  auto it = disk.files.find(path);
  if (it == disk.files.end()) return fail(Err::not_found, "no such file or directory");
  if (it->second.is_named) disk.removed[path] = it->second;
  disk.files.erase(it);
  return {};
}

Result<std::vector<std::string>> folder_list(const SimDisk& disk, const std::string& folder) {
  if (disk.folders.count(folder) == 0) return fail(Err::not_found, "no such file or directory");
  std::vector<std::string> names;
  for (const auto& [path, file] : disk.files) names.push_back(path.substr(path.rfind('/') + 1));
  return names;
}

Result<std::string> file_read(const SimDisk& disk, const std::string& path) {
  auto it = disk.files.find(path);
  if (it == disk.files.end()) return fail(Err::not_found, "no such file or directory");
  if (disk.hides) return fail(Err::io, "input/output error");
  return it->second.text;
}

}  // namespace

SpoolDisk SimDisk::calls() {
  SpoolDisk disk;
  disk.make_folder = [this](const std::string& folder) {
    if (folders.count(folder) > 0) return Status();
    if (has_stopped || refuses || room(*this) == 0) return fail(Err::io, "make directory: no space left on device");
    folders.insert(folder);
    return Status();
  };
  disk.list = [this](const std::string& folder) { return folder_list(*this, folder); };
  disk.read = [this](const std::string& path) { return file_read(*this, path); };
  disk.replace = [this](const std::string& path, const std::string& text) { return file_replace(*this, path, text); };
  disk.remove = [this](const std::string& path) { return file_remove(*this, path); };
  disk.open = [this](const std::string& path) { return file_open(*this, path); };
  disk.append = [this](int file, const std::string& bytes) { return file_append(*this, file, bytes); };
  disk.truncate = [this](int file, size_t size) { return file_truncate(*this, file, size); };
  disk.flush = [this](int file) {
    auto it = open.find(file);
    return it == open.end() ? stopped() : path_sync(*this, it->second);
  };
  disk.close = [this](int file) { open.erase(file); };
  disk.sync = [this](const std::string& path) { return path_sync(*this, path); };
  return disk;
}

size_t SimDisk::used() const {
  size_t bytes = 0;
  for (const auto& [path, file] : files) bytes += file.text.size();
  return bytes;
}

void SimDisk::power_cut() {
  kill();
  for (auto& [path, file] : removed)
    if (files.count(path) == 0 && dice.one_in(2)) files[path] = file;
  removed.clear();
  for (auto it = files.begin(); it != files.end();) {
    File& file = it->second;
    if (!file.is_named && dice.one_in(2)) {
      it = files.erase(it);
      continue;
    }
    bool had_more = file.text.size() > file.flushed;
    size_t size = dice.one_in(2) ? file.flushed : file.flushed + dice.below(file.text.size() - file.flushed + 1);
    file.text.resize(size);
    if (had_more && dice.one_in(4)) file.text += std::string(dice.below(50), '\0');  // a block that was given to the file and never written
    file.flushed = file.text.size();
    file.is_named = true;
    ++it;
  }
}

}  // namespace picket
