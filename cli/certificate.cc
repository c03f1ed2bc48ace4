// cli/certificate.cc - mbedTLS's reader of X.509.
#include "cli/certificate.h"

#include <mbedtls/x509_crt.h>

#include <algorithm>

#include "common/os.h"
#include "common/timezone.h"

namespace picket {

Result<int64_t> certificate_valid_until(const std::string& path) {
  Result<std::string> pem = os_read_file(path, 4u << 20);
  if (!pem.ok()) return pem.status;
  mbedtls_x509_crt chain;
  mbedtls_x509_crt_init(&chain);
  int bad = mbedtls_x509_crt_parse(&chain, reinterpret_cast<const unsigned char*>(pem.value.c_str()), pem.value.size() + 1);
  int64_t first = INT64_MAX;
  for (const mbedtls_x509_crt* c = &chain; bad == 0 && c; c = c->next) {
    const mbedtls_x509_time& t = c->valid_to;
    first = std::min(first, wall_time_unix(t.year, t.mon, t.day, t.hour, t.min, t.sec));
  }
  mbedtls_x509_crt_free(&chain);
  if (bad != 0) return fail(Err::invalid, "it holds no readable certificate");
  return first;
}

}  // namespace picket
