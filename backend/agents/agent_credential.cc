// backend/agents/agent_credential.cc - what the backend signs for agents: the certificate of one that enrols, and the next one of one
// that asks for it in its session (message `picket_renew`, answered by `picket_credential`).
#include "backend/agents/agent_credential.h"

#include <algorithm>

#include "common/json/json.h"
#include "common/os/os.h"
#include "common/text/log.h"

namespace picket {
namespace {

constexpr size_t kPemMax = 4u << 20;
constexpr int64_t kBeginsEarlierS = 300;  // the agent's clock may be behind

// Of the authorities of agents the one whose key is here.
Result<CertificateFacts> signing_authority(const std::string& authorities, const std::string& key) {
  Result<std::vector<CertificateFacts>> all = certificates_read(authorities);
  Result<std::string> own = public_key_of(key);
  if (!all.ok()) return all.status;
  if (!own.ok()) return own.status;
  for (CertificateFacts& f : all.value)
    if (f.authority && public_key_fingerprint(f.public_key) == public_key_fingerprint(own.value)) return std::move(f);
  return fail(Err::invalid, "agent-auth-ca-key-file: it belongs to no authority in agent-auth-trusted-ca-file");
}

void renewed(const SessionPtr& s, const Enrolled& next, const std::string& certificate, const Status& status) {
  if (!status.ok())
    return log_error("agentd", "certificate not renewed", {{"namespace", s->ns}, {"agent", s->name}, {"error", status.message}});
  log_audit("agent certificate renewed",
            {{"namespace", s->ns}, {"agent", s->name}, {"user", s->user}, {"peer", s->peer}, {"until", next.until_s}});
  session_send(s.get(), "picket_credential", JsonObject().add("certificate", certificate).add("until", next.until_s).done());
}

}  // namespace

bool agent_certificates_are_signed(const BackendConfig& c) { return !c.agent_ca_key_file.empty(); }

Result<SignedCredential> agent_certificate_sign(const BackendConfig& c, const std::string& user, const std::string& public_key,
                                                int64_t now_s) {
  Result<std::string> authorities = os_read_file(c.agent_tls.ca_file, kPemMax), key = os_read_file(c.agent_ca_key_file, kPemMax);
  if (!authorities.ok()) return authorities.status;
  if (!key.ok()) return key.status;
  Result<CertificateFacts> authority = signing_authority(authorities.value, key.value);
  if (!authority.ok()) return authority.status;
  CertificateWish wish;
  wish.common_name = user;
  wish.client = true;
  wish.not_before = now_s - kBeginsEarlierS;
  wish.not_after = std::min(now_s + kAgentCertificateS, authority.value.not_after);
  if (wish.not_after <= now_s) return fail(Err::unavailable, "the CA of agents has expired; renew agent-auth-trusted-ca-file");
  Result<std::string> made = certificate_make(wish, public_key, {certificate_pem(authority.value), key.value});
  if (!made.ok()) return made.status;
  return SignedCredential{made.value, wish.not_after};
}

void session_renew_credential(const SessionPtr& s) {
  Backend* b = s->backend;
  const int64_t now_s = os_unix_ms() / 1000;
  const Enrolled* present = is_enrolled_user(s->user) ? auth_enrolled(b->auth, s->ns, s->name) : nullptr;
  if (!present || present->public_key.empty() || present->revoked_s > 0 || !agent_certificates_are_signed(b->config))
    return log_warn("agentd", "renewal ignored: the agent has no certificate of this backend", {{"namespace", s->ns}, {"agent", s->name}});
  if (now_s < present->renewed_s + kRenewAgainS) return;
  Result<SignedCredential> made = agent_certificate_sign(b->config, s->user, present->public_key, now_s);
  if (!made.ok()) return renewed(s, *present, "", made.status);
  Enrolled next = *present;
  next.renewed_s = now_s;
  next.until_s = made.value.until_s;
  // Not over a revocation that another member of a cluster writes now.
  StoreWrite write = write_put(kEnrolled, s->ns, s->name, enrolled_encode(next));
  write.op = StoreWrite::put_if_revision;
  write.object.revision = store_get(b->store, kEnrolled, s->ns, s->name).value.revision;
  store_write(b->store, {std::move(write)},
              [s, next, certificate = made.value.certificate](Status status) { renewed(s, next, certificate, status); });
}

}  // namespace picket
