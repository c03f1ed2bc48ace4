// tests/fuzz/template.cc - any text as a template, and as a document of templates: a text, or an error with a sentence, within the limits.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "common/json/json.h"
#include "common/template/template.h"

using namespace picket;

static const char kData[] = R"({"name":"n","labels":{"a":"b","x-y":"z"},"list":["a","b",{"c":[1,2.5,null,true]}],
  "number":5,"real":1.5,"nul":null,"system":{"network":{"interfaces":[{"name":"lo","addresses":["::1"]}]}}})";

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string text(reinterpret_cast<const char*>(data), size);
  auto r = template_render("command", text, kData);
  if (!r.ok() && r.status.message.empty()) std::abort();
  if (r.ok() && r.value.size() > 2 * kTemplateOutputMax + size) std::abort();
  auto document = template_render_json(text, kData);
  if (document.ok() && !json_check(document.value).ok()) std::abort();
  return 0;
}
