// tests/fuzz/tls.cc - TLS: a stranger's bytes to a client and to a server end in an error or in waiting, never in plain text.
#include <cstdint>
#include <cstdlib>

#include "common/tls/tls.h"

using namespace picket;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static std::shared_ptr<TlsContext> context = [] {
    TlsMaterial m;
    m.insecure = true;
    return tls_context(m).value;
  }();
  TlsPtr tls = tls_open(context, "host");
  TlsOutput out;
  if (!tls_receive(tls.get(), {}, &out).ok() || out.cipher.empty()) abort();
  (void)tls_receive(tls.get(), std::string_view(reinterpret_cast<const char*>(data), size), &out);
  if (!out.plain.empty() || tls_ready(tls.get())) abort();
  return 0;
}
