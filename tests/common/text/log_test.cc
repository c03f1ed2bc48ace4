// tests/common/text/log_test.cc - lines of the log, their order and their levels.
#include "common/text/log.h"

#include <doctest/doctest.h>

#include "common/json/json.h"
#include "common/types/message.h"

using namespace picket;

struct Captured {
  std::vector<std::string> lines;
  Captured() {
    log_set_sink([this](std::string_view line) { lines.emplace_back(line); });
  }
  ~Captured() {
    log_set_sink({});
    log_set_level(LogLevel::info);
  }
};

TEST_CASE("a line has its keys sorted and its values typed") {
  Captured out;
  log_info("agent", "event sent", {{"name", "a \"b\""}, {"bytes", 12}, {"ok", true}, {"took", 0.5}});
  REQUIRE(out.lines.size() == 1);
  std::string line = out.lines[0];
  CHECK(line.substr(0, line.find("\"time\"")) ==
        R"({"bytes":12,"component":"agent","level":"info","msg":"event sent","name":"a \"b\"","ok":true,)");
  CHECK(line.substr(line.size() - 13) ==
        R"(,"took":0.5})"
        "\n");
}

TEST_CASE("the level filters") {
  Captured out;
  log_debug("a", "hidden");
  log_set_level(LogLevel::error);
  log_warn("a", "hidden");
  log_error("a", "seen");
  CHECK(out.lines.size() == 1);
  CHECK(log_level_parse("WARN").value == LogLevel::warn);
  CHECK(log_level_parse("warning").value == LogLevel::warn);
  CHECK(log_level_parse("loud").status.message ==
        "not a valid log level: \"loud\"; expected panic, fatal, error, warn, info, debug or trace");
}

TEST_CASE("a long line is cut and stays JSON") {
  Captured out;
  for (size_t size : {7000u, 8000u, 8192u, 100000u}) {
    log_info("agent", "long", {{"a", std::string(size, '\x01')}, {"z", std::string(size, 'z')}, {"n", 7}});
    log_info("agent", std::string(size, 'm'), {{"z", 1}});
  }
  for (auto& line : out.lines) {
    CHECK(line.size() <= kLogLineMax);
    CHECK(json_check(line).ok());
    CHECK_FALSE(json_at(line, {"time"}).empty());
    CHECK(json_at(line, {"level"}) == "\"info\"");
  }
}

TEST_CASE("a message is its type, a newline and the payload") {
  auto m = message_split("event\n{\"a\":\n1}");
  CHECK(m.value.type == "event");
  CHECK(m.value.payload == "{\"a\":\n1}");
  CHECK(message_split("\n").ok());
  CHECK(message_split("event\r\n{}").value.type == "event\r");
  CHECK_FALSE(message_split("").ok());
  CHECK_FALSE(message_split("event{}").ok());
  CHECK(message_join("event", "{}") == "event\n{}");
}
