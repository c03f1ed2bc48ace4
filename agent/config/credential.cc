// agent/config/credential.cc - see credential.h.
#include "agent/config/credential.h"

#include "common/json/json_fields.h"
#include "common/text/url.h"

namespace picket {
namespace {

std::string at_port(Url url, int port) {
  url.port = port;
  return url_authority(url);
}

}  // namespace

std::string credential_encode(const AgentCredential& c) {
  return JsonObject()
             .add("complete", c.complete)
             .add("credential", c.is_certificate ? "certificate" : "password")
             .add("namespace", c.ns)
             .add("name", c.name)
             .add("user", c.user)
             .add("password", c.password)
             .add("backend_url", c.backend_url)
             .add("authority", c.has_authority)
             .add("begun", c.begun_s)
             .add("until", c.until_s)
             .done() +
      "\n";
}

Result<AgentCredential> credential_decode(std::string_view text) {
  if (Status s = json_check(text); !s.ok()) return s;
  AgentCredential c;
  c.complete = json_at(text, {"complete"}) == "true";
  c.is_certificate = json_text_at(text, "credential") == "certificate";
  c.ns = json_text_at(text, "namespace");
  c.name = json_text_at(text, "name");
  c.user = json_text_at(text, "user");
  c.password = json_text_at(text, "password");
  c.backend_url = json_text_at(text, "backend_url");
  c.has_authority = json_at(text, {"authority"}) == "true";
  c.begun_s = json_integer_at(text, "begun");
  c.until_s = json_integer_at(text, "until");
  return c;
}

std::string credential_unused(const AgentConfig& config, const AgentCredential& c) {
  if (!c.complete) return "the agent has not finished enrolling";
  if (c.ns != config.ns || c.name != config.name)
    return "it is of agent " + c.name + " in namespace " + c.ns + "; enrol again with picket agent enroll --force";
  if (config.given.count("cert-file")) return "cert-file is set";
  return "";
}

void credential_apply(AgentConfig& config, const AgentCredential& c, const CredentialFiles& files) {
  config.user = c.user;
  config.password = c.password;
  config.cert_file = c.is_certificate ? files.certificate : "";
  config.key_file = c.is_certificate ? files.key : "";
  if (c.has_authority && !config.given.count("trusted-ca-file")) config.trusted_ca_file = files.authority;
  if (!c.backend_url.empty() && !config.given.count("backend-url")) config.backend_urls = {c.backend_url};
}

bool credential_is_due(const AgentCredential& c, int64_t now_s) {
  return c.complete && c.is_certificate && c.until_s > 0 && now_s > c.until_s - (c.until_s - c.begun_s) / 3;
}

std::string enroll_url_of(const AgentConfig& config) {
  constexpr int kApiPort = 8080;
  Result<Url> url = url_parse(config.backend_urls.empty() ? "" : config.backend_urls[0]);
  if (!url.ok()) return "";
  return (url.value.scheme == "wss" ? "https://" : "http://") + at_port(url.value, kApiPort);
}

std::string agent_url_of(const std::string& api_url, int port, bool tls) {
  Result<Url> url = url_parse(api_url);
  return url.ok() && port > 0 ? (tls ? "wss://" : "ws://") + at_port(url.value, port) : "";
}

}  // namespace picket
