// tests/common/options/options_test.cc - flags, environment and files, and what is wrong in them.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include "tests/common/options/options_fake.h"

using namespace picket;
using namespace options_fake;

TEST_CASE("a flag beats the environment, the environment beats the file, the file beats the default") {
  std::map<std::string, std::string> file = {{"/etc/sensu/agent.yml", "\nkeepalive-interval: 30\n"}};
  auto a = load({});
  CHECK(a.value.integer("keepalive-interval") == 20);
  CHECK(a.value.is_default("keepalive-interval"));
  a = load({}, {}, file);
  CHECK(a.value.integer("keepalive-interval") == 30);
  CHECK(a.value.origin("keepalive-interval") == "/etc/sensu/agent.yml:2");
  a = load({}, {{"SENSU_KEEPALIVE_INTERVAL", "40"}}, file);
  CHECK(a.value.integer("keepalive-interval") == 40);
  CHECK(a.value.origin("keepalive-interval") == "environment SENSU_KEEPALIVE_INTERVAL");
  a = load({}, {{"SENSU_KEEPALIVE_INTERVAL", "40"}, {"PICKET_KEEPALIVE_INTERVAL", "50"}}, file);
  CHECK(a.value.integer("keepalive-interval") == 50);
  a = load({"--keepalive-interval", "60"}, {{"PICKET_KEEPALIVE_INTERVAL", "50"}}, file);
  CHECK(a.value.integer("keepalive-interval") == 60);
  CHECK(a.value.origin("keepalive-interval") == "--keepalive-interval");
}

TEST_CASE("flags are written as pflag allows") {
  struct Row {
    std::vector<std::string> argv;
    const char* expect;  // name|backend-url|deregister|no-watch|args
    const char* why;
  };
  const Row rows[] = {
      {{"--name", "a"}, "a|<ws://127.0.0.1:8081>|0|0|", "value in the next word"},
      {{"--name=a"}, "a|<ws://127.0.0.1:8081>|0|0|", "value behind ="},
      {{"--name="}, "|<ws://127.0.0.1:8081>|0|0|", "an empty value is a value"},
      {{"--name", "-x"}, "-x|<ws://127.0.0.1:8081>|0|0|", "the next word is the value whatever it looks like"},
      {{"--id", "a"}, "a|<ws://127.0.0.1:8081>|0|0|", "alias"},
      {{"--name", "a", "--name", "b"}, "b|<ws://127.0.0.1:8081>|0|0|", "the last scalar counts"},
      {{"-u", "x", "-uy", "-u=z,w"}, "|<x><y><z><w>|0|0|", "short flags; lists add up and split at commas"},
      {{"--backend-url", "\"a,b\",c"}, "|<a,b><c>|0|0|", "CSV quotes"},
      {{"-dn"}, "|<ws://127.0.0.1:8081>|1|1|", "short booleans in one word"},
      {{"--deregister=false", "start"}, "|<ws://127.0.0.1:8081>|0|0|<start>", "a boolean with =; other words are arguments"},
      {{"--deregister", "false"}, "|<ws://127.0.0.1:8081>|1|0|<false>", "a boolean takes no next word"},
      {{"start", "--", "--name", "x"}, "|<ws://127.0.0.1:8081>|0|0|<start><--name><x>", "-- ends the flags"},
      {{"-"}, "|<ws://127.0.0.1:8081>|0|0|<->", "a lone dash is an argument"},
  };
  for (const Row& r : rows) {
    CAPTURE(r.why);
    auto o = load(r.argv);
    REQUIRE_MESSAGE(o.ok(), o.status.message);
    CHECK(o.value.text("name") + "|" + joined(o.value.list("backend-url")) + "|" + std::to_string(o.value.boolean("deregister")) + "|" +
              std::to_string(o.value.boolean("no-watch")) + "|" + joined(o.value.args) ==
          r.expect);
  }
}

TEST_CASE("what is wrong is named with its place, its value and a remedy") {
  struct Row {
    std::vector<std::string> argv;
    std::vector<std::pair<std::string, std::string>> env;
    const char *file, *error, *why;
  };
  const Row rows[] = {
      {{"--keepalve-interval", "3"}, {}, "", "unknown option \"--keepalve-interval\"; did you mean \"--keepalive-interval\"? See --help\nunknown", "misspelt flag"},
      {{"--zzzzzzzz"}, {}, "", "unknown option \"--zzzzzzzz\"; see --help", "nothing near it"},
      {{"-z"}, {}, "", "unknown option \"-z\"; see --help", "unknown short flag"},
      {{"--name"}, {}, "", "--name: value missing: expected --name NAME", "no value"},
      {{"--keepalive-interval", "soon"}, {}, "", "--keepalive-interval: invalid value \"soon\" for option \"keepalive-interval\": expected an integer, e.g. 20", "type"},
      {{"--keepalive-interval", "2x"}, {}, "", "--keepalive-interval: invalid value \"2x\"", "rest behind the number"},
      {{"--keepalive-interval", "99999999999999999999"}, {}, "", "--keepalive-interval: invalid value \"9999", "too large"},
      {{"--deregister=maybe"}, {}, "", "--deregister: invalid value \"maybe\" for option \"deregister\": expected true or false", "boolean"},
      {{"--retry-max", "5 apples"}, {}, "", "--retry-max: invalid value \"5 apples\" for option \"retry-max\": expected a duration, e.g. 90s, 2m or 1h30m", "duration"},
      {{"--retry-multiplier", "inf"}, {}, "", "--retry-multiplier: invalid value \"inf\"", "no infinite numbers"},
      {{"--labels", "a"}, {}, "", "--labels: \"a\" is not of the form name=value", "map"},
      {{"--labels", "a=b\"c"}, {}, "", "--labels: unexpected double quote", "CSV: as in the reference"},
      {{}, {{"SENSU_RETRY_MAX", "x"}}, "", "environment SENSU_RETRY_MAX: invalid value \"x\"", "environment"},
      {{}, {{"SENSU_LABELS", "{\"a\":1}"}}, "", "environment SENSU_LABELS: option \"labels\": ", "JSON of the wrong kind"},
      {{}, {}, "name: [a, b]\n", "/etc/sensu/agent.yml:1: option \"name\" has several values; expected one: text", "list for a text"},
      {{}, {}, "labels: {a: {b: c}}\n", "/etc/sensu/agent.yml:1: option \"labels\" has nested lists or maps", "nested"},
      {{}, {}, "backend-url: {a: b}\n", "/etc/sensu/agent.yml:1: option \"backend-url\" is a map; expected", "map for a list"},
      {{}, {}, "name: a\n b: c\n", "/etc/sensu/agent.yml: line 2: ", "not YAML"},
      {{}, {}, "just a text\n", "/etc/sensu/agent.yml:1: expected options of the form `name: value`", "no map"},
      {{"-c", "/nowhere.yml"}, {}, "", "-c: configuration file \"/nowhere.yml\": no such file", "named and missing"},
      {{}, {{"SENSU_CONFIG_FILE", "/nowhere.yml"}}, "", "environment SENSU_CONFIG_FILE: configuration file \"/nowhere.yml\": no such file", "named by the environment"},
  };
  for (const Row& r : rows) {
    CAPTURE(r.why);
    std::map<std::string, std::string> files;
    if (*r.file) files["/etc/sensu/agent.yml"] = r.file;
    auto o = load(r.argv, r.env, files);
    REQUIRE(!o.ok());
    std::string got = o.status.message, want = r.error;
    if (size_t cut = want.find("\nunknown"); cut != want.npos) want.resize(cut);
    CHECK(got.substr(0, want.size()) == want);
  }
}

TEST_CASE("all errors are reported at once, one per line") {
  auto o =
      load({"--keepalive-interval", "x", "--nam", "y"}, {{"SENSU_RETRY_MAX", "x"}}, {{"/etc/sensu/agent.yml", "deregister: 5\nbad: 1\n"}});
  REQUIRE(!o.ok());
  CHECK(std::count(o.status.message.begin(), o.status.message.end(), '\n') == 3);
  CHECK(o.value.warnings.size() == 1);
}

TEST_CASE("what the reference ignores in a file is ignored, and reported") {
  struct Row { const char *path, *text, *warning, *why; };
  const Row rows[] = {
      {"/x.yml", "name: a\nkeepalve-interval: 3\n", "/x.yml:2: unknown option \"keepalve-interval\", \"3\" is ignored; did you mean \"keepalive-interval\"? See --help", "misspelt"},
      {"/x.yml", "zzzzzzzz: 3\nname: a", "/x.yml:1: unknown option \"zzzzzzzz\", \"3\" is ignored; see --help", "nothing near it"},
      {"/x.yml", "name: a\npasword: hush", "/x.yml:2: unknown option \"pasword\", its value is ignored; did you mean \"password\"? See --help", "what may be a secret is not shown"},
      {"/x.yml", "name: a\nvault_token: hush", "/x.yml:2: unknown option \"vault_token\", its value is ignored; see --help", "the same, by its name"},
      {"/x.yml", "name: a\nplatform: {a: [{b: c}]}\n", "/x.yml:2: unknown option \"platform\", its value is ignored; see --help", "nested"},
      {"/x.yml", "name: a\nother:\n", "/x.yml:2: unknown option \"other\", its value is ignored; see --help", "null"},
      {"/x.yml", "name: b\nname: a\n", "/x.yml:2: \"name\" is set twice, the last value is used; remove one of them", "twice: as go-yaml reads it"},
      {"/x.yml", "name: a\n---\nname: b\n", "/x.yml:3: the second document is ignored; remove the line ---", "two documents"},
      {"/x.yml", "name: a\nconfig-file: x\n", "/x.yml:2: option \"config-file\" has no effect in a file; use it on the command line", "only outside"},
      {"/x.ini", "name = a\n\nnam = b\n", "/x.ini:3: unknown option \"nam\", \"b\" is ignored; did you mean \"name\"? See --help", "INI"},
      {"/x.ini", "name = a\n[other]\nx = b\n", "/x.ini:3: unknown option \"other.x\", \"b\" is ignored; see --help", "INI section"},
  };
  for (const Row& r : rows) {
    CAPTURE(r.why);
    auto o = load({"-c", r.path}, {}, {{r.path, r.text}});
    REQUIRE_MESSAGE(o.ok(), o.status.message);
    CHECK(o.value.text("name") == "a");
    REQUIRE(o.value.warnings.size() == 1);
    CHECK(o.value.warnings[0] == r.warning);
    CHECK(!options_strict(o.value.warnings).ok());
  }
  CHECK(options_strict(load({}).value.warnings).ok());
  CHECK(load({"-c", "/x.ini"}, {}, {{"/x.ini", "nam = a\nnam = b\n"}}).value.warnings.size() == 2);
}

TEST_CASE("YAML files: scalars of YAML 1.1, lists and maps in their forms") {
  struct Row {
    const char *yaml, *name, *urls, *labels, *why;
  };
  const Row rows[] = {
      {"name: web1", "web1", "<ws://127.0.0.1:8081>", "", "plain"},
      {"{\"name\": \"web1\", \"labels\": {\"a\": \"b\"}}", "web1", "<ws://127.0.0.1:8081>", "a=b;", "JSON is YAML"},
      {"Name: web1", "web1", "<ws://127.0.0.1:8081>", "", "keys in any case"},
      {"name: yes", "true", "<ws://127.0.0.1:8081>", "", "an unquoted yes is a boolean"},
      {"name: 'yes'", "yes", "<ws://127.0.0.1:8081>", "", "a quoted one is a text"},
      {"name: 010", "8", "<ws://127.0.0.1:8081>", "", "octal"},
      {"name: 1.50", "1.5", "<ws://127.0.0.1:8081>", "", "a number becomes its decimal text"},
      {"name:", "", "<ws://127.0.0.1:8081>", "", "null keeps the default"},
      {"backend-url: [a, b]", "", "<a><b>", "", "flow list"},
      {"backend-url:\n- a\n- b", "", "<a><b>", "", "block list"},
      {"backend-url: a b,c", "", "<a><b><c>", "", "one text is split at commas and blanks"},
      {"backend-url: []", "", "", "", "an empty list replaces the default"},
      {"labels: {Foo: Bar, n: 1, t: on}", "", "<ws://127.0.0.1:8081>", "false=1;foo=Bar;t=true;", "keys are lower-cased; n is a boolean"},
      {"labels: a=b,c=d", "", "<ws://127.0.0.1:8081>", "a=b;c=d;", "a map as one text"},
      {"x: &a b\nname: a", "a", "<ws://127.0.0.1:8081>", "", "unknown keys are passed over"},
      {"checks:\n  disk: {command: x}\nname: a", "a", "<ws://127.0.0.1:8081>", "", "keys of other readers are passed over"},
      {"", "", "<ws://127.0.0.1:8081>", "", "an empty file"},
      {"# only a comment\n", "", "<ws://127.0.0.1:8081>", "", "a comment"},
      {"\xEF\xBB\xBFname: a", "a", "<ws://127.0.0.1:8081>", "", "a byte order mark"},
      {"name: a\r\nlabels:\r\n  b: c\r\n", "a", "<ws://127.0.0.1:8081>", "b=c;", "Windows line ends"},
  };
  for (const Row& r : rows) {
    CAPTURE(r.why);
    auto o = load({}, {}, {{"/etc/sensu/agent.yml", r.yaml}});
    CHECK_MESSAGE(o.ok() == (r.name != nullptr), o.status.message);
    if (!o.ok()) continue;
    CHECK(o.value.text("name") == r.name);
    CHECK(joined(o.value.list("backend-url")) == r.urls);
    CHECK(joined(o.value.map("labels")) == r.labels);
  }
}

TEST_CASE("INI files: repeated lines are lists, dots and sections are maps") {
  struct Row {
    const char *ini, *name, *urls, *labels, *why;
  };
  const Row rows[] = {
      {"name = web1 ; comment\n# another\n", "web1", "<ws://127.0.0.1:8081>", "", "comments"},
      {"[agent]\nname = web1\n", "web1", "<ws://127.0.0.1:8081>", "", "section of the program"},
      {"backend-url = a\nbackend-url = b c\n", "", "<a><b><c>", "", "list"},
      {"labels.region = eu\nlabels.Tier = 1\n", "", "<ws://127.0.0.1:8081>", "region=eu;tier=1;", "map"},
      {"[labels]\nregion = eu\n", "", "<ws://127.0.0.1:8081>", "region=eu;", "map as a section"},
      {"[check disk]\ncommand = x\n[agent]\nname=a\n", "a", "<ws://127.0.0.1:8081>", "", "sections of other readers"},
      {"name = a\nname = b\n", nullptr, "", "", "a scalar twice"},
      {"nonsense\n", nullptr, "", "", "no ="},
      {"nam = b\nname = a\n", "a", "<ws://127.0.0.1:8081>", "", "unknown"},
      {"name = a\0b\n", nullptr, "", "", "NUL byte"},
  };
  for (const Row& r : rows) {
    CAPTURE(r.why);
    std::string text = r.why == std::string("NUL byte") ? std::string("name = a\0b\n", 11) : r.ini;
    auto o = load({"-c", "/x.ini"}, {}, {{"/x.ini", text}});
    CHECK_MESSAGE(o.ok() == (r.name != nullptr), o.status.message);
    if (!o.ok()) continue;
    CHECK(o.value.text("name") == r.name);
    CHECK(joined(o.value.list("backend-url")) == r.urls);
    CHECK(joined(o.value.map("labels")) == r.labels);
  }
  std::string wide = "name = " + std::string(70'000, 'x') + "\n";
  CHECK(!load({"-c", "/x.ini"}, {}, {{"/x.ini", wide}}).ok());
}

TEST_CASE("lists and maps in the environment: JSON, commas or blanks") {
  struct Row {
    const char *urls, *labels, *expect_urls, *expect_labels;
  };
  const Row rows[] = {
      {"a b", "k=v", "<a><b>", "k=v;"},
      {"a,b", "k=v,l=w", "<a><b>", "k=v;l=w;"},
      {" a , b\n", "k=v l=w", "<a><b>", "k=v;l=w;"},
      {"[\"a b\",\"c\"]", "{\"K\":\"v, w\"}", "<a b><c>", "K=v, w;"},
      {"", "", "<ws://127.0.0.1:8081>", ""},
  };
  for (const Row& r : rows) {
    auto o = load({}, {{"SENSU_BACKEND_URL", r.urls}, {"SENSU_LABELS", r.labels}});
    REQUIRE_MESSAGE(o.ok(), o.status.message);
    CHECK(joined(o.value.list("backend-url")) == r.expect_urls);
    CHECK(joined(o.value.map("labels")) == r.expect_labels);
  }
}

TEST_CASE("what Kubernetes says of a Service is not our option") {
  auto o = load({}, {{"PICKET_KEEPALIVE_INTERVAL", "tcp://10.0.0.7:3031"}, {"SENSU_KEEPALIVE_INTERVAL", "30"}, {"PICKET_NAME", "tcp://x"}});
  REQUIRE_MESSAGE(o.ok(), o.status.message);
  CHECK(o.value.integer("keepalive-interval") == 30);
  CHECK(o.value.text("name") == "tcp://x");
  REQUIRE(o.value.warnings.size() == 1);
  CHECK(
      o.value.warnings[0] ==
      "environment PICKET_KEEPALIVE_INTERVAL: \"tcp://10.0.0.7:3031\" is ignored: Kubernetes sets it for a Service (see enableServiceLinks)");
}

TEST_CASE("a map of a stronger source replaces the weaker one as a whole") {
  std::map<std::string, std::string> file = {{"/etc/sensu/agent.yml", "labels: {a: file}"}};
  CHECK(joined(load({"--labels", "B=flag", "--labels", "c=2"}, {}, file).value.map("labels")) == "B=flag;c=2;");
  CHECK(joined(load({}, {{"SENSU_LABELS", "b=env"}}, file).value.map("labels")) == "b=env;");
}

TEST_CASE("the first default file that exists is read; -c works anywhere and beats it") {
  std::map<std::string, std::string> files = {{"/etc/picket/agent.ini", "name = ini\n"}, {"/my.yml", "name: mine"}};
  CHECK(load({}, {}, files).value.text("name") == "ini");
  CHECK(load({"--deregister", "-c", "/my.yml"}, {}, files).value.text("name") == "mine");
  CHECK(load({}, {{"SENSU_CONFIG_FILE", "/my.yml"}}, files).value.text("name") == "mine");
}

TEST_CASE("--help needs nothing else to be right") {
  auto o = load({"--nonsense", "--help"}, {{"SENSU_RETRY_MAX", "x"}}, {{"/etc/sensu/agent.yml", ":::"}});
  REQUIRE(o.ok());
  CHECK(o.value.boolean("help"));
}

TEST_CASE("what the reference has and we do not need is accepted, and not advertised") {
  auto o = load({"--etcd-name", "x"});
  REQUIRE(o.ok());
  CHECK(o.value.warnings == std::vector<std::string>{"--etcd-name: option \"etcd-name\" (\"x\") has no effect; remove it"});
  CHECK(options_print(o.value).find("etcd-name: x  # --etcd-name (accepted for compatibility") != std::string::npos);
  CHECK(options_help(kTable, "usage\n").find("etcd-name") == std::string::npos);
  CHECK(options_markdown(kTable).find("each one logs a warning at startup: `etcd-name`") != std::string::npos);
}

TEST_CASE("what would protect something and does not is an error that names option, value and remedy; its default is none") {
  const OptionRow rows[] = {
      {"require-fips", nullptr, 0, OptionKind::boolean, "false", "", "get another", "A", kOptionIgnored | kOptionRefused},
      {"life", nullptr, 0, OptionKind::duration, "5m", "", "live with it", "A", kOptionIgnored | kOptionRefused},
      {"crl-token", nullptr, 0, OptionKind::text, "", "", "leave it", "A", kOptionIgnored | kOptionRefused},
      {"port", nullptr, 0, OptionKind::integer, "3000", "", "Later.", "A", kOptionIdle},
      {"hosts", nullptr, 0, OptionKind::list, "", "", "", "A", kOptionIgnored},
  };
  const OptionTable table = {"x", kPrefixes, "/x.yml", rows, 5};
  struct Row { const char *why, *file, *error, *warning; };
  for (const Row& r : {
           Row{"boolean", "require-fips: yes\n",
               "/x.yml:1: option \"require-fips\" (\"true\") is not supported, so the protection it promises is missing: get another", ""},
           Row{"off", "require-fips: no\n", "", "/x.yml:1: option \"require-fips\" (\"false\") has no effect; remove it"},
           Row{"span", "life: 1m\n",
               "/x.yml:1: option \"life\" (\"1m\") is not supported, so the protection it promises is missing: live with it", ""},
           Row{"as it is", "life: 5m\n", "", "/x.yml:1: option \"life\" (\"5m\") has no effect; remove it"},
           Row{"no value that may be a secret", "crl-token: hush\n",
               "/x.yml:1: option \"crl-token\" is not supported, so the protection it promises is missing: leave it", ""},
           Row{"later", "port: 81\n", "", "/x.yml:1: option \"port\" (\"81\") has no effect yet; remove it"},
           Row{"later, and not wanted", "port: 0\n", "", ""},
           Row{"a list", "hosts: [a]\n", "", "/x.yml:1: option \"hosts\" has no effect; remove it"},
       }) {
    CAPTURE(r.why);
    g_files = {{"/x.yml", r.file}};
    auto o = options_load(table, {{}, {}, read_fake});
    CHECK(o.ok());
    CHECK(options_unmet(o.value).message == r.error);
    CHECK(join(o.value.warnings) == r.warning);
  }
}

TEST_CASE("durations") {
  struct Row {
    const char* text;
    int64_t ms;  // -1 = refused
  };
  const Row rows[] = {{"90s", 90'000}, {"2m", 120'000}, {"1h30m", 5'400'000}, {"1.5h", 5'400'000}, {"90", 90'000},
                      {"100ms", 100},  {"2d", 172'800'000}, {"0", 0},  {"-1s", -1000}, {"", -1}, {"s", -1},
                      {"5x", -1},      {"1h 30m", -1},      {"--1s", -1}, {"1e99s", -1}, {"1m30", -1}, {"nan", -1}};
  for (const Row& r : rows) {
    CAPTURE(r.text);
    auto d = duration_parse_ms(r.text);
    CHECK(d.ok() == (r.ms != -1));
    if (d.ok()) CHECK(d.value == r.ms);
  }
}

TEST_CASE("what the example files say is what the defaults are") {
  auto strip = [](std::string text, const std::string& mark) {
    std::string out, line;
    for (char c : text) {
      line += c;
      if (c != '\n') continue;
      if (line.compare(0, mark.size(), mark) == 0 && line[mark.size()] >= 'a') out += line.substr(mark.size());
      line.clear();
    }
    return out;
  };
  auto o = load({"-c", "/e.yml"}, {}, {{"/e.yml", strip(options_example_yaml(kTable), "#")}});
  REQUIRE_MESSAGE(o.ok(), o.status.message);
  auto d = load({});
  for (const OptionRow& r : kRows) {
    CHECK(o.value.values[r.name].text == d.value.values[r.name].text);
    CHECK(o.value.values[r.name].list == d.value.values[r.name].list);
  }
  o = load({"-c", "/e.ini"}, {}, {{"/e.ini", strip(options_example_ini(kTable), ";")}});
  REQUIRE_MESSAGE(o.ok(), o.status.message);
}

TEST_CASE("help names flag, placeholder, meaning and default") {
  std::string help = options_help(kTable, "usage: picket agent start [options]\n");
  CHECK(help.find("usage: picket agent start [options]\n\nIdentity:\n") == 0);
  CHECK(help.find("--keepalive-interval SECONDS") != std::string::npos);
  CHECK(help.find("Time between two signs of life. (default 20)") != std::string::npos);
  CHECK(help.find("-c, --config-file FILE") != std::string::npos);
  CHECK(help.find("P@ssw0rd!") == std::string::npos);
}

TEST_CASE("a misspelt variable is named; those of others, of other programs and of Kubernetes are not") {
  struct { const char *name, *meant; } rows[] = {
      {"PICKET_BACKEND_ULR", "PICKET_BACKEND_URL"},
      {"PICKET_BACKEND_URLS", "PICKET_BACKEND_URL"},
      {"SENSU_KEEPALIVE_INTERVALL", "SENSU_KEEPALIVE_INTERVAL"},
      {"PICKET_LABLES", "PICKET_LABELS"},
      {"PICKET_BACKEND_URL", nullptr},
      {"PICKET_ADMIN_PASSWORD", nullptr},
      {"PICKET_RUN_NAME", nullptr},
      {"PICKET_BACKEND_SERVICE_HOST", nullptr},
      {"PICKET_SOMETHING_ELSE_ALTOGETHER", nullptr},
      {"BACKEND_ULR", nullptr},
  };
  for (auto& r : rows) {
    CAPTURE(r.name);
    auto a = load({}, {{r.name, "7"}});
    const std::string all = joined(a.value.warnings);
    if (!r.meant) CHECK(all.find("is not an option and ignored") == std::string::npos);
    else
      CHECK(all.find("the environment variable " + std::string(r.name) + " is not an option and ignored; did you mean " + r.meant + "?") !=
            std::string::npos);
  }
}
