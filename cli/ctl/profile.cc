// cli/ctl/profile.cc - <config-dir>/cluster and <config-dir>/profile, in sensuctl's form; of our own directory or of sensuctl's.
#include "cli/ctl/ctl.h"
#include "common/json/json.h"
#include "common/os/os.h"

namespace picket {
namespace {

Result<std::string> read_object(const std::string& path) {
  if (!os_exists(path)) return std::string("{}");
  Result<std::string> text = os_read_file(path, 1u << 20);
  if (!text.ok()) return because("read " + path, text.status);
  Result<std::vector<JsonMember>> members = json_members(text.value);
  if (!members.ok()) return because(path + " is damaged; run `configure` again", members.status);
  return text;
}

void take_text(std::string_view object, std::string_view key, std::string* out) {
  std::string text = text_at(object, {key});
  if (!text.empty()) *out = text;
}

}  // namespace

static std::string place_of(const std::string& dir, const std::string& fallback_dir, const char* name) {
  return fallback_dir.empty() || os_exists(dir + "/" + name) ? dir : fallback_dir;
}

Status config_read(const std::string& dir, const std::string& fallback_dir, CtlConfig* config) {
  config->dir = dir;
  config->tokens_dir = place_of(dir, fallback_dir, "cluster");
  Result<std::string> cluster = read_object(config->tokens_dir + "/cluster");
  if (!cluster.ok()) return cluster.status;
  take_text(cluster.value, "api-url", &config->api_url);
  take_text(cluster.value, "trusted-ca-file", &config->trusted_ca_file);
  take_text(cluster.value, "access_token", &config->access_token);
  take_text(cluster.value, "refresh_token", &config->refresh_token);
  take_text(cluster.value, "APIKey", &config->api_key);
  config->insecure = true_at(cluster.value, {"insecure-skip-tls-verify"});
  config->expires_at = integer_at(cluster.value, {"expires_at"});
  if (int64_t ns = integer_at(cluster.value, {"timeout"}); ns > 0) config->timeout_ms = ns / 1'000'000;
  Result<std::string> profile = read_object(place_of(dir, fallback_dir, "profile") + "/profile");
  if (!profile.ok()) return profile.status;
  take_text(profile.value, "format", &config->format);
  take_text(profile.value, "namespace", &config->ns);
  return {};
}

// The tokens inside are as good as the password: nobody else needs to read them.
static Status save(const std::string& dir, const char* name, const std::string& json) {
  if (Status s = os_make_dirs(dir, 0700); !s.ok()) return s;
  return os_write_file(dir + "/" + name, json_pretty(json) + "\n", 0600);
}

Status config_save_cluster(const CtlConfig& c) {
  JsonObject o;
  o.add("api-url", c.api_url).add("trusted-ca-file", c.trusted_ca_file);
  o.add("insecure-skip-tls-verify", c.insecure).add("access_token", c.access_token);
  o.add("expires_at", c.expires_at).add("refresh_token", c.refresh_token);
  o.add("timeout", c.timeout_ms * 1'000'000);
  if (!c.api_key.empty()) o.add("APIKey", c.api_key);
  return save(c.dir, "cluster", o.done());
}

Status config_save_profile(const CtlConfig& c) {
  JsonObject o;
  o.add("format", c.format).add("namespace", c.ns);
  return save(c.dir, "profile", o.done());
}

}  // namespace picket
