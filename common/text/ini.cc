// common/text/ini.cc - see ini.h.
#include "common/text/ini.h"

#include <ini.h>

#include <algorithm>
#include <cstring>

namespace picket {
namespace {

struct Reader {
  const std::string& path;
  std::string_view rest, line;
  std::vector<IniEntry>* out;
};

std::string place_of(const std::string& path, int line) { return path + ":" + std::to_string(line); }

// Line by line, because inih's own reader of strings stops at a NUL byte.
char* on_line_wanted(char* buffer, int size, void* owner) {
  Reader& r = *static_cast<Reader*>(owner);
  if (r.rest.empty()) return nullptr;
  size_t length = std::min(r.rest.find('\n'), r.rest.size() - 1) + 1;
  length = std::min(length, size_t(size - 1));
  memcpy(buffer, r.rest.data(), length);
  buffer[length] = 0;
  r.line = r.rest.substr(0, length);
  r.rest.remove_prefix(length);
  return buffer;
}

// What follows the sign; an indented line goes on with the value of the one before.
std::string value_of(std::string_view line) {
  bool goes_on = !line.empty() && (line[0] == ' ' || line[0] == '\t');
  if (!goes_on) line.remove_prefix(std::min(line.size(), line.find_first_of("=:") + 1));
  size_t first = line.find_first_not_of(" \t\r\n"), last = line.find_last_not_of(" \t\r\n");
  return first == line.npos ? std::string() : std::string(line.substr(first, last - first + 1));
}

int on_value(void* owner, const char* section, const char* name, const char* value, int line) {
  Reader& r = *static_cast<Reader*>(owner);
  r.out->push_back({section, name, value, value_of(r.line), place_of(r.path, line)});
  return 1;
}

// What inih would cut or split without a word.
bool is_readable(const std::string& path, std::string_view text, std::vector<std::string>* errors) {
  constexpr size_t kLineMax = 60'000;
  for (int line = 1; !text.empty(); line++) {
    std::string_view one = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), one.size() + 1));
    const char* why = one.size() > kLineMax ? "longer than 60000 bytes; split the value"
        : one.find('\0') != one.npos        ? "a NUL byte; the file must be plain text"
                                            : nullptr;
    if (why) return errors->push_back(place_of(path, line) + ": " + why), false;
  }
  return true;
}

}  // namespace

std::vector<IniEntry> ini_read(const std::string& path, std::string_view text, std::vector<std::string>* errors) {
  std::vector<IniEntry> entries;
  if (!is_readable(path, text, errors)) return entries;
  Reader reader{path, text, {}, &entries};
  int bad = ini_parse_stream(on_line_wanted, &reader, on_value, &reader);
  if (bad > 0) errors->push_back(place_of(path, bad) + ": not a line of the form `name = value`");
  if (bad < 0) errors->push_back(path + ": out of memory while reading");
  return entries;
}

}  // namespace picket
