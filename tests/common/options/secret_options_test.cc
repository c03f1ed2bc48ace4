// tests/common/options/secret_options_test.cc - secrets among the options: where they may lie, and that nobody reads them.
#include <doctest/doctest.h>

#include "tests/common/options/options_fake.h"

using namespace picket;
using namespace options_fake;

TEST_CASE("a secret does not appear in an error or in --print-config") {
  const OptionRow rows[] = {{"pin", nullptr, 0, OptionKind::integer, "0", "", "", "A", kOptionSecret}};
  const OptionTable table = {"x", kPrefixes, "", rows, 1};
  auto o = options_load(table, {{"--pin", "hush"}, {}, nullptr});
  REQUIRE(!o.ok());
  CHECK(o.status.message.find("hush") == std::string::npos);
  auto fine = load({"--password", "hush", "--name", "yes"});
  std::string text = options_print(fine.value);
  CHECK(text.find("hush") == std::string::npos);
  CHECK(text.find("password: \"***\"  # --password\n") != std::string::npos);
  CHECK(text.find("name: \"yes\"  # --name\n") != std::string::npos);
  CHECK(text.find("keepalive-interval: 20  # default\n") != std::string::npos);
}

TEST_CASE("a password in a URL and a label that names a secret are not printed") {
  auto o = load({"--backend-url", "wss://agent:hush@b1:8081/x,ws://b2", "--labels", "db_password=hush,password=hush,region=eu"});
  std::string text = options_print(o.value);
  CHECK(text.find("wss://***@b1:8081/x") != std::string::npos);
  CHECK(text.find("\"password\": \"***\"") != std::string::npos);
  CHECK(text.find("\"region\": \"eu\"") != std::string::npos);
}

int g_mode = 0600;
int mode_fake(const std::string&) { return g_mode; }
std::string g_hidden;
bool hide_fake(const std::string& value) {
  g_hidden += "<" + value + ">";
  return true;
}

TEST_CASE("a secret lies in a file: what it may look like, and what is said when it cannot be used") {
  struct Row { const char *why, *text; int mode; const char *secret, *error, *warning; };
  for (const Row& r : {
           Row{"alone", "hush", 0600, "hush", "", ""},
           Row{"with a line's end", "hush\n", 0640, "hush", "", ""},
           Row{"of Windows", "\xEF\xBB\xBFhush\r\n", 0600, "hush", "", ""},
           Row{"blanks are part of it", " hu sh \n", 0600, " hu sh ", "", ""},
           Row{"quotes and signs are part of it", "'h$u\"s#h'", 0600, "'h$u\"s#h'", "", ""},
           Row{"empty", "\n", 0600, "", "--password-file: option \"password-file\": /pw: file is empty; expected the secret", ""},
           Row{"two lines", "hush\nhush\n", 0600, "",
               "--password-file: option \"password-file\": /pw: file has more than one line; expected the secret alone", ""},
           Row{"read by all", "hush", 0644, "hush", "", "--password-file: /pw: this secret is readable by every user; run chmod 0640 /pw"},
           Row{"written by all", "hush", 0622, "",
               "--password-file: option \"password-file\": /pw: writable by every user; run chmod 0600 /pw", ""},
       }) {
    CAPTURE(r.why);
    g_files = {{"/pw", r.text}};
    g_mode = r.mode;
    auto o = options_load(kTable, {{"--password-file", "/pw"}, {}, read_fake, nullptr, mode_fake});
    CHECK(o.status.message == r.error);
    CHECK(join(o.value.warnings) == r.warning);
    CHECK(o.value.text("password") == (*r.secret ? r.secret : "P@ssw0rd!"));
  }
  g_mode = 0600;
  CHECK(load({"--password-file", "/none"}).status.message == "--password-file: option \"password-file\": /none: no such file");
  CHECK(load({"--password-file"}).status.message == "--password-file: value missing: expected --password-file FILE");
  CHECK(load({"--name-file", "/x"}).status.message.find("unknown option \"--name-file\"") == 0);
  g_files = {{"/run/secrets/pw", "hush"}};
  g_mode = 0444;  // as containers are given it
  CHECK(options_load(kTable, {{"--password-file=/run/secrets/pw"}, {}, read_fake, nullptr, mode_fake}).value.warnings.empty());
  g_mode = 0600;
}

TEST_CASE("the file of a secret stands where the secret would: a stronger source beats it, twice in one source is an error") {
  const std::map<std::string, std::string> files = {{"/a", "of-a\n"}, {"/b", "of-b"}, {"/etc/sensu/agent.yml", "password-file: /a\n"}};
  auto password = [&](std::vector<std::string> argv, std::vector<std::pair<std::string, std::string>> env) {
    auto o = load(std::move(argv), std::move(env), files);
    return o.ok() ? o.value.text("password") + " " + o.value.origin("password") : o.status.message;
  };
  CHECK(password({}, {}) == "of-a /etc/sensu/agent.yml:1 (/a)");
  CHECK(password({}, {{"SENSU_PASSWORD", "env"}}) == "env environment SENSU_PASSWORD");
  CHECK(password({}, {{"PICKET_PASSWORD_FILE", "/b"}}) == "of-b environment PICKET_PASSWORD_FILE (/b)");
  CHECK(password({"--password", "flag"}, {{"PICKET_PASSWORD_FILE", "/b"}}) == "flag --password");
  CHECK(password({"--password-file", "/b"}, {{"PICKET_PASSWORD", "env"}}) == "of-b --password-file (/b)");
  CHECK(password({}, {{"PICKET_PASSWORD", "env"}, {"PICKET_PASSWORD_FILE", "/b"}})
            .find("\"password\" and \"password-file\" are both set; remove one of them") != std::string::npos);
  CHECK(password({"--password", "x", "--password-file", "/b"}, {}).find("are both set") != std::string::npos);
  auto ini = load({}, {}, {{"/etc/picket/agent.ini", "password-file = /b\n"}, {"/b", "of-b"}});
  CHECK(ini.value.text("password") == "of-b");
}

TEST_CASE("a credential of systemd is found by the option's name; the environment beats it, a file does not") {
  const std::map<std::string, std::string> files = {{"/cred/password", "of-c\n"}, {"/etc/sensu/agent.yml", "password: of-file\n"}};
  const std::pair<std::string, std::string> folder = {"CREDENTIALS_DIRECTORY", "/cred"};
  auto o = load({}, {folder}, files);
  CHECK(o.value.text("password") == "of-c");
  CHECK(o.value.origin("password") == "credential password (/cred/password)");
  CHECK(load({}, {folder, {"SENSU_PASSWORD", "env"}}, files).value.text("password") == "env");
  CHECK(load({}, {folder}, {{"/cred/picket.password", "long"}}).value.text("password") == "long");
  CHECK(load({}, {folder}, {}).value.is_default("password"));
  CHECK(load({}, {folder}, {{"/cred/password", ""}}).status.message.find("/cred/password: file is empty") != std::string::npos);
}

TEST_CASE("a secret on the command line is hidden from lists of processes") {
  g_hidden.clear();
  auto o = options_load(kTable, {{"--name", "a", "--password", "hush"}, {}, nullptr, nullptr, nullptr, hide_fake});
  CHECK(o.value.text("password") == "hush");
  CHECK(g_hidden == "<hush>");
  CHECK(o.value.warnings.empty());
  o = options_load(kTable, {{"--password", "hush"}, {}, nullptr, nullptr, nullptr, [](const std::string&) { return false; }});
  REQUIRE(o.value.warnings.size() == 1);
  CHECK(o.value.warnings[0] ==
        "--password: a secret on the command line is visible to every user of this machine; use \"--password-file\"");
}
