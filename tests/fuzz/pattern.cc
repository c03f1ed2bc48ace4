// tests/fuzz/pattern.cc - "pattern\nline": any pattern over any text ends, within the steps that are allowed.
#include "checks/facts/pattern.h"

#include <cstdint>

using namespace picket;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  size_t end = bytes.find('\n');
  if (end == bytes.npos) return 0;
  Result<Pattern> pattern = pattern_parse(std::string(bytes.substr(0, end)));
  if (pattern.ok()) (void)pattern_matches(pattern.value, bytes.substr(end + 1));
  return 0;
}
