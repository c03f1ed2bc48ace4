// tests/checks/protocol/systemd_test.cc - units of systemd over D-Bus: conversations with systemd 252, recorded over
// dbus-daemon, and what others could make of them.
#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

#include "checks/protocol/dbus_message.h"
#include "checks/protocol/systemd_unit.h"

using namespace picket;

namespace {

std::string recorded(const std::string& name) {
  std::ifstream file("tests/corpus/dbus_answer/" + name, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  REQUIRE(!text.str().empty());
  return text.str();
}

std::string big_endian(uint32_t n) { return {char(n >> 24), char(n >> 16), char(n >> 8), char(n)}; }

// An answer or error to call 2 as a big machine writes it: "v", a text.
std::string answer_of_a_big_machine(char type, const std::string& text) {
  std::string fields = std::string("\x05\x01u\0", 4) + big_endian(2) + std::string("\x08\x01g\0\x01v\0", 7);
  std::string body = std::string("\x01s\0\0", 4) + big_endian(uint32_t(text.size())) + text + '\0';
  std::string out = std::string("B") + type + '\0' + '\1' + big_endian(uint32_t(body.size())) + big_endian(9) +
      big_endian(uint32_t(fields.size())) + fields;
  out.resize((out.size() + 7) / 8 * 8);
  return out + body;
}

}  // namespace

TEST_CASE("what systemd says of a unit, however it is cut") {
  struct Row {
    const char* file;
    const char* sub;
    bool service;
  };
  for (const Row& r : {Row{"service_over_a_bus", "running", true}, {"target_over_a_bus", "active", false}}) {
    CAPTURE(r.file);
    const std::string text = recorded(r.file);
    for (size_t piece : {size_t(1), size_t(7), text.size()}) {
      SystemdTalk talk;
      bool all = false;
      for (size_t at = 0; at < text.size(); at += piece) {
        CHECK(!all);
        Result<bool> taken = systemd_take(talk, std::string_view(text).substr(at, piece));
        REQUIRE(taken.ok());
        all = taken.value;
      }
      CHECK(all);
      CHECK(talk.values["SubState"] == r.sub);
      CHECK(talk.values.count("MainPID") == r.service);
      ServiceFacts facts = systemd_facts(talk, 1e6).value;
      CHECK(facts.state == ServiceFacts::running);
      CHECK(facts.start_by == "static");
      CHECK((facts.pid > 0) == r.service);
      CHECK(std::isfinite(facts.memory) == r.service);
      CHECK(facts.restarts == (r.service ? 0 : -1));
    }
    for (size_t cut = 0; cut < text.size(); cut++) {
      SystemdTalk talk;
      Result<bool> taken = systemd_take(talk, std::string_view(text).substr(0, cut));
      CHECK((taken.ok() && !taken.value));
    }
  }
}

TEST_CASE("answers that are none: refusals, errors, other things than D-Bus") {
  SystemdTalk refused;
  CHECK(systemd_take(refused, "REJECTED EXTERNAL\r\n").status.message.find("REJECTED") != std::string::npos);
  SystemdTalk other;
  CHECK(!systemd_take(other, "HTTP/1.1 400 Bad Request\r\n\r\n").ok());
  SystemdTalk noise;
  CHECK(!systemd_take(noise, "OK 1234\r\n" + std::string(100, 'x')).ok());
  SystemdTalk endless;
  Status s;
  for (int i = 0; i < 1000 && s.ok(); i++) s = systemd_take(endless, std::string(4096, 'D')).status;
  CHECK(s.code == Err::too_large);
  SystemdTalk silent;
  CHECK(systemd_facts(silent, 1).status.message == "no value from systemd: no answer");
  SystemdTalk big;
  REQUIRE(systemd_take(big, "OK 1234\r\n" + answer_of_a_big_machine(2, "loaded")).ok());
  CHECK(big.values["LoadState"] == "loaded");
}

TEST_CASE("messages of D-Bus: sizes that lie are refused before anything is taken for a text") {
  std::string good = answer_of_a_big_machine(2, "loaded");
  CHECK(dbus_value(dbus_message_read(good).value).value == "loaded");
  CHECK(dbus_message_size(good.substr(0, 15)).value == 0);
  CHECK(dbus_message_size(good).value == good.size());
  for (size_t at : {4, 5, 12, 13}) {  // of the body, of the fields
    std::string bad = good;
    bad[at] = '\x7f';
    CAPTURE(at);
    CHECK(!dbus_message_read(bad).ok());
  }
  for (size_t cut = 0; cut < good.size(); cut++) CHECK(!dbus_message_read(good.substr(0, cut)).ok());
  std::string no_end = good;
  no_end.back() = 'x';
  CHECK(!dbus_value(dbus_message_read(no_end).value).ok());
  DbusMessage list;
  list.signature = "as", list.body = std::string(4, '\0');
  CHECK(!dbus_value(list).ok());
  CHECK(!dbus_value(DbusMessage{}).ok());
}

TEST_CASE("names of units and of their paths") {
  CHECK(systemd_unit_name("nginx").value == "nginx.service");
  CHECK(systemd_unit_name("php8.2-fpm").value == "php8.2-fpm.service");
  CHECK(systemd_unit_name("postgresql@15-main").value == "postgresql@15-main.service");
  CHECK(systemd_unit_name("logrotate.timer").value == "logrotate.timer");
  for (const char* bad : {"", "-h", "a b", "a/b", "a\nb"}) CHECK(!systemd_unit_name(bad).ok());
  CHECK(dbus_path_escape("foo-1.service") == "foo_2d1_2eservice");
  CHECK(dbus_path_escape("1a") == "_31a");
  CHECK(dbus_path_escape("") == "_");
  SystemdTalk talk;
  talk.unit = "a.service";
  std::string over_bus = systemd_questions(talk, true), direct = systemd_questions(talk, false);
  CHECK(over_bus.compare(0, 16, std::string(1, '\0') + "AUTH EXTERNAL\r\n") == 0);
  CHECK(over_bus.find("Hello") != std::string::npos);
  CHECK(direct.find("Hello") == std::string::npos);
  CHECK(direct.find("/org/freedesktop/systemd1/unit/a_2eservice") != std::string::npos);
  Result<DbusMessage> first =
      dbus_message_read(std::string_view(direct).substr(29, dbus_message_size(std::string_view(direct).substr(29)).value));
  REQUIRE(first.ok());
  CHECK(first.value.signature == "ss");
  CHECK(dbus_value(first.value).value == "org.freedesktop.systemd1.Unit");
}
