// tests/cli/commands/secrets_test.cc - every secret option of every program: by flag, environment, file, credential; and never shown.
#include <doctest/doctest.h>

#include <cctype>
#include <map>

#include "agent/config/agent_config.h"
#include "backend/shared/backend_config.h"
#include "cli/commands/edge.h"
#include "cli/commands/run.h"
#include "cli/sensu_names.h"
#include "common/text/secrets.h"

using namespace picket;

namespace {

const OptionTable* const kTables[] = {&kAgentOptions, &kBackendOptions, &kEdgeOptions, &kRunOptions};

std::map<std::string, std::string> g_files;
Result<std::string> read_fake(const std::string& path) {
  auto found = g_files.find(path);
  return found == g_files.end() ? Result<std::string>(fail(Err::not_found, "read " + path + ": no such file")) : found->second;
}

Result<Options> load(const OptionTable& table, std::vector<std::string> argv, std::vector<std::pair<std::string, std::string>> env) {
  return options_load(table, {std::move(argv), std::move(env), read_fake});
}

std::string variable(const char* prefix, std::string name) {
  for (char& c : name) c = c == '-' ? '_' : char(toupper(c));
  return prefix + name;
}

template <class Each>
void each_secret(Each each) {
  int count = 0;
  for (const OptionTable* table : kTables)
    for (int i = 0; i < table->count; i++) {
      const OptionRow& row = table->rows[i];
      if (!(row.flags & kOptionSecret)) continue;
      CAPTURE(std::string(table->program));
      CAPTURE(std::string(row.name));
      each(*table, row);
      count++;
    }
  CHECK(count >= 5);
}

}  // namespace

TEST_CASE("an option whose name says that it is a secret is flagged as one") {
  for (const OptionTable* table : kTables)
    for (int i = 0; i < table->count; i++) {
      const OptionRow& row = table->rows[i];
      std::string name = row.name;
      bool names_file = name.size() > 5 && name.compare(name.size() - 5, 5, "-file") == 0;
      bool sounds_secret = environment_is_secret(variable("PICKET_", name), "");
      CAPTURE(name);
      if (name == "etcd-initial-cluster-token") continue;  // it tells clusters apart, and etcd shows it in its command line
      if (!(row.flags & kOptionIgnored) && row.kind == OptionKind::text && !names_file)
        CHECK(sounds_secret == bool(row.flags & kOptionSecret));
    }
}

TEST_CASE("every way to give a secret works, and shows it nowhere") {
  each_secret([](const OptionTable& table, const OptionRow& row) {
    const std::string name = row.name, secret = "hush-4711-x";
    g_files = {
        {"/s/f", secret + "\n"}, {"/cred/" + name, secret}, {"/c.yml", name + ": " + secret + "\n"}, {"/d.yml", name + "-file: /s/f\n"}};
    std::vector<std::pair<std::vector<std::string>, std::vector<std::pair<std::string, std::string>>>> ways = {
        {{"--" + name, secret}, {}}, {{"--" + name + "=" + secret}, {}},        {{"--" + name + "-file", "/s/f"}, {}},
        {{"-c", "/c.yml"}, {}},      {{"-c", "/d.yml"}, {}},                    {{}, {{"CREDENTIALS_DIRECTORY", "/cred"}}}};
    for (const char* const* prefix = table.env_prefixes; *prefix; prefix++) {
      ways.push_back({{}, {{variable(*prefix, name), secret}}});
      ways.push_back({{}, {{variable(*prefix, name) + "_FILE", "/s/f"}}});
      CHECK(environment_is_secret(variable(*prefix, name), secret));
    }
    for (const auto& way : ways) {
      const auto& argv = way.first;
      const auto& env = way.second;
      CAPTURE(argv.empty() ? env.at(0).first : argv[0]);
      auto o = load(table, argv, env);
      REQUIRE_MESSAGE(o.ok(), o.status.message);
      CHECK(o.value.text(name) == secret);
      CHECK(options_print(o.value).find(secret) == std::string::npos);
      for (const std::string& w : o.value.warnings) CHECK(w.find(secret) == std::string::npos);
    }
    CHECK(load(table, {"--" + name + "-file", "/none"}, {}).status.message.find("/none") != std::string::npos);
    CHECK(options_help(table, "").find("--" + name + "-file") != std::string::npos);
    CHECK(options_markdown(table).find("`--" + name + "-file`") != std::string::npos);
    if (row.fallback && *row.fallback) CHECK(options_help(table, "").find(row.fallback) == std::string::npos);
  });
}

TEST_CASE("the administrator's first password is known by its short names, too") {
  g_files = {{"/s", "from-file"}};
  auto o =
      load(kBackendOptions, {}, {{"PICKET_ADMIN_PASSWORD_FILE", "/s"}, {"PICKET_ADMIN_USERNAME", "root"}, {"PICKET_ADMIN_API_KEY", "k"}});
  CHECK(o.value.text("cluster-admin-password") == "from-file");
  CHECK(o.value.text("cluster-admin-username") == "root");
  CHECK(o.value.text("cluster-admin-api-key") == "k");
}

TEST_CASE("an option that would protect something and does not is an error of the backend and the agent, by name") {
  const std::pair<const char*, const char*> backend[] = {
                                                         {"require-fips", "true"},       {"enable-cert-revocation-check", "true"},
                                                         {"access-token-expiry", "1m"},         {"refresh-token-expiry", "12h"}, {"max-silenced-expiry-time-allowed", "1h"},
                                                         {"default-silenced-expiry-time", "1h"}, {"jwt-private-key-file", "/j"}, {"jwt-public-key-file", "/j"}};
  for (const auto& option : backend) {
    const char *name = option.first, *value = option.second;
    CAPTURE(std::string(name));
    auto o = load(kBackendOptions, {"--" + std::string(name) + "=" + value}, {});
    REQUIRE(o.ok());
    const std::string said = options_unmet(o.value).message;
    CHECK(said.find("option \"" + std::string(name) + "\"") != std::string::npos);
    CHECK(said.find(value) != std::string::npos);
  }
  for (const char* flag : {"--require-fips", "--require-openssl"}) CHECK_FALSE(options_unmet(load(kAgentOptions, {flag}, {}).value).ok());
}

TEST_CASE("an option without effect says so when it is set") {
  for (const OptionTable* table : kTables)
    for (int i = 0; i < table->count; i++) {
      const OptionRow& row = table->rows[i];
      if (!(row.flags & (kOptionIgnored | kOptionIdle)) || row.flags & kOptionRefused) continue;
      CAPTURE(std::string(row.name));
      const char* value = row.kind == OptionKind::boolean ? "true"
          : row.kind == OptionKind::integer               ? "77"
          : row.kind == OptionKind::duration              ? "77s"
                                                          : "x";
      auto o = load(*table, {"--" + std::string(row.name) + "=" + value}, {});
      REQUIRE_MESSAGE(o.ok(), o.status.message);
      REQUIRE(o.value.warnings.size() == 1);
      CHECK(o.value.warnings[0].find("option \"" + std::string(row.name) + "\"") != std::string::npos);
    }
}
