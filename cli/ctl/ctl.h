// cli/ctl/ctl.h - the command line of the backend: one invocation, its parts, and the table of commands.
//
// A command is a row: name, usage, flags, function. The functions work on JSON text: what the API sends is brought
// into canonical form by the resource table (common/rules/resource_types.h), shown by rows of columns (view.h) and sent back
// with single members replaced. Called as `sensuctl` it is that program, texts included; as `picket ctl` only the
// name differs.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/socket/net.h"
#include "common/rules/resource_types.h"
#include "common/basic/result.h"

namespace picket {

struct CtlFlag {
  const char* name;
  char letter;           // 0 = none
  const char* kind;      // "" = boolean; else the word shown in help: string, strings, int, duration
  std::string fallback;  // "" = zero value
  const char* usage;
  bool required = false;  // unless --interactive is given
};

struct Ctl;
struct CtlCommand {
  const char* path;   // "check create"; groups have a row without run
  const char* usage;  // "[NAME]"
  const char* summary;
  std::vector<CtlFlag> flags;
  Status (*run)(Ctl& ctl) = nullptr;
  unsigned traits = 0;
  const char* detail = nullptr;  // longer text of --help instead of the summary
};
inline constexpr unsigned kCtlNoConfig = 1;       // runs without a configured backend
inline constexpr unsigned kCtlHidden = 2;         // works, but help does not list it
inline constexpr unsigned kCtlWordsAfter = 4;     // what follows the first argument is for somebody else, flags included
inline constexpr unsigned kCtlCheckNoConfig = 8;  // runs without a configured backend when --check is given

std::vector<CtlCommand> ctl_commands();

// The stored configuration: <config-dir>/cluster and /profile, as sensuctl writes them. `picket ctl` has a directory of its own, and reads
// sensuctl's while there is nothing in it; what it writes goes to its own, but for renewed tokens of a session that both use.
struct CtlConfig {
  std::string dir;
  std::string tokens_dir;  // where the tokens were read
  std::string api_url, trusted_ca_file, access_token, refresh_token, api_key;
  bool insecure = false;
  int64_t expires_at = 0, timeout_ms = 15'000;
  std::string format = "tabular", ns = "default";
};
Status config_read(const std::string& dir, const std::string& fallback_dir, CtlConfig* config);
Status config_save_cluster(const CtlConfig& config);
Status config_save_profile(const CtlConfig& config);

struct CtlReply {
  Status transport;
  int code = 0;
  Headers headers;
  std::string body;
};
using StreamSink = std::function<bool(std::string_view)>;  // false = stop
using CtlTransport = std::function<CtlReply(const HttpClientRequest& request)>;

struct CtlFlagValue {
  bool given = false;  // on the command line or in the environment
  std::string text;
  std::vector<std::string> list;
};

// One invocation.
struct Ctl {
  std::string program = "sensuctl";
  std::vector<CtlCommand> commands;
  std::vector<CtlFlag> global_flags;
  const CtlCommand* command = nullptr;
  std::vector<std::string> args;
  std::map<std::string, CtlFlagValue, std::less<>> flags;
  CtlConfig stored;  // as the files have it
  CtlConfig config;  // with flags and environment applied
  std::vector<std::pair<std::string, std::string>> env;
  std::function<Status(Ctl&)> renew;  // gets new tokens, which are kept in no file; none: the refresh token is traded in
  CtlTransport transport;
  StreamSink sink;                                  // set while a body is wanted piece by piece
  std::function<std::string()> read_input;          // all of standard input
  std::function<bool(std::string*)> read_line;      // one line of it, without its end; false at the end
  std::function<bool(bool)> echo;                   // terminal echo on or off; false when there is no terminal
  std::function<void(std::string_view)> write_out;  // standard output
  std::function<void(std::string_view)> write_err;
  bool on_terminal = false;        // standard output is one: what others wrote is masked (terminal_text.h)
  int64_t now_ms = 0;              // when the command began
  std::function<int64_t()> clock;  // the time now: a command may outlive its tokens; none: now_ms
  int exit_status = 0;             // of a command that succeeded: that of the program it ran
};

// Everything between argv (without the program) and the exit status.
int ctl_run(Ctl& ctl, const std::vector<std::string>& argv);
int ctl_main(const std::string& program, const std::vector<std::string>& argv);  // with the real world around it

// ---- flags and help (ctl_flags.cc) ----
Status ctl_parse(Ctl& ctl, const std::vector<std::string>& argv);  // finds the command, fills args and flags
std::string ctl_help(const Ctl& ctl, const CtlCommand& command);
std::string ctl_flag_usages(const std::vector<CtlFlag>& flags);
std::string flag_text(const Ctl& ctl, std::string_view name);  // "" when the command has no such flag
bool flag_on(const Ctl& ctl, std::string_view name);
bool flag_given(const Ctl& ctl, std::string_view name);
std::vector<std::string> flag_list(const Ctl& ctl, std::string_view name);
// Prints the command's help and fails with the text: how usage errors end.
Status usage_error(Ctl& ctl, std::string text = "invalid argument(s) received");
// Exactly `count` arguments, or the usage error.
Status need_args(Ctl& ctl, size_t count);

// ---- the API (client.cc) ----
CtlReply client_call(Ctl& ctl, std::string method, const std::string& path, std::string body = {}, Headers headers = {});
// GET whose body goes to `on_body` as it comes; for as long as it takes.
CtlReply client_stream(Ctl& ctl, const std::string& path, StreamSink on_body);
// A reply that is no success as the error to show.
Status reply_status(const CtlReply& reply);
Result<std::string> client_get(Ctl& ctl, const std::string& path);  // body of a success
Status client_send(Ctl& ctl, const std::string& method, const std::string& path, std::string body = {});
struct ListQuery {
  std::string field_selector, label_selector;
  int64_t chunk = 0;
  std::string extra;  // "types=CheckConfig"
};
// All pages. `warning`: the server's Sensu-Entity-Warning, if any.
Result<std::vector<std::string>> client_list(Ctl& ctl, const std::string& path, const ListQuery& query, std::string* warning = nullptr);
std::string api_path(const ResourceType& type, std::string_view ns, std::string_view name = {});
std::string path_escape(std::string_view text);  // as Go's url.PathEscape
std::string client_user(const Ctl& ctl);         // the name in the access token
// The configuration as SENSU_* variables, for programs that ask the same backend (configure.cc).
std::vector<std::pair<std::string, std::string>> config_environment(const Ctl& ctl);

// ---- kinds (ctl_types.cc) ----
const ResourceType* ctl_type(std::string_view name);  // by type or plural; Event among them

// ---- output (ctl_print.cc) ----
std::string wanted_format(const Ctl& ctl);
void print_resources(Ctl& ctl, const ResourceType& type, const std::vector<std::string>& objects);  // json/wrapped/yaml
std::string wrap_resource(const ResourceType& type, std::string_view canonical);                    // {"type",...}
std::string json_shown(std::string_view raw);                                                       // indented, < > & as they are

// ---- questions (prompt.cc) ----
bool confirm(Ctl& ctl, const std::string& question);
bool confirm_delete(Ctl& ctl, const std::string& name, const std::string& kind, const std::string& verb = "delete");
Result<std::string> ask(Ctl& ctl, const std::string& question, const std::string& fallback, bool required = false);
Result<std::string> ask_secret(Ctl& ctl, const std::string& question);

// ---- JSON text, edited (ctl_json.cc) ----
std::string json_set(std::string_view object, std::string_view key, std::string_view raw);
std::string json_drop(std::string_view object, std::string_view key);
std::string text_at(std::string_view object, std::initializer_list<std::string_view> path);
int64_t integer_at(std::string_view object, std::initializer_list<std::string_view> path);
bool true_at(std::string_view object, std::initializer_list<std::string_view> path);
std::vector<std::string> texts_at(std::string_view object, std::initializer_list<std::string_view> path);
std::string json_list(const std::vector<std::string>& texts);
std::string join(const std::vector<std::string>& texts, std::string_view between);
std::vector<std::string> split_csv(std::string_view text);  // commas with blanks around them

}  // namespace picket
