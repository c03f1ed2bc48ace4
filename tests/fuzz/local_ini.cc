// tests/fuzz/local_ini.cc - checks in agent.ini: whatever stands there becomes whole JSON, or an error with its place.
#include <cstdint>
#include <cstdlib>

#include "agent/config/local_checks.h"
#include "common/json/json.h"

using namespace picket;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  StringList errors;
  LocalPlaces places;
  std::string text = local_settings_from_ini(ini_read("x.ini", {reinterpret_cast<const char*>(data), size}, &errors), places, errors);
  if (!json_check(text).ok()) abort();
  for (const std::string& error : errors)
    if (error.compare(0, 5, "x.ini") != 0) abort();
  (void)local_settings_parse(text, "default", places);
  return 0;
}
