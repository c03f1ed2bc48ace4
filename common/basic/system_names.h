// common/basic/system_names.h - names and signs in which systems differ. Nothing here asks the system, so the cores may use it.
#pragma once
#include <string>
#include <string_view>

namespace picket {

#ifdef _WIN32
inline constexpr char kPathListSeparator = ';';
inline constexpr bool kEnvironmentFoldsCase = true;
inline constexpr std::string_view kDirectorySigns = "/\\:";  // a program's name with one of these is not looked for in PATH
inline constexpr std::string_view kProgramEndings[] = {".com", ".exe", ".bat", ".cmd"};  // what cmd adds to a name without one
#else
inline constexpr char kPathListSeparator = ':';
inline constexpr bool kEnvironmentFoldsCase = false;
inline constexpr std::string_view kDirectorySigns = "/";
inline constexpr std::string_view kProgramEndings[] = {""};
#endif

// A variable's name as it is kept and compared: Windows takes Path for PATH, and there all are written in capitals.
inline std::string environment_name(std::string_view name) {
  std::string out(name);
  for (char& c : out)
    if (kEnvironmentFoldsCase && c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

}  // namespace picket
