// common/text/ini.h - INI files line by line, over inih: sections, `name = value`, values that go on in an indented line.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace picket {

struct IniEntry {
  std::string section, name, value;  // without a comment that begins with " ;"
  std::string whole;                 // the value with it: for shell commands, where a ; means something else
  std::string place;                 // "agent.ini:12"
};

// Every entry in the order of the file. What cannot be read (a line that is none, longer than 60,000 bytes, with a NUL byte)
// is an error in `errors`, with its place; what could be read before is kept.
std::vector<IniEntry> ini_read(const std::string& path, std::string_view text, std::vector<std::string>* errors);

}  // namespace picket
