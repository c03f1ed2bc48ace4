// common/tls/tls_problem.cc - the sentences for certificates, alerts and handshakes that failed.
#include "common/tls/tls_problem.h"

#include <cstdio>

namespace picket {

std::string tls_peer_text(const std::string& peer) { return peer.empty() ? "the peer" : "\"" + peer + "\""; }

std::string tls_problem_text(TlsProblem problem, const std::string& name) {
  std::string peer = tls_peer_text(name);
  switch (problem) {
    case TlsProblem::expired: return "the certificate of " + peer + " has expired";
    case TlsProblem::not_yet_valid: return "the certificate of " + peer + " is not valid yet; is the clock right?";
    case TlsProblem::revoked: return "the certificate of " + peer + " has been revoked";
    case TlsProblem::list_expired: return "the revocation list of the CA has expired; publish a new one";
    case TlsProblem::none_shown: return "the client shows no certificate; one is required here";
    case TlsProblem::wrong_name: return "the certificate is not for " + peer + "; use a name that it contains";
    case TlsProblem::unknown_authority:
      return "the certificate of " + peer + " is signed by an unknown CA; set its CA file (trusted-ca-file)";
    case TlsProblem::no_common_version: return "the peer supports no TLS version accepted here (1.2 and 1.3)";
    case TlsProblem::no_common_suite: return "no common cipher suite; accepted are ECDHE with AES-GCM or CHACHA20-POLY1305";
    case TlsProblem::not_tls: return "the peer does not use TLS";
  }
  return {};
}

std::string tls_alert_text(int number) {
  std::string text = "the peer rejected the TLS handshake: alert " + std::to_string(number);
  switch (number) {
    case 40: return text + " (handshake failure)";
    case 42: return text + " (bad certificate)";
    case 44: return text + " (our certificate has been revoked)";
    case 45: return text + " (our certificate has expired)";
    case 48: return text + " (it does not trust the CA of our certificate)";
    case 70: return text + " (protocol version)";
    case 116: return text + " (it requires a client certificate)";
    default: return text;
  }
}

std::string tls_address_text(std::string_view bytes) {
  std::string text;
  char part[8];
  auto byte = [&](size_t at) { return unsigned(static_cast<unsigned char>(bytes[at])); };
  if (bytes.size() != 4 && bytes.size() != 16) return "?";
  for (size_t i = 0; i < bytes.size(); i += bytes.size() == 4 ? 1 : 2) {
    if (bytes.size() == 4) snprintf(part, sizeof part, "%u", byte(i));
    else snprintf(part, sizeof part, "%x", byte(i) << 8 | byte(i + 1));
    text += (i == 0 ? "" : bytes.size() == 4 ? "." : ":") + std::string(part);
  }
  return text;
}

}  // namespace picket
