// tests/fuzz/asset_archive.cc - archives of any shape: nothing appears outside the folder, no link leads out of it, and a failure
// leaves nothing.
#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>

#include "common/assets/unpack.h"
#include "common/os/os.h"

using namespace picket;
namespace fs = std::filesystem;

namespace {

std::string root() {
  static std::string dir = [] {
    std::string name = fs::is_directory("/dev/shm") ? "/dev/shm/picket-fuzz-XXXXXX" : "/tmp/picket-fuzz-XXXXXX";
    if (!mkdtemp(name.data())) abort();
    return name;
  }();
  return dir;
}

void links_check(const std::string& folder) {
  std::error_code error;
  fs::path inside = fs::canonical(folder);
  for (const auto& entry : fs::recursive_directory_iterator(folder, fs::directory_options::skip_permission_denied, error)) {
    if (!entry.is_symlink(error)) continue;
    fs::path to = fs::weakly_canonical(entry.path(), error);
    if (!error && to.string().compare(0, inside.string().size(), inside.string()) != 0) abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string file = root() + "/archive", folder = root() + "/asset";
  if (!os_write_file(file, {reinterpret_cast<const char*>(data), size}).ok()) return 0;
  Status s = archive_unpack(file, folder);
  if (s.ok()) links_check(folder);
  if (s.ok() != fs::is_directory(folder)) abort();
  if (s.ok() && !os_remove_tree(folder).ok()) abort();
  Result<std::vector<std::string>> left = os_list_dir(root());
  if (left.value.size() != 1) abort();
  return 0;
}
