// common/tls/tls_problem.h - why a TLS handshake failed, in sentences that say what to do; the same whatever the library.
#pragma once
#include <string>
#include <string_view>

namespace picket {

enum class TlsProblem {
  expired,
  not_yet_valid,
  revoked,
  list_expired,  // of revocations
  none_shown,    // the client has no certificate
  wrong_name,
  unknown_authority,  // the peer's certificate
  no_common_version,
  no_common_suite,
  not_tls,
};
// `peer`: the name that was asked for, "" when nobody knows.
std::string tls_problem_text(TlsProblem problem, const std::string& peer);
std::string tls_peer_text(const std::string& peer);  // "\"host\"" or "the peer"
// An alert of the peer by its number (RFC 8446, 6.2).
std::string tls_alert_text(int number);
std::string tls_address_text(std::string_view bytes);  // of a certificate: four bytes or sixteen

constexpr const char* kTlsNoCertificate = "no readable certificate in the file";
constexpr const char* kTlsKeyHasPassword = "key: it is protected by a password; store it without one, readable only by this program";
constexpr const char* kTlsNotAPair = "the key does not belong to the certificate";
constexpr const char* kTlsServerNeedsBoth = "a server needs a certificate and its key";
constexpr const char* kTlsNoList = "revocation list: expected PEM or DER of a CRL";
constexpr const char* kTlsHalfAPair = "certificate and key belong together: set both";

}  // namespace picket
