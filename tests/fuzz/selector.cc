// tests/fuzz/selector.cc - selectors: any text is parsed or refused with a sentence, and what was parsed can be asked about any object.
#include <cstdlib>

#include "backend/api/call.h"

using namespace picket;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  Page page;
  page.labels = text.substr(0, size / 2);
  page.fields = text.substr(size / 2);
  auto selection = selection_parse(page);
  if (!selection.ok()) {
    if (selection.status.message.empty()) abort();
    return 0;
  }
  static const char kObject[] =
      R"({"metadata":{"name":"a","labels":{"a":"b"}},"check":{"metadata":{"labels":{"c":"d"}}},"list":["a","b"],"n":1,"z":null})";
  selection_matches(selection.value, "check", kObject);
  selection_matches(selection.value, "event", "[]");
  return 0;
}
