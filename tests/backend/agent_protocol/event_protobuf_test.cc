// tests/backend/agent_protocol/event_protobuf_test.cc - events of a real agent's queue, and what no agent sends.
#include <doctest/doctest.h>

#include "tests/support/corpus.h"

#include "backend/agent_protocol/event_protobuf.h"
#include "common/tls/crypto.h"
#include "common/types/types.h"

using namespace picket;
using namespace std::string_literals;

namespace {

struct Recorded { std::string type, payload; };

// Keepalives and events of a session of 6.9.2 in protobuf.
std::vector<Recorded> recorded() {
  std::vector<Recorded> out;
  std::ifstream in(corpus_path("agent-wire/6.9.2--protobuf.jsonl"));
  for (std::string line; std::getline(in, line);) {
    const std::string_view base64 = json_at(line, {"payload_base64"});
    if (base64.empty() || json_at(line, {"dir"}) != "\"agent->backend\"") continue;
    std::string frame;
    REQUIRE(base64_decode(json_string(base64).value, &frame));
    const auto m = message_split(frame);
    out.push_back({std::string(m.value.type), std::string(m.value.payload)});
  }
  return out;
}

std::string field(uint32_t number, const std::string& bytes) {
  std::string out;
  auto varint = [&out](uint64_t v) {
    for (; v >= 0x80; v >>= 7) out += static_cast<char>(v | 0x80);
    out += static_cast<char>(v);
  };
  varint(uint64_t(number) << 3 | 2);
  varint(bytes.size());
  return out + bytes;
}

std::string json_of(const std::string& payload) {
  auto t = event_from_protobuf(payload);
  return t.ok() ? t.value.json : t.status.message;
}

}  // namespace

TEST_CASE("protobuf events: a recorded session is read, and nothing in it is unknown") {
  const auto messages = recorded();
  REQUIRE(messages.size() == 6);
  for (const Recorded& m : messages) {
    CHECK(is_event_protobuf(m.payload));
    auto t = event_from_protobuf(m.payload);
    REQUIRE(t.ok());
    CHECK(t.value.unknown == 0);
    auto e = event_decode(t.value.json, nullptr);
    REQUIRE(e.ok());
    CHECK(e.value.extra.empty());
    CHECK(e.value.check->extra.empty());
    CHECK(e.value.entity->extra.empty());
    CHECK(e.value.entity->metadata.name == "rec-agent");
    CHECK(e.value.entity->system.interfaces.at(0).addresses == StringList{"127.0.0.1/8", "::1/128"});
    CHECK(e.value.entity->system.libc_type == "glibc");
    CHECK(e.value.entity->metadata.labels.count("region") == 1);
    CHECK(e.value.id.size() == 36);
    if (m.type == "keepalive") CHECK(e.value.check->metadata.name == "keepalive");
  }
}

TEST_CASE("protobuf events: hooks, metrics and the rest of a result arrive") {
  const auto messages = recorded();
  const Event with_hook = event_decode(json_of(messages.at(1).payload), nullptr).value;
  CHECK(with_hook.entity->metadata.labels.at("password") == "hunter2");  // redaction is JSON's
  CHECK(with_hook.check->metadata.name == "c-pb");
  CHECK(with_hook.check->status == 1);
  CHECK(with_hook.check->output == "hunter2 n\n");
  CHECK(with_hook.check->check_hooks.at(0).type == "warning");
  CHECK(with_hook.check->check_hooks.at(0).hooks == StringList{"h-x"});
  CHECK(with_hook.check->env_vars == StringList{"A=b"});
  CHECK(with_hook.check->hooks.at(0).metadata.name == "h-x");
  CHECK(with_hook.check->hooks.at(0).output == "hook hunter2\n");
  CHECK(with_hook.check->duration > 0);
  const auto metrics = event_from_protobuf(messages.at(2).payload);
  CHECK(metrics.value.not_finite == 1);  // the check says `inf`, which no JSON session could carry
  const Event with_points = event_decode(metrics.value.json, nullptr).value;
  REQUIRE(with_points.metrics->points.size() == 1);
  CHECK(with_points.metrics->points[0].name == "m");
  CHECK(with_points.metrics->points[0].value == 1.5);
  CHECK(with_points.check->output_metric_handlers == StringList{"mh"});
}

TEST_CASE("protobuf events: every prefix of one is an event or refused, and none is believed") {
  const std::string whole = recorded().at(1).payload;
  for (size_t n = 0; n < whole.size(); n++) {
    auto t = event_from_protobuf(std::string_view(whole).substr(0, n));
    if (t.ok()) CHECK(json_check(t.value.json).ok());
    else CHECK(t.status.code == Err::invalid);
  }
}

TEST_CASE("protobuf events: texts of any bytes, lists, maps and attributes of one's own") {
  CHECK(json_of("") == "{}");
  CHECK(json_of(field(5, field(3, field(1, "k") + field(2, "v")) + field(3, field(1, "only")))) ==
        R"({"metadata":{"labels":{"k":"v","only":""}}})");
  CHECK(json_of(field(3, field(26, "\x01\"\xff"s))) == R"({"check":{"output":"\u0001\"\ufffd"}})");
  CHECK(json_of(field(3, field(99, R"({ "a": [1] })") + field(1, "c"))) == R"({"check":{"a":[1],"command":"c"}})");
  CHECK(json_of(field(3, field(99, "{}") + field(1, "c"))) == R"({"check":{"command":"c"}})");
  CHECK(json_of(field(6, "0123456789abcdef")) == R"({"id":"30313233-3435-3637-3839-616263646566"})");
  CHECK(json_of("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s) == R"({"timestamp":-1})");
  CHECK(json_of("\x08\x01\x08\x02"s) == R"({"timestamp":2})");
  CHECK(json_of(field(3, "\xe0\x01\xff\xff\xff\xff\x0f"s)) == R"({"check":{"status":4294967295}})");
  const auto unknown = event_from_protobuf(field(9, "fallback") + field(3, field(51, "x")));
  CHECK(unknown.value.unknown == 2);
  CHECK(unknown.value.json == R"({"check":{}})");
}

TEST_CASE("protobuf events: what is none names field, reason and byte") {
  struct { std::string payload, want; } const rows[] = {
      {field(1, "x"), "protobuf: timestamp: wire type 2, expected 0"},
      {field(3, field(28, "x")), "protobuf: check.status: wire type 2, expected 0"},
      {field(3, field(38, "\x08\x01"s)), "protobuf: check.metadata.name: wire type 0, expected 2"},
      {field(2, field(3, "\x0b"s)), "protobuf: entity.system: byte 0: wire type 3"},
      {field(6, "short"), "protobuf: id: 5 bytes are no UUID, which has 16"},
      {field(2, field(12, "[1]")), "protobuf: entity.extended_attributes: expected an object"},
      {field(5, field(3, "\x08\x01"s)), "protobuf: metadata.labels: a map of texts has another value"},
  };
  for (const auto& r : rows) CHECK(json_of(r.payload) == r.want);
}

TEST_CASE("protobuf events: what would become too large is refused") {
  const std::string zeros(kMessageMax - 64, '\0');
  auto t = event_from_protobuf(field(3, field(26, zeros)));
  CHECK(t.status.code == Err::too_large);
}

TEST_CASE("protobuf events: JSON is no protobuf") {
  for (const char* text : {"{}", " {", "\n{", "\t[", "null", "\"x\"", "12", ""}) CHECK(!is_event_protobuf(text));
}
