// tests/agent/core/allow_list_test.cc - the allow list: what of a request runs, and with which environment.
#include <doctest/doctest.h>

#include "common/basic/system_names.h"
#include "common/json/json.h"
#include "common/template/template.h"
#include "tests/agent/core/core_story.h"

using namespace picket;

static const std::string kSeparator(1, kPathListSeparator);  // of PATH

TEST_CASE("the allow list decides after tokens; env_vars only when it says so") {
  Story s;
  s.core.allow_list = allow_list_parse(R"([{"exec":"check-a","args":["-w 1"],"enable_env":true},{"exec":"check-b","args":[""]}])").value;
  s.online();
  s.request(check_json("a", "check-a -w 1", ",\"env_vars\":[\"A=1\"]"), 100);
  CHECK(s.tick(0) == "run:check-a -w 1");
  CHECK(s.last_process.env == std::vector<std::string>{"A=1", "PATH=/bin"});
  s.request(check_json("b", "check-b", ",\"env_vars\":[\"A=1\"]"), 100);
  CHECK(s.tick(0) == "run:check-b");
  CHECK(s.last_process.env == std::vector<std::string>{"PATH=/bin"});
  s.request(check_json("c", "check-b; rm -rf /"), 100);
  CHECK(s.tick(0) == "send:event");
  CHECK(s.last({"check", "output"}) == "\"check command denied by the agent allow list\"");
}

TEST_CASE("the allow list removes in one pass: what only comes together by it does not match") {
  AllowList list = allow_list_parse(R"([{"exec":"ab","args":["-x","yz"]}])").value;
  struct Row { const char* command; bool allowed; };
  for (const Row& r : {Row{"ab", true},     {"ab -x", true},       {"ab -x yz ab", true},
                       {"aabb", false},     {"ab --xx", false},    {"ab yabz", false},
                       {"ab -ab x", false}, {"ab  -x\tyz ", true}, {" ab\n", true},
                       {"-x ab", false},  // another program
                       {"yzab", false},     {"yz/ab", false},      {"A=1 ab", false},
                       {"ab\n-x", false},                                               // a line of its own is a command of its own
                       {"ab\r\nyz", false}, {"ab\v-x", false},     {"ab -xyz", false},  // one argument, and not a listed one
                       {"ab -x-x", false},  {"ab-x", false},       {"", false}}) {
    CAPTURE(r.command);
    CHECK((allow_list_match(list, r.command) != nullptr) == r.allowed);
  }
}

TEST_CASE("the allow list wants a hash: the program is looked at first") {
  Story s;
  s.core.allow_list = allow_list_parse(R"([{"exec":"check-a","args":[""],"sha512":"ABC"}])").value;
  s.online();
  s.request(check_json("a", "check-a"), 100);
  CHECK(s.tick(0) == "hash:check-a");
  core_program_hashed(s.core, s.now(), s.last_run, std::string("abc"));
  CHECK(s.tick(0) == "run:check-a");
  s.done(0, "");
  s.tick(0);
  s.request(check_json("a", "check-a"), 101);
  s.tick(0);
  core_program_hashed(s.core, s.now(), s.last_run, fail(Err::not_found, "no such program"));
  CHECK(s.tick(0) == "send:event");
  CHECK(s.last({"check", "output"}) == "\"check command denied by the agent allow list\"");
}

TEST_CASE("arguments with blanks, and those that begin alike") {
  AllowList list = allow_list_parse(R"([{"exec":"/opt/check it","args":["-w","-w 80","80 90","-c"]}])").value;
  struct Row { const char* command; bool allowed; };
  for (const Row& r : {Row{"/opt/check it -w 80", true},
                       {"/opt/check it -w 80 90", true},
                       {"/opt/check it -w 80 -c", true},
                       {"/opt/check it -w 90", false},
                       {"/opt/check it -w 80 80", false},
                       {"/opt/check  it", false}}) {
    CAPTURE(r.command);
    CHECK((allow_list_match(list, r.command) != nullptr) == r.allowed);
  }
}

namespace {
constexpr const char* kAsset = R"({"url":"http://h/a","sha512":"00","metadata":{"name":"a"}})";
std::string with_all() { return std::string(R"(,"secrets":["LD_PRELOAD=/evil.so","S=1"],"assets":[)") + kAsset + "]"; }
std::string env_text(const std::vector<std::string>& env) {
  std::string out;
  for (const std::string& e : env) out += (out.empty() ? "" : " ") + e;
  return out;
}
}  // namespace

TEST_CASE("whatever comes with a request, a listed command gets no more of it than its entry says") {
  const std::string vars = R"(,"env_vars":["E=1","ld_audit=/x","PATH=/evil","BASH_ENV=/x","PYTHONPATH=/x","BASH_FUNC_ls%%=() { :;}"])";
  struct Row { const char *why, *entry, *runs, *env; };
  const Row rows[] = {
      {"nothing", R"({"exec":"cmd","args":[""]})", "run:cmd", "PATH=/bin"},
      {"the program alone, by its content", R"({"exec":"cmd","args":[""],"sha512":"AB"})", "assets hash:cmd run:/cache/bin/cmd", "PATH=/bin"},
      {"the environment, but what loads code", R"({"exec":"cmd","args":[""],"enable_env":true})", "assets run:cmd",
       "A_PATH=/cache E=1 LD_LIBRARY_PATH=/cache/lib PATH=/bin:/cache/bin S=1"},
      {"both", R"({"exec":"cmd","args":[""],"enable_env":true,"sha512":"ab"})", "assets hash:cmd run:cmd",
       "A_PATH=/cache E=1 LD_LIBRARY_PATH=/cache/lib PATH=/bin:/cache/bin S=1"},
  };
  for (const Row& r : rows) {
    CAPTURE(r.why);
    Story s;
    s.core.allow_list = allow_list_parse("[" + std::string(r.entry) + "]").value;
    s.online();
    s.request(check_json("c", "cmd", vars.c_str()), 100, with_all().c_str());
    std::string did = s.tick(0);
    if (did == "assets") {
      core_assets_done(s.core, s.now(), s.last_run, {}, {"PATH=/cache/bin", "LD_LIBRARY_PATH=/cache/lib", "A_PATH=/cache"});
      did += " " + s.tick(0);
    }
    if (did.find("hash") != did.npos) {
      core_program_hashed(s.core, s.now(), s.last_run, std::string("ab"), "/cache/bin/cmd");
      did += " " + s.tick(0);
    }
    CHECK(did == r.runs);
    std::string wanted = r.env;
    if (size_t at = wanted.find("/bin:/cache"); at != wanted.npos) wanted.replace(at, 5, "/bin" + kSeparator);
    CHECK(env_text(s.last_process.env) == wanted);
  }
}

TEST_CASE("no variable that a program takes orders from comes along with enable_env; what an entry names does") {
  for (const char* name : {"HOME",
                           "PATH",
                           "path",
                           "IFS",
                           "SHELL",
                           "ENV",
                           "XDG_CONFIG_HOME",
                           "XDG_DATA_DIRS",
                           "GNUPGHOME",
                           "CURL_HOME",
                           "KRB5_CONFIG",
                           "HOSTALIASES",
                           "LESSOPEN",
                           "MANPAGER",
                           "OPENSSL_MODULES",
                           "GIT_SSH_COMMAND",
                           "PYTHONSTARTUP",
                           "PYTHONUSERBASE",
                           "PERL5OPT",
                           "RUBYOPT",
                           "NODE_OPTIONS",
                           "JAVA_TOOL_OPTIONS",
                           "LD_PRELOAD",
                           "DYLD_INSERT_LIBRARIES",
                           "BASH_ENV",
                           "BASH_FUNC_ls%%",
                           "CLASSPATH",
                           "NLSPATH",
                           "PHPRC",
                           "INPUTRC",
                           "KUBECONFIG",
                           "SSL_CERT_FILE",
                           "TAR_OPTIONS",
                           "MAKEFLAGS",
                           "TERMINFO",
                           "ODBCINI",
                           "A.B",
                           ""}) {
    CAPTURE(name);
    CHECK(variable_gives_orders(name));
  }
  for (const char* name :
       {"E", "S", "MARK", "DB_USER", "MYSQL_PWD", "PGPASSWORD", "AWS_ACCESS_KEY_ID", "API_TOKEN", "THRESHOLD", "LANG", "HTTP_PROXY"}) {
    CAPTURE(name);
    CHECK_FALSE(variable_gives_orders(name));
  }
  struct Row { const char *entry, *env; };
  for (const Row& r : {Row{R"({"exec":"c","args":[""],"env":["E","HOME"]})", "E=1 HOME=/h PATH=/bin"},
                       Row{R"({"exec":"c","args":[""],"env":["HOME"],"enable_env":true})", "E=1 F=2 HOME=/h PATH=/bin S=3"},
                       Row{R"({"exec":"c","args":[""],"env":["S"],"enable_env":false})", "PATH=/bin S=3"},
                       Row{R"({"exec":"c","args":[""],"env":[]})", "PATH=/bin"}}) {
    CAPTURE(r.entry);
    AllowList list = allow_list_parse("[" + std::string(r.entry) + "]").value;
    REQUIRE(list.size() == 1);
    std::vector<std::string> dropped;
    CHECK(env_text(allowed_environment(allowed_run(list[0]), {"PATH=/bin"}, {{}, {"S=3"}, {"E=1", "F=2", "HOME=/h", "XDG_DATA_HOME=/x"}},
                                       &dropped)) == r.env);
    CHECK(std::find(dropped.begin(), dropped.end(), "XDG_DATA_HOME") != dropped.end());
  }
}

TEST_CASE("hooks: assets only for a program whose content is known, or with enable_env") {
  struct Row { const char *why, *entry, *runs, *env; };
  const Row rows[] = {
      {"nothing", R"({"exec":"h","args":[""]})", "run:h", "PATH=/bin"},
      {"by content", R"({"exec":"h","args":["-x"],"sha512":"ab"})", "assets hash:h -x run:/cache/bin/h -x", "PATH=/bin"},
      {"environment", R"({"exec":"h","args":[""],"enable_env":true})", "assets run:h", "PATH=/bin:/cache/bin"},
  };
  for (const Row& r : rows) {
    CAPTURE(r.why);
    Story s;
    s.core.allow_list = allow_list_parse(R"([{"exec":"cmd","args":[""]},)" + std::string(r.entry) + "]").value;
    s.online();
    std::string command = std::string(r.why) == "by content" ? "h -x" : "h";
    s.request(check_json("c", "cmd", R"(,"check_hooks":[{"ok":["hk"]}])"), 100,
              (R"(,"hooks":[{"metadata":{"name":"hk","namespace":"default"},"command":")" + command +
               R"(","timeout":5}],"hook_assets":{"hk":{"assets":[)" + kAsset + "]}}")
                  .c_str());
    CHECK(s.tick(0) == "run:cmd");
    s.done(0, "");
    std::string did = s.tick(0);
    if (did == "assets") {
      core_assets_done(s.core, s.now(), s.last_run, {}, {"PATH=/cache/bin"});
      did += " " + s.tick(0);
    }
    if (did.find("hash") != did.npos) {
      core_program_hashed(s.core, s.now(), s.last_run, std::string("ab"), "/cache/bin/h");
      did += " " + s.tick(0);
    }
    CHECK(did == r.runs);
    std::string wanted = r.env;
    if (size_t at = wanted.find("/bin:/cache"); at != wanted.npos) wanted.replace(at, 5, "/bin" + kSeparator);
    CHECK(env_text(s.last_process.env) == wanted);
  }
}

TEST_CASE("a program's place in front of a command") {
  CHECK(command_with_program("check -w 1", "/c/bin/check") == "/c/bin/check -w 1");
  CHECK(command_with_program(" check", "/c d/it's") == (kSeparator == ";" ? "\"/c d/it's\"" : "'/c d/it'\\''s'"));
}
