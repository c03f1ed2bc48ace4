// tests/fuzz/range.cc - any text as a range, as thresholds and as a pattern: what is read prints and reads back, judges alike,
// and ends in linear time. The
// range reader of plugins-sdk says the same.
#include <cstdint>
#include <cstdlib>
#include <picket/plugin.h>

#include "checks/facts/pattern.h"
#include "checks/judge/range.h"

using namespace picket;

static void ranges(const std::string& text) {
  Result<Range> range = range_parse(text);
  pk_range other = {0, 0, 0, 0};
  if (text.find('\0') == std::string::npos && text.size() < 60 && (pk_range_parse(&other, text.c_str()) == 0) != range.ok()) std::abort();
  if (!range.ok()) return;
  Result<Range> again = range_parse(range_print(range.value));
  if (!again.ok()) std::abort();
  for (double value : {-1e9, -1.0, 0.0, 0.5, 10.0, 1e9})
    if (other.set && (pk_range_alerts(&other, value) != 0) != range_alerts(range.value, value)) std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string text(reinterpret_cast<const char*>(data), size);
  ranges(text);
  (void)limits_list_parse(text, text, 3);
  size_t cut = text.find('\n');
  Result<Pattern> pattern = pattern_parse(text.substr(0, cut));
  if (pattern.ok() && pattern.value.steps.size() < 2000) pattern_matches(pattern.value, cut == text.npos ? text : text.substr(cut + 1));
  return 0;
}
