// cli/dispatch/invocation.cc - one invocation from argv to exit status.
#include "cli/ctl/ctl.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "cli/show/ctl_resource.h"
#include "common/json/json.h"
#include "common/options/options.h"
#include "common/os/os.h"

namespace picket {
namespace {

void apply_settings(Ctl& ctl) {
  CtlConfig& c = ctl.config;
  auto text = [&](const char* flag, std::string* field) {
    if (flag_given(ctl, flag)) *field = flag_text(ctl, flag);
  };
  text("api-url", &c.api_url);
  text("api-key", &c.api_key);
  text("namespace", &c.ns);
  text("trusted-ca-file", &c.trusted_ca_file);
  if (flag_given(ctl, "insecure-skip-tls-verify")) c.insecure = flag_on(ctl, "insecure-skip-tls-verify");
  if (flag_given(ctl, "timeout") && duration_parse_ms(flag_text(ctl, "timeout")).ok())
    c.timeout_ms = duration_parse_ms(flag_text(ctl, "timeout")).value;
  auto env = [&](const char* name) -> std::string {
    for (const auto& e : ctl.env)
      if (e.first == name) return e.second;
    return "";
  };
  if (std::string token = env("SENSU_ACCESS_TOKEN"); !token.empty()) {
    c.access_token = token;
    c.refresh_token = env("SENSU_REFRESH_TOKEN");
    c.expires_at = strtoll(env("SENSU_ACCESS_TOKEN_EXPIRES_AT").c_str(), nullptr, 10);
  }
  if (std::string format = env("SENSU_FORMAT"); !format.empty()) c.format = format;
}

// A command that has a --timeout of its own means something else by it.
bool hides_global(const Ctl& ctl, std::string_view name) {
  for (const CtlFlag& f : ctl.command->flags)
    if (name == f.name) return true;
  return false;
}

// Under our own name, unless a directory was named.
std::string fallback_dir(const Ctl& ctl) {
  if (ctl.program == "sensuctl" || flag_given(ctl, "config-dir")) return "";
  std::string home;
  for (const auto& e : ctl.env) {
    if (e.first == "XDG_CONFIG_HOME" && !e.second.empty()) return e.second + "/sensu/sensuctl";
    if (e.first == "HOME" || (home.empty() && e.first == "USERPROFILE")) home = e.second;
  }
  return home + "/.config/sensu/sensuctl";
}

Status load_config(Ctl& ctl) {
  if (Status s = config_read(flag_text(ctl, "config-dir"), fallback_dir(ctl), &ctl.stored); !s.ok()) return s;
  ctl.config = ctl.stored;
  int64_t timeout = ctl.config.timeout_ms;
  apply_settings(ctl);
  if (hides_global(ctl, "timeout")) ctl.config.timeout_ms = timeout;
  return {};
}

Status need_backend(const Ctl& ctl) {
  if (ctl.command->traits & kCtlNoConfig) return {};
  if ((ctl.command->traits & kCtlCheckNoConfig) && flag_on(ctl, "check")) return {};
  std::string configure = "You can either configure ", by = " by running \"" + ctl.program + " configure\" or by using the ";
  if (ctl.config.api_url.empty())
    return fail(Err::invalid, "No API URL is defined. " + configure + "an API URL" + by + "--api-url command line option");
  if (ctl.config.access_token.empty() && ctl.config.api_key.empty())
    return fail(Err::invalid, "Unable to locate credentials. " + configure + "credentials" + by + "--api-key command line option");
  return {};
}

Status need_flags(const Ctl& ctl) {
  if (flag_on(ctl, "interactive")) return {};
  std::vector<std::string> missing;
  for (const CtlFlag& f : ctl.command->flags)
    if (f.required && !flag_given(ctl, f.name)) missing.push_back("\"" + std::string(f.name) + "\"");
  bool scripted = std::string_view(ctl.command->path) == "configure" && flag_on(ctl, "non-interactive");
  for (const char* name : {"password", "username"})
    if (scripted && !flag_given(ctl, name)) missing.push_back("\"" + std::string(name) + "\"");
  std::sort(missing.begin(), missing.end());
  if (missing.empty()) return {};
  return fail(Err::invalid, "required flag(s) " + join(missing, ", ") + " not set");
}

constexpr int kExitError = 1, kExitUsage = 64;

int unknown_command(Ctl& ctl) {
  std::string name = ctl.program + (*ctl.command->path ? std::string(" ") + ctl.command->path : "");
  std::vector<std::string_view> known;
  std::string_view parent = ctl.command->path;
  for (const CtlCommand& c : ctl.commands) {
    std::string_view path = c.path;
    bool child = parent.empty() ? !path.empty() && path.find(' ') == path.npos
                                : path.size() > parent.size() && path.substr(0, parent.size()) == parent && path[parent.size()] == ' ';
    if (child) known.push_back(path.substr(parent.empty() ? 0 : parent.size() + 1));
  }
  ctl.write_err("Error: unknown command \"" + ctl.args[0] + "\" for \"" + name + "\"\n");
  std::string_view nearest = nearest_name(ctl.args[0], known);
  if (!nearest.empty()) ctl.write_err("\nDid you mean this?\n\t" + std::string(nearest) + "\n\n");
  ctl.write_err("Run '" + name + " --help' for usage.\n");
  return *ctl.command->path ? kExitUsage : kExitError;
}

int report(Ctl& ctl, const Status& s) {
  if (s.ok()) return ctl.exit_status;
  ctl.write_err("Error: " + s.message + "\n");
  return kExitError;
}

}  // namespace

// The flags of sensuctl's own commands are its own: its help is known to the letter.
static std::vector<CtlCommand> commands_of(const Ctl& ctl) {
  std::vector<CtlCommand> all = ctl_commands();
  for (CtlCommand& c : all) {
    if (ctl.program != "sensuctl" || std::string_view(c.path) != "dump") continue;
    c.flags.erase(std::remove_if(c.flags.begin(), c.flags.end(), [](const CtlFlag& f) { return std::string_view(f.name) == "for"; }),
                  c.flags.end());
  }
  return all;
}

int ctl_run(Ctl& ctl, const std::vector<std::string>& argv) {
  ctl.commands = commands_of(ctl);
  if (Status s = ctl_parse(ctl, argv); !s.ok()) return report(ctl, s);
  bool completion = std::string_view(ctl.command->path) == "completion";
  if (flag_on(ctl, "help") && !completion) return ctl.write_out(ctl_help(ctl, *ctl.command)), 0;
  if (!ctl.command->run) {
    if (!ctl.args.empty()) return unknown_command(ctl);
    ctl.write_out(ctl_help(ctl, *ctl.command));
    return *ctl.command->path ? kExitError : 0;
  }
  if (Status s = load_config(ctl); !s.ok()) return report(ctl, s);
  if (Status s = need_backend(ctl); !s.ok()) return report(ctl, s);
  if (Status s = need_flags(ctl); !s.ok()) return report(ctl, s);
  return report(ctl, ctl.command->run(ctl));
}

}  // namespace picket
