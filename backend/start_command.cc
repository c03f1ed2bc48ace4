// backend/start_command.cc - from the command line to the running loop and back.
#include "backend/start_command.h"

#include <cstdio>

#include "common/basic/build_info.h"
#include "common/text/log.h"
#include "common/options/options.h"
#include "common/os/os.h"
#include "common/program/options_source.h"
#include "common/program/log_file.h"
#include "common/process/process.h"
#include "common/tls/tls.h"
#include "common/program/service.h"
#include "backend/auth/auth.h"
#include "backend/auth/password.h"
#include "backend/shared/backend.h"
#include "backend/shared/etcd_options.h"

namespace picket {
namespace {

constexpr const char* kUsage =
    "Usage: picket backend COMMAND [--OPTION VALUE]...\n\n"
    "  start               run the backend\n"
    "  check-config        validate the configuration; --strict: treat warnings as errors\n"
    "  version             print the version\n"
    "  init                initialize an empty state directory (otherwise done at the first start): --cluster-admin-password, or\n"
    "                      --interactive; --ignore-already-initialized: not an error (status 3)\n"
    "  migrate --to-etcd [--from FILE] | --to-sqlite   the data of a stopped backend becomes the first state of a new cluster;\n"
    "                      or a member's copy a single backend's\n"
    "  reset-password [USER]  set the password of a user (admin) of a stopped backend; asks for it, or reads it from standard input\n";

// One process: loop, backend and what stops it.
struct Program {
  uv_loop_t loop{};
  Net* net = nullptr;
  Backend* backend = nullptr;
  bool stopping = false;
  Status failed;  // after backend_start
};

void stop(Program* p) {
  if (std::exchange(p->stopping, true)) return;
  auto close_net = [p] { net_close(p->net, [] {}); };
  if (p->backend) backend_stop(p->backend, close_net);
  else close_net();
}

int fatal(const Status& s) {
  fprintf(stderr, "picket backend: %s\n", s.message.c_str());
  return 1;
}

Status log_open(const Options& options) {
  Result<LogFileOptions> file = log_file_options(options, service_is_managed() ? os_default_dir("log") + "/backend.log" : "");
  return file.ok() ? log_to_file(file.value) : file.status;
}

Status run(Program& p, const BackendConfig& config) {
  uv_loop_init(&p.loop);
  os_raise_file_limit();
  p.net = net_open(&p.loop, {});
  OrphanReaper* reaper = process_reap_orphans(&p.loop);
  ServiceWatch* service = service_watch(
      &p.loop,
      {[&p](const std::string& why) {
         log_warn("backend", "stopping", {{"why", why}});
         stop(&p);
       },
       [] {}, service_turn_log_level});  // SIGHUP: the event log opens its file anew (event_log.cc); without one it is no reason to end
  Result<Backend*> backend = backend_start(&p.loop, p.net, config);
  p.backend = backend.value;
  if (backend.ok()) {
    service_started();
    p.backend->on_failure = [&p](Status why) {
      p.failed = std::move(why);
      stop(&p);
    };
  } else {
    stop(&p);
  }
  uv_run(&p.loop, UV_RUN_DEFAULT);
  process_reap_end(reaper);
  service_watch_end(service);
  uv_run(&p.loop, UV_RUN_DEFAULT);
  uv_loop_close(&p.loop);
  return backend.ok() ? p.failed : backend.status;
}

// Takes a flag of init out of the arguments; `value`: with the word after it.
bool take(std::vector<std::string>& args, const std::string& flag, bool value = false) {
  for (auto it = args.begin(); it != args.end(); ++it) {
    bool joined = value && it->compare(0, flag.size() + 1, flag + "=") == 0;
    if (*it != flag && !joined) continue;
    auto end = it + 1;
    if (value && !joined && end != args.end()) ++end;
    args.erase(it, end);
    return true;
  }
  return false;
}

// "reset-password" and the user after it; "" when it is another command.
std::string reset_user(std::vector<std::string>& args) {
  if (args.empty() || args.front() != "reset-password") return "";
  args.erase(args.begin());
  if (args.empty() || args.front().empty() || args.front().front() == '-') return "admin";
  std::string user = args.front();
  args.erase(args.begin());
  return user;
}

std::string take_value(std::vector<std::string>& args, const std::string& flag) {
  for (size_t i = 0; i < args.size(); i++) {
    std::string value;
    if (args[i].compare(0, flag.size() + 1, flag + "=") == 0) value = args[i].substr(flag.size() + 1);
    else if (args[i] == flag && i + 1 < args.size()) value = args[i + 1];
    if (!value.empty()) return take(args, flag, true), value;
  }
  return "";
}

MigrateFlags migrate_flags(std::vector<std::string>& args) {
  MigrateFlags flags;
  flags.to_etcd = take(args, "--to-etcd");
  flags.to_sqlite = take(args, "--to-sqlite");
  flags.from = take_value(args, "--from");
  return flags;
}

InitFlags init_flags(std::vector<std::string>& args) {
  InitFlags flags;
  flags.interactive = take(args, "--interactive");
  flags.ignore_already = take(args, "--ignore-already-initialized");
  take(args, "--wait");  // for etcd, in the reference; there is nothing to wait for
  take(args, "--timeout", true);
  return flags;
}

// As empty: the user agent gets Sensu's. Whoever writes it down expects more of it.
void agent_password_warn(const BackendConfig& c, StringList& warnings) {
  if (c.agent_password == kDefaultPassword)
    warnings.push_back(
        "agent-password is Sensu's default password, which everybody knows: agents on other machines are refused with it; choose another "
        "one, and write it as password into every agent.yml");
}

constexpr int64_t kCertificateSoonDays = 7;  // a program that renews has done it by then

}  // namespace

Status backend_first_start_check(const BackendConfig& c) {
  if (os_exists(c.state_dir + "/picket.db")) return {};  // they count for an empty store alone
  Status admin = password_first_check(c.admin_password), agent = password_first_check(c.agent_password);
  if (!admin.ok()) return because("cluster-admin-password (or PICKET_ADMIN_PASSWORD)", admin);
  return agent.ok() ? agent : because("agent-password", agent);
}

StringList backend_certificate_warnings(const BackendConfig& c, int64_t now_s) {
  StringList warnings;
  auto look = [&](const std::string& option, const std::string& path) {
    Result<std::string> pem = path.empty() ? fail(Err::not_found, "") : os_read_file(path);
    Result<int64_t> until = pem.ok() ? certificates_valid_until(pem.value) : Result<int64_t>(pem.status);
    if (!until.ok()) return;  // the options' reader has said it
    const std::string what = option + ": the certificate in " + path;
    const int64_t left_s = until.value - now_s;
    if (left_s < 0) warnings.push_back(what + " has expired; replace it, agents and clients reject it");
    else if (left_s < kCertificateSoonDays * 86400)
      warnings.push_back(what + " is valid for " + std::to_string(left_s / 86400) + " days; replace it before it expires");
  };
  for (const CertificateOption& o : c.certificate_files)
    if (!o.authorities) look(o.option, o.path);
  constexpr int kOthersRead = 0004;
  for (const std::string& key : {c.tls.key_file, c.agent_ca_key_file})
    if (!key.empty() && os_file_mode(key) > 0 && (os_file_mode(key) & kOthersRead))
      warnings.push_back("the key in " + key + " is readable by everybody; take that away: chmod o-r " + key);
  return warnings;
}

int backend_command(const std::vector<std::string>& args) { return backend_command_as(kBackendOptions, args); }

int backend_command_as(const OptionTable& table, const std::vector<std::string>& args) {
  std::vector<std::string> rest = args;
  bool init = !rest.empty() && rest.front() == "init", check = !rest.empty() && rest.front() == "check-config";
  const bool migrate = !rest.empty() && rest.front() == "migrate";
  if (!rest.empty() && (init || check || migrate || rest.front() == "start")) rest.erase(rest.begin());
  if (!rest.empty() && rest.front() == "help") rest.front() = "--help";
  if (!rest.empty() && (rest.front() == "version" || rest.front() == "--version"))
    return printf("sensu-backend version %s, build %s, built %s\n", kVersion, kBuildSha, kBuildDate), 0;
  const std::string reset = reset_user(rest);
  const bool start = !init && !check && !migrate && reset.empty();
  if (start) service_signals_hold();
  InitFlags flags = init ? init_flags(rest) : InitFlags();
  const MigrateFlags migration = migrate ? migrate_flags(rest) : MigrateFlags();
  bool strict = check && take(rest, "--strict");
  auto failed = [start](const Status& s) { return start ? log_start_failure("backend", s.message) : fatal(s); };
  Result<Options> options = options_load(table, os_options_input(rest));
  if (check) options_print_warnings(options.value.warnings);
  if (!options.ok()) return failed(options.status);
  if (options.value.boolean("help")) return printf("%s", options_help(table, kUsage).c_str()), 0;
  if (options.value.boolean("print-config")) return printf("%s", options_print(options.value).c_str()), 0;
  if (!options.value.args.empty())
    return fatal(fail(Err::invalid, "\"" + options.value.args.front() + "\" is not a command; run `picket backend --help` for the list"));
  Result<BackendConfig> config = backend_config(options.value);
  if (!config.ok()) return failed(config.status);
  if (!reset.empty()) return backend_reset_password(config.value, reset);
  if (migrate) return backend_migrate(config.value, migration);
  const StringList certificates = backend_certificate_warnings(config.value, os_unix_ms() / 1000);
  StringList start_warnings = default_password_warnings(config.value.default_password, os_unix_ms() / 1000);
  start_warnings.insert(start_warnings.end(), certificates.begin(), certificates.end());
  agent_password_warn(config.value, start_warnings);
  const StringList etcd = etcd_options_warnings(options.value, config.value.etcd);
  start_warnings.insert(start_warnings.end(), etcd.begin(), etcd.end());
  if (check) options_print_warnings(start_warnings);
  options.value.warnings.insert(options.value.warnings.end(), start_warnings.begin(), start_warnings.end());
  if (Status s = backend_first_start_check(config.value); check && !s.ok()) return fatal(s);
  if (Status s = log_file_options(options.value, "").status; !s.ok()) return failed(s);
  if (Status s = options_unmet(options.value); check && !s.ok()) return fatal(s);
  if (Status s = options_strict(options.value.warnings); strict && !s.ok()) return fatal(s);
  if (check) return printf("configuration is valid: state in %s\n", config.value.state_dir.c_str()), 0;
  if (Status s = log_open(options.value); !s.ok()) return failed(s);
  log_set_level(log_level_parse(config.value.log_level).value);
  options_log_warnings(options.value.warnings, "backend");
  options_log_unmet(options.value, "backend");
  if (init) return backend_init(config.value, flags);
  Program program;
  Status status = run(program, config.value);
  return status.ok() ? 0 : failed(status);
}

}  // namespace picket
