// common/assets/unpack.h - work that may take long: unpacking and hashing. Blocking; called on worker threads.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "common/basic/result.h"

namespace picket {

// What an archive may unpack to: bytes, and files, folders and links, also folders that are only named in a path.
inline constexpr uint64_t kAssetUnpackedMax = 1ull << 30;
inline constexpr size_t kAssetEntriesMax = 20'000;

struct UnpackBounds {
  uint64_t bytes = kAssetUnpackedMax;
  size_t entries = kAssetEntriesMax;
};

// Unpacks a tar or tar.gz into `folder`, which appears only when it is whole (a temporary folder beside it, renamed).
Status archive_unpack(const std::string& file, const std::string& folder, UnpackBounds bounds = {});

Result<std::string> file_sha512(const std::string& path);
// The file a command's first word names, looked for in PATH of `env`.
Result<std::string> program_path(const std::string& command, const std::vector<std::string>& env);

}  // namespace picket
