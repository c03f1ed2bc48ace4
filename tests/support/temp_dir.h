// tests/support/temp_dir.h - a folder of a test's own in the system's place for such; the test removes it.
#pragma once
#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "common/os/os.h"

inline std::string temp_dir(const std::string& what) {
  std::string path = (std::filesystem::temp_directory_path() / ("picket-" + what + "-" + picket::os_uuid())).string();
  REQUIRE(picket::os_make_dirs(path).ok());
  return path;
}
