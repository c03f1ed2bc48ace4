// tests/cli/commands/docs_test.cc - the committed documents are those the tables print.
#include <doctest/doctest.h>

#include <cstring>
#include <fstream>
#include <sstream>

#include "agent/config/agent_config.h"
#include "backend/shared/backend_config.h"
#include "checks/run/check.h"
#include "cli/commands/commands.h"
#include "cli/commands/edge.h"
#include "common/options/man.h"
#include "common/options/options.h"

using namespace picket;

static std::string file_text(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST_CASE("docs/OPTIONS.md, docs/EVENT.md and the example files are those of the tables; ./dev docs makes them anew") {
  struct Row {
    const char* path;
    std::string text;
  };
  const Row rows[] = {
      {"docs/OPTIONS.md", document_text("options")},
      {"docs/EVENT.md", document_text("event")},
      {"docs/CHECKS.md", document_text("checks")},
      {"packaging/checks/linux-host.yaml", document_text("linux-host.yaml")},
      {"packaging/checks/windows-host.yaml", document_text("windows-host.yaml")},
      {"packaging/examples/agent.yml", document_text("agent.yml")},
      {"packaging/examples/agent.ini", document_text("agent.ini")},
      {"packaging/examples/backend.yml", document_text("backend.yml")},
      {"packaging/examples/edge.yml", document_text("edge.yml")},
      {"packaging/examples/backend.ini", document_text("backend.ini")},
  };
  for (const Row& r : rows) {
    CAPTURE(r.path);
    CHECK(file_text(r.path) == r.text);
  }
}

TEST_CASE("the commands of the ready definitions are checks with options that exist") {
  int commands = 0;
  for (const char* name : {"linux-host", "windows-host", "web-server", "database-host", "backup-job"}) {
    std::istringstream lines(file_text(std::string("packaging/checks/") + name + ".yaml"));
    const std::string mark = "    picket check ";
    for (std::string line; std::getline(lines, line);) {
      if (line.compare(0, mark.size(), mark) != 0) continue;
      CAPTURE(line);
      if (size_t token = line.find("{{"); token != line.npos) line.replace(token, line.find("}}") + 2 - token, "localhost");
      std::vector<std::string> words = check_command_words(line, "", true);
      REQUIRE(!words.empty());  // the agent runs it itself
      auto table = check_table(*check_find(words[0]));
      OptionsInput input;
      input.argv.assign(words.begin() + 1, words.end());
      Result<Options> options = options_load(table->table, input);
      CHECK_MESSAGE(options.ok(), options.status.message);
      commands++;
    }
  }
  CHECK(commands > 30);
}

// An example file with every line switched on is a valid configuration that changes nothing.
static std::string switched_on(std::string_view example, char mark) {
  std::string out, line;
  for (char c : example) {
    line += c;
    if (c != '\n') continue;
    if (line.size() > 2 && line[0] == mark && line[1] >= 'a' && line[1] <= 'z') out += line.substr(1);
    line.clear();
  }
  return out;
}

TEST_CASE("the example files hold the defaults") {
  static std::string text;
  const OptionTable* tables[] = {&kAgentOptions, &kBackendOptions};
  for (const OptionTable* table : tables) {
    text = switched_on(options_example_yaml(*table), '#');
    OptionsInput input;
    input.argv = {"-c", "/example.yml"};
    input.read_file = [](const std::string&) { return Result<std::string>(text); };
    Result<Options> loaded = options_load(*table, input);
    REQUIRE_MESSAGE(loaded.ok(), loaded.status.message);
    Result<Options> defaults = options_load(*table, {{}, {}, nullptr});
    REQUIRE(defaults.ok());
    for (const auto& entry : defaults.value.values) {
      const std::string& name = entry.first;
      const OptionValue& value = entry.second;
      CAPTURE(name);
      if (name == "config-file") continue;
      CHECK(loaded.value.values[name].list == value.list);
      CHECK(loaded.value.values[name].map == value.map);
    }
  }
}

TEST_CASE("every option is in its man page and in the completion, and nothing there is read by troff as a request") {
  const std::vector<CommandSummary> commands = {{"agent", "Watch."}, {"ctl", "Look."}};
  struct Row { const char* page; const OptionTable* table; };
  const std::string bash = completion_script("bash", commands), fish = completion_script("fish", commands);
  for (const Row& r :
       {Row{"picket-agent.8", &kAgentOptions}, Row{"picket-backend.8", &kBackendOptions}, Row{"picket-edge.8", &kEdgeOptions}}) {
    const std::string page = man_page(r.page, commands);
    CHECK(page.find(".SH NAME\n" + man_escape(std::string(r.page, strlen(r.page) - 2))) != page.npos);
    for (const std::string& flag : options_flags(*r.table)) {
      CAPTURE(flag);
      CHECK(page.find("\\fB" + man_escape(flag) + "\\fR") != page.npos);
      CHECK(bash.find(flag) != bash.npos);
      CHECK(fish.find(flag) != fish.npos);
    }
  }
  CHECK(man_page("picket.1", commands).find("Watch.") != std::string::npos);
  CHECK(man_page("picket-ctl.1", commands).find("set\\-subscriptions") != std::string::npos);
  CHECK(man_page("other.1", commands).empty());
  CHECK(man_escape(".x\n'y\\-") == "\\&.x\n\\&'y\\e\\-");
  CHECK(completion_script("csh", commands).empty());
  CHECK(bash.find("\ncomplete ") == bash.rfind("\ncomplete "));  // the one of ctl's own script gives way to ours, as a whole line
  CHECK(bash.find("\n_picket_complete() {\n") != bash.npos);
  CHECK(sensuctl_completion("bash").find("_sensuctl_complete sensuctl") != std::string::npos);
}
