// tests/common/wire/wire_test.cc - every recorded message of every version, read and written again.
#include <doctest/doctest.h>

#include <algorithm>

#include "common/rules/resource_types.h"
#include "common/types/types.h"
#include "tests/support/corpus.h"

using namespace picket;

template <class T>
static Status redone(const std::string& json, std::string* again) {
  auto r = decode<T>(json);
  if (r.ok()) *again = encode(r.value);
  return r.status;
}

static Status redone_config(const std::string& json, std::string* again) {
  auto r = entity_config_decode(json);
  if (r.ok()) *again = entity_config_encode(r.value);
  return r.status;
}

static Status message_redone(const WireMessage& m, std::string* again) {
  if (m.type == "event" || m.type == "keepalive") return redone<Event>(m.payload, again);
  if (m.type == "check_request") return redone<CheckRequest>(m.payload, again);
  if (m.type == "entity_config") return redone_config(m.payload, again);
  *again = m.payload;
  return {};
}

// What the hand-written peers of the recordings sent to see it refused.
static bool meant_to_fail(const WireMessage& m) {
  bool validation = m.file.find("event-validation") != m.file.npos;
  bool probing = m.file.find("malformed") != m.file.npos || m.file.find("raw-json-client") != m.file.npos ||
      m.file.find("fake-backend") != m.file.npos || m.file.find("accept-variants") != m.file.npos;
  return validation || (probing && m.payload.size() < 100);
}

// Written by a genuine 6.9.2 program: the place to compare what we write.
static bool genuine(const WireMessage& m) {
  if (m.file.find("6.9.2--") == m.file.npos || m.file.find("fake-backend") != m.file.npos) return false;
  if (m.direction == "backend->agent") return m.file.find("cross-backend") == m.file.npos;
  return !json_at(m.payload, {"entity", "system", "processes"}).empty() &&
      json_at(m.payload, {"entity", "sensu_agent_version"}) == "\"6.9.2\"";
}

static void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (size_t at = 0; (at = text.find(from, at)) != text.npos; at += to.size()) text.replace(at, from.size(), to);
}

// What may differ: U+FFFD, which an agent writes as an escape when it replaces a byte.
static std::string comparable(std::string json) {
  replace_all(json, "\\ufffd", "\xef\xbf\xbd");
  return json;
}

TEST_CASE("every recorded message of every version is read, but those sent to be refused") {
  int read = 0, compared = 0;
  for (auto& path : corpus_files("agent-wire", ".jsonl")) {
    for (auto& m : wire_messages(path)) {
      std::string again, twice;
      CAPTURE(path);
      CAPTURE(m.payload);
      Status s = message_redone(m, &again);
      if (!s.ok()) {
        CAPTURE(s.message);
        CHECK(meant_to_fail(m));
        continue;
      }
      read++;
      CHECK(message_redone({m.file, m.direction, m.type, again, m.key}, &twice).ok());
      CHECK(twice == again);
      if (!genuine(m)) continue;
      compared++;
      CHECK(json_sorted(again) == comparable(json_sorted(m.payload)));
      CHECK(json_compact(again) == comparable(json_compact(m.payload)));  // and in the same order
    }
  }
  CHECK(read > 1000);
  CHECK(compared > 300);
  MESSAGE(read << " messages read, " << compared << " compared with what 6.9.2 wrote");
}

TEST_CASE("what the 6.9.2 backend could not decode we refuse, with the place") {
  std::vector<std::string> refusals;
  for (auto& m : wire_messages(corpus_path("agent-wire/6.9.2--event-validation.jsonl"))) {
    std::string again;
    if (Status s = message_redone(m, &again); !s.ok()) refusals.push_back(s.message);
  }
  CHECK(refusals ==
        std::vector<std::string>{
            "id: invalid event id: invalid UUID length: 8",
            "id: invalid event id: invalid UUID length: 24",
            "id: expected a string, got number",
            "sequence: expected a number, got string",
            "check.status: -1 does not fit into an unsigned 32-bit integer",
            "check.status: 4294967296 does not fit into an unsigned 32-bit integer",
            "check.status: expected a number, got string",
            "check.status: expected an integer, got 1.5",
            "check.output: expected a string, got number",
            "check.duration: expected a number, got string",
            "entity.metadata.labels.a: expected a string, got number",
        });
}

TEST_CASE("we accept the events the 6.9.2 backend stored, and no others") {
  std::string path = corpus_path("agent-wire/6.9.2--event-validation.jsonl");
  std::string text = file_text(path), scenario = text.substr(0, text.find('\n'));
  std::vector<std::string> payloads;
  for (auto& m : wire_messages(path))
    if (m.type == "event") payloads.push_back(m.payload);
  size_t n = 0;
  for (std::string_view step : json_items(json_at(scenario, {"steps"})).value) {
    std::string name = json_string(json_at(step, {"event"})).value;
    if (name.empty()) continue;
    REQUIRE(n < payloads.size());
    auto e = decode<Event>(payloads[n++]);
    std::string_view stored = json_at(step, {"stored"});
    bool by_namespace = name == "entity namespace unknown";  // the store's to say
    if (stored.empty() || by_namespace) continue;
    CAPTURE(name);
    CHECK((e.ok() && validate_event(e.value).ok()) == (stored == "true"));
  }
  CHECK(n == payloads.size());
}

TEST_CASE("events as handlers of 6.9.2 received them come back byte for byte") {
  int compared = 0;
  for (auto& path : corpus_files("agent-wire", ".jsonl")) {
    if (path.find("6.9.2--") == path.npos) continue;
    std::string text = file_text(path), scenario = text.substr(0, text.find('\n'));
    for (std::string_view step : json_items(json_at(scenario, {"steps"})).value) {
      if (json_at(step, {"handler"}).empty()) continue;
      for (std::string_view event : json_items(json_at(step, {"events"})).value) {
        CAPTURE(path);
        auto e = decode<Event>(event);
        CHECK(e.ok());
        CHECK(encode(e.value) == comparable(json_compact(event)));
        compared++;
      }
    }
  }
  CHECK(compared > 3);
}
