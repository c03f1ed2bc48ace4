// tests/agent/config/credential_test.cc - what an agent got by enrolling, beside what its configuration says.
#include <doctest/doctest.h>

#include "agent/config/credential.h"

using namespace picket;

namespace {
AgentCredential credential_of() {
  AgentCredential c;
  c.complete = c.is_certificate = c.has_authority = true;
  c.ns = "default";
  c.name = "web-1";
  c.user = "agent/default/web-1";
  c.backend_url = "wss://b:8081";
  c.begun_s = 1000;
  c.until_s = 4000;
  return c;
}
AgentConfig config_of() {
  AgentConfig c;
  c.ns = "default";
  c.name = "web-1";
  c.user = "agent";
  c.password = "shared";
  c.backend_urls = {"ws://127.0.0.1:8081"};
  return c;
}
const CredentialFiles kFiles = {"/s/credential", "/s/cert.pem", "/s/key.pem", "/s/ca.pem"};
}  // namespace

TEST_CASE("a credential reads back, and takes the place of a shared password") {
  const AgentCredential c = credential_decode(credential_encode(credential_of())).value;
  AgentConfig config = config_of();
  CHECK(credential_unused(config, c).empty());
  credential_apply(config, c, kFiles);
  CHECK((config.user == "agent/default/web-1" && config.password.empty() && config.cert_file == "/s/cert.pem" &&
         config.key_file == "/s/key.pem"));
  CHECK((config.trusted_ca_file == "/s/ca.pem" && config.backend_urls == StringList{"wss://b:8081"}));
  CHECK_FALSE(credential_decode("{").ok());
}

TEST_CASE("what was given stays, and a credential of another agent is not used") {
  AgentConfig config = config_of();
  config.given = {{"backend-url", "agent.yml:1"}, {"trusted-ca-file", "agent.yml:2"}};
  config.trusted_ca_file = "/etc/ca.pem";
  credential_apply(config, credential_of(), kFiles);
  CHECK((config.trusted_ca_file == "/etc/ca.pem" && config.backend_urls == StringList{"ws://127.0.0.1:8081"}));
  config.name = "web-2";
  CHECK(credential_unused(config, credential_of()).find("agent web-1") != std::string::npos);
  config = config_of();
  config.given["cert-file"] = "agent.yml:3";
  CHECK_FALSE(credential_unused(config, credential_of()).empty());
  AgentCredential pending = credential_of();
  pending.complete = false;
  CHECK_FALSE(credential_unused(config_of(), pending).empty());
}

TEST_CASE("a certificate is renewed when a third of its time is left") {
  AgentCredential c = credential_of();
  CHECK_FALSE(credential_is_due(c, 3000));
  CHECK(credential_is_due(c, 3001));
  c.is_certificate = false;
  CHECK_FALSE(credential_is_due(c, 9999));
}

TEST_CASE("where the API and the agents' port are") {
  AgentConfig config = config_of();
  CHECK(enroll_url_of(config) == "http://127.0.0.1:8080");
  config.backend_urls = {"wss://[fd00::1]:9000/x"};
  CHECK(enroll_url_of(config) == "https://[fd00::1]:8080");
  config.backend_urls = {"rubbish"};
  CHECK(enroll_url_of(config).empty());
  CHECK(agent_url_of("https://b.example.org:8443/", 8081, true) == "wss://b.example.org:8081");
  CHECK(agent_url_of("http://b", 8081, false) == "ws://b:8081");
  CHECK(agent_url_of("http://b", 0, false).empty());
}
