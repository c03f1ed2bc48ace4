// tests/cli/commands/ca_plan_test.cc - which certificate `picket ca` makes for which words.
#include <doctest/doctest.h>

#include "cli/commands/ca_plan.h"

using namespace picket;

namespace {
constexpr int64_t kNow = 1'790'000'000, kDay = 86'400;
CaAsk asked(CaKind kind, const std::string& name, std::vector<std::string> addresses = {}) {
  CaAsk ask;
  ask.kind = kind;
  ask.name = name;
  ask.addresses = std::move(addresses);
  ask.now_s = kNow;
  return ask;
}
}  // namespace

TEST_CASE("a member is server and client, under every address, once") {
  const CertificateWish w =
      ca_wish(asked(CaKind::member, "backend-0", {"10.0.0.1,backend-0", "b.example.com", "fd00::1", "localhost"})).value;
  CHECK((w.server && w.client && !w.authority));
  CHECK(w.names == std::vector<std::string>{"backend-0", "b.example.com", "localhost"});
  CHECK(w.addresses.size() == 4);  // 10.0.0.1, fd00::1, 127.0.0.1, ::1
  CHECK(w.not_after == kNow + 730 * kDay);
  CHECK(w.not_before < kNow);
}

TEST_CASE("clients have a name alone; nothing outlives its authority") {
  CaAsk ask = asked(CaKind::agent, "web-1.example.com");
  ask.authority_until = kNow + 5 * kDay;
  const CertificateWish w = ca_wish(ask).value;
  CHECK((w.client && !w.server && w.names.empty() && w.addresses.empty()));
  CHECK(w.not_after == kNow + 5 * kDay);
  ask.authority_until = kNow - 1;
  CHECK(ca_wish(ask).status.message.find("picket ca renew ca.pem") != std::string::npos);
}

TEST_CASE("words that are refused, with what was expected") {
  struct Row { CaAsk ask; const char* said; };
  CaAsk long_term = asked(CaKind::client, "c");
  long_term.days = 1'000'000;
  const Row rows[] = {
      {asked(CaKind::member, "../x"), "expected up to 64 letters"},
      {asked(CaKind::member, ""), "expected up to 64 letters"},
      {asked(CaKind::client, ".hidden"), "expected up to 64 letters"},
      {asked(CaKind::agent, std::string(65, 'a')), "expected up to 64 letters"},
      {asked(CaKind::client, "ca"), "choose another name"},
      {asked(CaKind::member, "b", {"https://b:2380"}), "without scheme and port"},
      {asked(CaKind::member, "b", {"b:2380"}), "without scheme and port"},
      {asked(CaKind::client, "c", {"10.0.0.1"}), "a name alone"},
      {long_term, "expected 1 to 36500"},
  };
  for (const Row& r : rows) {
    const Result<CertificateWish> w = ca_wish(r.ask);
    CHECK_FALSE(w.ok());
    CHECK_MESSAGE(w.status.message.find(r.said) != std::string::npos, w.status.message);
  }
}

TEST_CASE("what no name server knows is no address") {
  for (const std::string& text :
       {std::string("999.1.1.1"), std::string("a..b"), std::string("a."), std::string(64, 'a') + ".b", std::string("*..b")}) {
    CAPTURE(text);
    const auto wish = ca_wish(asked(CaKind::member, "m1", {text}));
    REQUIRE_FALSE(wish.ok());
    CHECK(wish.status.message.find("address \"" + text + "\": expected a name or an IP address") == 0);
  }
  for (const std::string& text :
       {std::string("b-0.example.com"), std::string("node7"), std::string("7"), std::string(63, 'a') + ".b", std::string("*.x.org")})
    CHECK_MESSAGE(ca_wish(asked(CaKind::member, "m1", {text})).ok(), text);
}

TEST_CASE("a renewal keeps names, uses and term") {
  CertificateFacts old;
  old.common_name = "b";
  old.names = {"b", "10.0.0.1"};
  old.addresses = {std::string("\x0a\x00\x00\x01", 4)};
  old.server = true;
  old.not_before = kNow - 100 * kDay - kCaClockSlackS;
  old.not_after = kNow - kDay;
  const CertificateWish w = ca_renewal(old, asked(CaKind::client, ""));
  CHECK(w.names == std::vector<std::string>{"b"});
  CHECK(w.addresses == old.addresses);
  CHECK((w.server && !w.client && !w.authority));
  CHECK(w.not_after == kNow + 99 * kDay);
}

TEST_CASE("the key stands beside its certificate") {
  CHECK(ca_key_path("x/b.pem") == "x/b-key.pem");
  CHECK(ca_key_path("b.crt") == "b.crt-key.pem");
  CHECK(ca_folder("x/y/b.pem") == "x/y");
  CHECK(ca_folder("b.pem") == ".");
  CHECK(ca_folder("/b.pem") == "/");
}
