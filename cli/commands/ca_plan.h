// cli/commands/ca_plan.h - what `picket ca` decides: which certificate is wished for under which name, and how one is shown. Pure.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "common/basic/result.h"
#include "common/tls/certificates.h"

namespace picket {

inline constexpr int64_t kCaDays = 3650, kCertificateDays = 730;
inline constexpr int64_t kCaDaysMax = 36'500;
inline constexpr int64_t kCaClockSlackS = 300;  // a certificate begins so much earlier: the clock of its first peer may be behind

enum class CaKind { authority, member, client, agent };

// `days` 0: as usual. `authority_until`: none that it signs outlives it; 0 = it signs itself.
struct CaAsk {
  CaKind kind = CaKind::authority;
  std::string name;
  std::vector<std::string> addresses;  // names and IP addresses as typed; commas separate, too
  int64_t days = 0, now_s = 0, authority_until = 0;
};
Result<CertificateWish> ca_wish(const CaAsk& ask);
// The same names and usages from now on, for as long as it was.
CertificateWish ca_renewal(const CertificateFacts& old, const CaAsk& ask);

std::string ca_key_path(const std::string& certificate_path);  // "x/NAME.pem": "x/NAME-key.pem"
std::string ca_folder(const std::string& path);                // "." when it has none
std::string ca_usages(const CertificateFacts& facts);          // "server and client"
// `key`: what is known of the key beside it, a line; "" = nothing.
std::string ca_shown(const CertificateFacts& facts, int64_t now_s, const std::string& key);

}  // namespace picket
