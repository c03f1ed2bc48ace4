// backend/agents/agent_credential.h - certificates that the backend signs for enrolled agents (backend/enroll/enroll.h).
#pragma once
#include <string>

#include "backend/agents/agent_sessions.h"
#include "backend/enroll/enroll.h"
#include "common/tls/certificates.h"

namespace picket {

bool agent_certificates_are_signed(const BackendConfig& config);  // else agents enrol with passwords

struct SignedCredential { std::string certificate; int64_t until_s = 0; };
// Reads the authority's files, so that new ones count at once.
Result<SignedCredential> agent_certificate_sign(const BackendConfig& config, const std::string& user, const std::string& public_key,
                                                int64_t now_s);

void session_renew_credential(const SessionPtr& session);

}  // namespace picket
