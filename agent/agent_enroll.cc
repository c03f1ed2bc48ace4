// agent/agent_enroll.cc - `picket agent enroll`: gets the agent's credential now, for the next start or the agent that runs.
#include <cstdio>

#include "agent/agent.h"
#include "agent/agent_tools.h"
#include "agent/enrolment.h"
#include "common/os/os.h"

namespace picket {
namespace {

int fatal(const std::string& text) {
  fprintf(stderr, "picket agent: %s\n", text.c_str());
  return 1;
}

Status enroll_now(const AgentConfig& config) {
  uv_loop_t loop;
  Status outcome = fail(Err::internal, "enrol: no answer");
  if (uv_loop_init(&loop) != 0) return fail(Err::io, "no event loop");
  Net* net = net_open(&loop, {16});
  enroll_begin(net, {config, config.enroll_url, config.enroll_token}, [&outcome, net](Status s) {
    outcome = std::move(s);
    net_close(net, [] {});
  });
  uv_run(&loop, UV_RUN_DEFAULT);
  uv_loop_close(&loop);
  return outcome;
}

}  // namespace

int agent_enroll(const Options& options, bool force) {
  Result<AgentConfig> config = agent_config_from(options, agent_defaults());
  if (!config.ok()) return fatal(config.status.message);
  const AgentConfig& c = config.value;
  const std::optional<AgentCredential> present = credential_read(c);
  if (!force && present && credential_unused(c, *present).empty())
    return printf(
               "Agent %s in namespace %s is enrolled already, as user %s. Whether the backend still takes that was not checked: when the agent's log says 401, "
               "enrol it again with --force and a new token of `picket ctl enroll create`.\n",
               c.name.c_str(), c.ns.c_str(), present->user.c_str()),
           0;
  if (c.enroll_token.empty()) return fatal("token missing: expected --token, as `picket ctl enroll create` has printed it");
  if (Status s = enroll_now(c); !s.ok()) return fatal(s.message);
  printf("Agent %s in namespace %s is enrolled; its credential is %s.\n", c.name.c_str(), c.ns.c_str(),
         credential_files(c).credential.c_str());
  return 0;
}

}  // namespace picket
