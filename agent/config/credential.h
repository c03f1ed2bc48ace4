// agent/config/credential.h - the credential an agent got by enrolling, and what it changes in the configuration. Pure.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "agent/config/agent_config.h"
#include "common/basic/result.h"

namespace picket {

inline constexpr int64_t kRenewAskS = 3600;  // between two requests for the next certificate

struct AgentCredential {
  bool complete = false;  // false: the password is made, and the backend has not taken it yet
  bool is_certificate = false;
  std::string ns, name;              // whose it is
  std::string user, password;        // with a certificate there is no password
  std::string backend_url;           // where to connect when the configuration does not say
  bool has_authority = false;        // the backend's CA came with it
  int64_t begun_s = 0, until_s = 0;  // of the certificate
};
// The files it lies in, all readable by the agent alone.
struct CredentialFiles { std::string credential, certificate, key, authority; };

std::string credential_encode(const AgentCredential& credential);
Result<AgentCredential> credential_decode(std::string_view text);

// "" when it is used for this configuration, else why not. What was given is stronger than what came by enrolling, but for user and
// password: a password shared by a fleet is what enrolment replaces.
std::string credential_unused(const AgentConfig& config, const AgentCredential& credential);
void credential_apply(AgentConfig& config, const AgentCredential& credential, const CredentialFiles& files);
bool credential_is_due(const AgentCredential& credential, int64_t now_s);  // a third of its time is left

// Where the API is when nobody says: the host of the first backend, port 8080.
std::string enroll_url_of(const AgentConfig& config);
// ws(s)://HOST:PORT of the API's host.
std::string agent_url_of(const std::string& api_url, int port, bool tls);

}  // namespace picket
