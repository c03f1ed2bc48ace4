// common/tls/tls.h - TLS 1.2 and 1.3 as a machine over bytes, cipher text in, plain text out, and back. No I/O.
// By mbedTLS (tls_mbedtls.cc) or OpenSSL (tls_openssl.cc), as -DPICKET_TLS says; the sentences of their errors are tls_problem.h's.
//
// Suites: ECDHE with an AEAD only, as the reference has it (W-44). A client verifies the chain and the name
// (DNS or address, from the subjectAltName). A server asks for a client certificate when it knows an authority, and takes
// connections without one unless it is `required`; a bad one is refused, and one that a revocation list names.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/basic/result.h"

namespace picket {

// Parsed once: hundreds of certificates take milliseconds. It may be made on any thread, and is then used on that of the loop.
struct TlsAuthorities;
Result<std::shared_ptr<TlsAuthorities>> tls_authorities(const std::string& pem);

struct TlsMaterial {  // PEM texts
  bool server = false;
  std::string authorities;
  std::shared_ptr<TlsAuthorities> parsed;  // instead of `authorities`
  std::string certificate, key;            // the certificate with its chain
  bool insecure = false;                   // client: accept any certificate
  bool look = false;                       // client: check it, but finish the handshake whatever it is; tls_peer_problem reports it
  bool required = false;                   // server: no connection without a client certificate
  std::string revoked = {};                // server: revocation lists, PEM; of client certificates
};
struct TlsContext;  // shared by all connections made with it; on one thread
Result<std::shared_ptr<TlsContext>> tls_context(const TlsMaterial& material);

struct Tls;
struct TlsDelete { void operator()(Tls* tls) const; };
using TlsPtr = std::unique_ptr<Tls, TlsDelete>;
TlsPtr tls_open(std::shared_ptr<TlsContext> context, const std::string& server_name);

struct TlsOutput {
  std::string plain;   // for us
  std::string cipher;  // for the peer; also after an error (an alert)
  bool ended = false;  // the peer said it sends no more
};
// Takes what came from the peer ("" starts a client's handshake). Output is appended.
Status tls_receive(Tls* tls, std::string_view cipher, TlsOutput* output);
Status tls_send(Tls* tls, std::string_view plain, std::string* cipher);  // after the handshake
void tls_end(Tls* tls, std::string* cipher);                             // says that we send no more
bool tls_ready(const Tls* tls);                                          // the handshake is done
std::string tls_peer_subject(const Tls* tls);                            // CN of the peer's verified certificate, or ""
std::string tls_peer_key(const Tls* tls);  // that certificate's public_key_fingerprint (certificates.h), or ""
const char* tls_version(const Tls* tls);   // "TLSv1.3"
const char* tls_suite(const Tls* tls);

struct TlsCertificate {
  std::string subject, issuer;            // "CN=host, O=..."
  std::vector<std::string> names;         // DNS names and addresses it is for
  int64_t not_before = 0, not_after = 0;  // seconds since 1970
  std::string key;                        // "EC 256"
};
std::vector<TlsCertificate> tls_peer_chain(const Tls* tls);  // as the peer sent it, its own first
std::string tls_peer_problem(const Tls* tls);                // what is wrong with it, a sentence; "" = nothing

// Unix seconds at which the first of the certificates in a PEM text to end ends.
Result<int64_t> certificates_valid_until(const std::string& pem);

}  // namespace picket
