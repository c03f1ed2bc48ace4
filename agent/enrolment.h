// agent/enrolment.h - an agent gets a credential of its own from a backend, keeps it in its state directory and renews it.
//
// First the backend proves itself: the token names the CA that its certificate comes from, which is fetched unseen, compared, and from
// then on the only one trusted. The agent makes key or password itself and writes it before it is sent: when an answer is lost, the same
// request is sent again and is known. No secret of the agent comes over the network but a new password's hash.
#pragma once
#include <functional>
#include <optional>
#include <string>

#include "agent/config/credential.h"
#include "common/socket/net.h"

namespace picket {

CredentialFiles credential_files(const AgentConfig& config);
std::optional<AgentCredential> credential_read(const AgentConfig& config);  // also one that is not complete
// Puts it into the configuration, and logs why not. Returns what is used.
std::optional<AgentCredential> credential_use(AgentConfig& config);

struct EnrollWish {
  AgentConfig config;
  std::string url, token;  // url "": that of the first backend
};
// `done` once, later. Err::unavailable: try again; anything else: it will not get better.
void enroll_begin(Net* net, EnrollWish wish, std::function<void(Status)> done);

// A certificate that came in a session; the file is taken by the next connection.
Status credential_renewed(const AgentConfig& config, AgentCredential* credential, std::string_view payload, int64_t now_s);

}  // namespace picket
