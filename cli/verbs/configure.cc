// cli/verbs/configure.cc - configure, logout, config, env, version.
#include "cli/show/ctl_resource.h"
#include "common/basic/build_info.h"
#include "common/tls/crypto.h"
#include "common/json/json.h"
#include "common/options/options.h"
#include "common/text/yaml.h"

namespace picket {

Status client_refresh(Ctl& ctl);

namespace {

// Go's time.Duration.String() for whole milliseconds: 15s, 1m30s, 1h0m0s, 1.5s.
std::string duration_text(int64_t ms) {
  if (ms == 0) return "0s";
  if (ms < 1000) return std::to_string(ms) + "ms";
  int64_t s = ms / 1000;
  std::string seconds = std::to_string(s % 60);
  if (ms % 1000) {
    std::string part = std::to_string(1000 + ms % 1000).substr(1);
    while (part.back() == '0') part.pop_back();
    seconds += "." + part;
  }
  std::string out = seconds + "s";
  if (s >= 60) out = std::to_string(s / 60 % 60) + "m" + out;
  if (s >= 3600) out = std::to_string(s / 3600) + "h" + out;
  return out;
}

bool is_format(const std::string& f) { return f == "tabular" || f == "yaml" || f == "wrapped-json" || f == "json"; }

struct Login {
  std::string url, username, password, ns, format;
};

Status ask_login(Ctl& ctl, Login* l) {
  const std::pair<const char*, std::string*> plain[] = {{"Sensu Backend API URL:", &l->url}, {"Username:", &l->username}};
  for (auto [question, answer] : plain) {
    Result<std::string> got = ask(ctl, question, *answer);
    if (!got.ok()) return got.status;
    *answer = got.value;
  }
  Result<std::string> got = ask_secret(ctl, "Password:");
  if (!got.ok()) return got.status;
  l->password = got.value;
  got = ask(ctl, "Namespace:", l->ns);
  if (!got.ok()) return got.status;
  l->ns = got.value;
  do {
    got = ask(ctl, "Preferred output format (tabular, yaml, wrapped-json, json):", l->format);
    if (!got.ok()) return got.status;
  } while (!is_format(got.value));
  l->format = got.value;
  return {};
}

Status authenticate(Ctl& ctl, const Login& l) {
  Headers headers = {{"Authorization", "Basic " + base64_encode(l.username + ":" + l.password)}};
  CtlReply reply = client_call(ctl, "GET", "/auth", "", headers);
  if (!reply.transport.ok()) return reply.transport;
  if (reply.code >= 400) return fail(Err::unauthenticated, reply.body);
  if (!json_members(reply.body).ok() || text_at(reply.body, {"access_token"}).empty())
    return fail(Err::unauthenticated, "bad authentication token");
  ctl.stored.access_token = text_at(reply.body, {"access_token"});
  ctl.stored.refresh_token = text_at(reply.body, {"refresh_token"});
  ctl.stored.expires_at = integer_at(reply.body, {"expires_at"});
  return config_save_cluster(ctl.stored);
}

Status need_configuration(Ctl& ctl) {
  if (ctl.config.api_url.empty() || (ctl.config.access_token.empty() && ctl.config.api_key.empty()))
    return fail(Err::invalid, "no active configuration found");
  return {};
}

std::string config_json(const Ctl& ctl) {
  JsonObject o;
  o.add("api-url", ctl.config.api_url).add("format", ctl.stored.format);
  o.add("jwt_expires_at", std::to_string(ctl.config.expires_at)).add("namespace", ctl.config.ns);
  o.add("timeout", duration_text(ctl.config.timeout_ms)).add("username", client_user(ctl));
  return o.done();
}

}  // namespace

Status run_configure(Ctl& ctl) {
  if (Status s = need_args(ctl, 0); !s.ok()) return s;
  // The bool flag may come from the environment, so a script needs no flag at all.
  Login l = {flag_text(ctl, "url"), flag_text(ctl, "username"), flag_text(ctl, "password"), ctl.config.ns, ctl.config.format};
  if (flag_given(ctl, "format")) l.format = flag_text(ctl, "format");
  if (l.url.empty()) l.url = ctl.config.api_url;
  if (!flag_on(ctl, "non-interactive"))
    if (Status s = ask_login(ctl, &l); !s.ok()) return s;
  if (!is_format(l.format)) l.format = "tabular";
  ctl.stored.api_url = ctl.config.api_url = l.url;
  ctl.stored.trusted_ca_file = ctl.config.trusted_ca_file;
  ctl.stored.insecure = ctl.config.insecure;
  ctl.stored.timeout_ms = ctl.config.timeout_ms;
  // Nothing is written before the login was good: what worked goes on working when it was not.
  if (Status s = authenticate(ctl, l); !s.ok()) {
    ctl.write_err("\n");
    return fail(s.code, "unable to authenticate with error: " + s.message);
  }
  ctl.stored.ns = l.ns;
  ctl.stored.format = l.format;
  return config_save_profile(ctl.stored);
}

Status run_logout(Ctl& ctl) {
  if (Status s = need_args(ctl, 0); !s.ok()) return s;
  JsonObject body;
  body.add("refresh_token", ctl.config.refresh_token);
  if (Status s = client_send(ctl, "POST", "/auth/logout", body.done()); !s.ok()) return s;
  ctl.stored.access_token.clear();
  ctl.stored.refresh_token.clear();
  ctl.stored.expires_at = 0;
  ctl.stored.insecure = false;
  ctl.stored.trusted_ca_file.clear();
  if (Status s = config_save_cluster(ctl.stored); !s.ok()) return s;
  return say(ctl, "You have been logged out");
}

Status run_config_view(Ctl& ctl) {
  if (Status s = need_args(ctl, 0); !s.ok()) return s;
  if (Status s = need_configuration(ctl); !s.ok()) return s;
  std::string format = wanted_format(ctl), json = config_json(ctl);
  if (format == "json") ctl.write_out(json_shown(json) + "\n\n");
  else if (format == "yaml") ctl.write_out(yaml_from_json(json).value);
  else if (format == "wrapped-json")
    return fail(Err::invalid, "wrapped-json is not available for the configuration; use --format json, yaml or tabular");
  else
    ctl.write_out(labels_draw("Active Configuration",
                              {{"API URL", ctl.config.api_url},
                               {"Namespace", ctl.config.ns},
                               {"Format", ctl.stored.format},
                               {"Timeout", duration_text(ctl.config.timeout_ms)},
                               {"Username", client_user(ctl)},
                               {"JWT Expiration Timestamp", std::to_string(ctl.config.expires_at)}}));
  return {};
}

Status run_config_set_format(Ctl& ctl) {
  if (Status s = need_args(ctl, 1); !s.ok()) return s;
  ctl.stored.format = ctl.args[0];
  if (Status s = config_save_profile(ctl.stored); !s.ok()) return s;
  return say(ctl, "Updated");
}

Status run_config_set_namespace(Ctl& ctl) {
  if (Status s = need_args(ctl, 1); !s.ok()) return s;
  ctl.stored.ns = ctl.args[0];
  if (Status s = config_save_profile(ctl.stored); !s.ok()) return s;
  return say(ctl, "Updated");
}

Status run_config_set_timeout(Ctl& ctl) {
  if (Status s = need_args(ctl, 1); !s.ok()) return s;
  Result<int64_t> ms = duration_parse_ms(ctl.args[0]);
  if (!ms.ok()) return ms.status;
  if (ms.value <= 0) return fail(Err::invalid, "the timeout \"" + ctl.args[0] + "\" must be greater than zero");
  ctl.stored.timeout_ms = ms.value;
  if (Status s = config_save_cluster(ctl.stored); !s.ok()) return s;
  return say(ctl, "Updated");
}

std::vector<std::pair<std::string, std::string>> config_environment(const Ctl& ctl) {
  const CtlConfig& c = ctl.config;
  return {{"SENSU_API_URL", c.api_url},
          {"SENSU_NAMESPACE", c.ns},
          {"SENSU_FORMAT", c.format},
          {"SENSU_API_KEY", c.api_key},
          {"SENSU_ACCESS_TOKEN", c.access_token},
          {"SENSU_ACCESS_TOKEN_EXPIRES_AT", std::to_string(c.expires_at)},
          {"SENSU_REFRESH_TOKEN", c.refresh_token},
          {"SENSU_TRUSTED_CA_FILE", c.trusted_ca_file},
          {"SENSU_INSECURE_SKIP_TLS_VERIFY", c.insecure ? "true" : "false"},
          {"SENSU_TIMEOUT", duration_text(c.timeout_ms)}};
}

Status run_env(Ctl& ctl) {
  if (Status s = need_args(ctl, 0); !s.ok()) return s;
  if (ctl.config.api_key.empty())
    if (Status s = client_refresh(ctl); !s.ok()) return s;
  std::string shell = flag_text(ctl, "shell"), command = ctl.program + " env";
  if (!shell.empty()) command += " --shell " + shell;
  struct Style { const char *set, *equals, *end; std::string how; };
  Style style = {"export ", "=\"", "\"\n", "# Run this command to configure your shell: \n# eval $(" + command + ")\n"};
  if (shell == "cmd")
    style = {"SET ", "=", "\n",
             "REM Run this command to configure your shell: \nREM \t@FOR /f \"tokens=*\" %i IN ('" + command + "') DO @%i\n"};
  if (shell == "powershell")
    style = {"$Env:", " = \"", "\"\n", "# Run this command to configure your shell: \n# & " + command + " | Invoke-Expression\n"};
  for (const auto& v : config_environment(ctl)) ctl.write_out(std::string(style.set) + v.first + style.equals + v.second + style.end);
  ctl.write_out(style.how);
  return {};
}

Status run_version(Ctl& ctl) {
  if (Status s = need_args(ctl, 0); !s.ok()) return s;
  return say(ctl, ctl.program + " version " + kVersion + ", build " + kBuildSha + ", built " + kBuildDate);
}

}  // namespace picket
