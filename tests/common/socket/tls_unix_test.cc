// tests/common/socket/tls_unix_test.cc - TLS connections as machines: many on one thread, whose buffers go from one to the next
// between records.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>

#include "common/tls/tls.h"
#include "tests/common/socket/tls_fixture.h"

using namespace picket;

namespace {

struct Contexts {
  std::shared_ptr<TlsContext> server, client;
  Contexts() {
    auto text = [](const char* name) { return os_read_file(certificates().path(name)).value; };
    server = tls_context({true, "", nullptr, text("server.pem"), text("server.key")}).value;
    client = tls_context({false, text("ca.pem"), nullptr, "", ""}).value;
    REQUIRE(bool(server));
    REQUIRE(bool(client));
  }
};

struct Pair {
  TlsPtr server, client;
  explicit Pair(const Contexts& c) : server(tls_open(c.server, "")), client(tls_open(c.client, "localhost")) {
    TlsOutput from_client, from_server;
    REQUIRE(tls_receive(client.get(), "", &from_client).ok());
    while (!from_client.cipher.empty() || !from_server.cipher.empty()) {
      TlsOutput a, b;
      REQUIRE(tls_receive(server.get(), from_client.cipher, &a).ok());
      REQUIRE(tls_receive(client.get(), a.cipher, &b).ok());
      from_client = b;
      from_server.cipher.clear();
    }
    REQUIRE(tls_ready(server.get()));
    REQUIRE(tls_ready(client.get()));
  }
};

std::string text_of(size_t size, int seed) {
  std::string text(size, 0);
  uint32_t x = static_cast<uint32_t>(seed) * 2654435761u + 1;
  for (char& c : text) c = static_cast<char>((x = x * 1664525u + 1013904223u) >> 24);
  return text;
}

std::string sealed(Tls* from, const std::string& plain) {
  std::string cipher;
  REQUIRE(tls_send(from, plain, &cipher).ok());
  return cipher;
}

std::string opened(Tls* at, std::string_view cipher) {
  TlsOutput out;
  Status s = tls_receive(at, cipher, &out);
  REQUIRE_MESSAGE(s.ok(), s.message);
  CHECK(out.cipher.empty());
  return out.plain;
}

}  // namespace

TEST_CASE("records of every size, whole, in both directions, after the buffers were others'") {
  Contexts contexts;
  Pair one(contexts), two(contexts);
  for (size_t size : {1u, 500u, 16'383u, 16'384u, 16'385u, 100'000u, 1u}) {
    CAPTURE(size);
    for (const Pair* p : {&one, &two, &one}) {
      const std::string text = text_of(size, 1);
      CHECK(opened(p->server.get(), sealed(p->client.get(), text)) == text);
      CHECK(opened(p->client.get(), sealed(p->server.get(), text)) == text);
    }
  }
}

TEST_CASE("records that come byte by byte and cut anywhere, on twenty connections in turn") {
  Contexts contexts;
  struct Side { Tls* from; Tls* to; std::string plain, cipher, got; size_t at = 0; };
  std::vector<Pair> pairs;
  for (int i = 0; i < 10; i++) pairs.emplace_back(contexts);
  std::vector<Side> sides;
  for (Pair& p : pairs)
    sides.push_back({p.client.get(), p.server.get(), "", "", ""}), sides.push_back({p.server.get(), p.client.get(), "", "", ""});
  for (size_t i = 0; i < sides.size(); i++) {
    Side& s = sides[i];
    for (size_t size : {3u, 16'384u, 700u, 40'000u}) {
      const std::string text = text_of(size + i, static_cast<int>(i));
      s.plain += text;
      s.cipher += sealed(s.from, text);
    }
  }
  const size_t steps[] = {1, 1, 1, 1, 1, 1, 4096, 2, 12'000, 16'384, 5, 3};  // the first six: the head of a record in pieces
  bool more = true;
  for (size_t turn = 0; more; turn++) {
    more = false;
    for (size_t i = 0; i < sides.size(); i++) {
      Side& s = sides[i];
      const size_t count = i == 0 ? 1 : std::min(steps[(turn + i) % 12], s.cipher.size() - s.at);
      if (s.at < s.cipher.size()) s.got += opened(s.to, std::string_view(s.cipher).substr(s.at, count)), s.at += count;
      more |= s.at < s.cipher.size();
      if (turn < 3) s.plain += "x", s.cipher += sealed(s.from, "x");  // and the peer writes while it reads
    }
  }
  for (const Side& s : sides) CHECK(s.got == s.plain);
}

TEST_CASE("handshakes byte by byte, of ten connections in turn") {
  Contexts contexts;
  struct Shaking { TlsPtr server, client; std::string to_server, to_client; };
  std::vector<Shaking> all;
  for (int i = 0; i < 10; i++) {
    all.push_back({tls_open(contexts.server, ""), tls_open(contexts.client, "localhost"), "", ""});
    TlsOutput hello;
    REQUIRE(tls_receive(all.back().client.get(), "", &hello).ok());
    all.back().to_server = hello.cipher;
  }
  auto step = [](Tls* to, std::string* bytes, std::string* answer) {
    if (bytes->empty()) return;
    TlsOutput out;
    Status s = tls_receive(to, bytes->substr(0, 1), &out);
    REQUIRE_MESSAGE(s.ok(), s.message);
    bytes->erase(0, 1);
    *answer += out.cipher;
  };
  for (bool more = true; more;) {
    more = false;
    for (Shaking& s : all) {
      step(s.server.get(), &s.to_server, &s.to_client);
      step(s.client.get(), &s.to_client, &s.to_server);
      more |= !s.to_server.empty() || !s.to_client.empty();
    }
  }
  for (Shaking& s : all) {
    CHECK(opened(s.server.get(), sealed(s.client.get(), "hello")) == "hello");
    CHECK(opened(s.client.get(), sealed(s.server.get(), "good day")) == "good day");
  }
}

TEST_CASE("a record that was changed on the way ends its connection and no other") {
  Contexts contexts;
  Pair good(contexts), bad(contexts);
  CHECK(opened(good.server.get(), sealed(good.client.get(), "before")) == "before");
  std::string cipher = sealed(bad.client.get(), text_of(2000, 5));
  cipher[1000] = static_cast<char>(cipher[1000] ^ 1);
  TlsOutput out;
  CHECK_FALSE(tls_receive(bad.server.get(), cipher, &out).ok());
  CHECK(out.plain.empty());
  CHECK_FALSE(out.cipher.empty());  // the alert
  CHECK_FALSE(tls_receive(bad.server.get(), "", &out).ok());
  std::string more;
  CHECK_FALSE(tls_send(bad.server.get(), "x", &more).ok());
  CHECK(opened(good.server.get(), sealed(good.client.get(), "after")) == "after");
  std::string end;
  tls_end(good.client.get(), &end);
  TlsOutput ended;
  CHECK(tls_receive(good.server.get(), end, &ended).ok());
  CHECK(ended.ended);
}

TEST_CASE("a record longer than TLS allows is refused") {
  Contexts contexts;
  Pair p(contexts);
  TlsOutput out;
  const std::string head("\x17\x03\x03\xff\xff", 5);
  Status s = tls_receive(p.server.get(), head + std::string(70'000, 'x'), &out);
  CHECK_FALSE(s.ok());
}
