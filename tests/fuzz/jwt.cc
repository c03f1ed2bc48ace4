// tests/fuzz/jwt.cc - tokens: nothing a stranger writes is accepted; what we signed is read without harm, whatever it says.
#include <cstdlib>

#include "backend/auth/auth.h"
#include "backend/access/jwt.h"
#include "common/tls/crypto.h"

using namespace picket;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  if (jwt_verify(text, "a secret nobody guesses").ok()) abort();
  std::string payload = base64url_encode(R"({"alg":"HS256","typ":"JWT"})") + "." + base64url_encode(text);
  auto claims = jwt_verify(payload + "." + base64url_encode(hmac_sha256("secret", payload)), "secret");
  if (claims.ok() && (claims.value.subject.empty() || claims.value.id.empty())) abort();
  if (claims.ok()) {
    auto again = jwt_verify(jwt_sign(claims.value, "secret"), "secret");
    if (!again.ok() || again.value.subject != claims.value.subject || again.value.expires_at != claims.value.expires_at) abort();
  }
  (void)auth_basic(text);
  return 0;
}
