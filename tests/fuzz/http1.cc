// tests/fuzz/http1.cc - a message is the same at once and byte by byte, and keeps its limits.
#include <cstdint>
#include <cstdlib>

#include "common/wire/http1.h"

using namespace picket;

namespace {

struct Outcome { size_t used = 0; int error = 0; bool done = false; std::string text; };

Outcome run(std::string_view bytes, bool response, size_t step) {
  Http1 h;
  h.header_max = 500;
  h.body_max = 200;
  http1_start(h, response);
  Outcome o;
  for (size_t at = 0; at < bytes.size() && !h.done && h.error_status == 0; at += step) o.used += http1_feed(h, bytes.substr(at, step));
  if (h.message.body.size() > h.body_max || h.message.headers.size() > kHttp1HeadersMax) abort();
  o.error = h.error_status;
  o.done = h.done;
  if (h.error_status == 0) {  // what is broken may differ in how much of it was read
    o.text = h.message.method + h.message.target + h.message.body;
    for (auto& [k, v] : h.message.headers) o.text += k + ":" + v + "\n";
  }
  return o;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  bool response = data[0] & 1;
  std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  Outcome whole = run(bytes, response, bytes.size() + 1), bytewise = run(bytes, response, 1);
  if ((whole.error != 0) != (bytewise.error != 0) || whole.done != bytewise.done || whole.text != bytewise.text) abort();
  if (whole.error == 0 && whole.used != bytewise.used) abort();
  return 0;
}
