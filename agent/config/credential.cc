// agent/config/credential.cc - see credential.h.
#include "agent/config/credential.h"

#include "common/json/json.h"
#include "common/text/url.h"

namespace picket {
namespace {

std::string text_of(std::string_view body, std::string_view key) {
  const std::string_view raw = json_at(body, {key});
  return raw.empty() || json_type(raw) != JsonType::string ? std::string() : json_string(raw).value;
}

int64_t number_of(std::string_view body, std::string_view key) {
  const std::string_view raw = json_at(body, {key});
  return raw.empty() ? 0 : json_int64(raw).value;
}

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
  c.is_certificate = text_of(text, "credential") == "certificate";
  c.ns = text_of(text, "namespace");
  c.name = text_of(text, "name");
  c.user = text_of(text, "user");
  c.password = text_of(text, "password");
  c.backend_url = text_of(text, "backend_url");
  c.has_authority = json_at(text, {"authority"}) == "true";
  c.begun_s = number_of(text, "begun");
  c.until_s = number_of(text, "until");
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
