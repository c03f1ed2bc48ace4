// tests/common/wire/ws_frames_test.cc - frames as RFC 6455 has them, in pieces, wrong and too large.
#include "common/wire/ws_frames.h"

#include <doctest/doctest.h>

#include <random>
#include <vector>

using namespace picket;

namespace {

const uint8_t kKey[4] = {0x37, 0xfa, 0x21, 0x3d};

std::string frame(WsOp op, std::string payload, bool fin = true, bool masked = true) {
  std::string head = ws_head(op, payload.size(), masked, kKey);
  if (!fin) head[0] = static_cast<char>(head[0] & 0x7f);
  if (masked) ws_mask(payload.data(), payload.size(), kKey);
  return head + payload;
}

// What comes out, as text: one entry per item.
std::string feed(WsFrames& f, std::string_view bytes, size_t step) {
  std::string out;
  for (size_t at = 0; at < bytes.size(); at += step) {
    std::string_view part = bytes.substr(at, step);
    for (;;) {
      size_t used = 0;
      WsItem item = ws_next(f, part, &used);
      part.remove_prefix(used);
      if (item.kind == WsItem::none) break;
      const char* kinds[] = {"none", "message", "ping", "pong", "close", "broken"};
      out += std::string(kinds[item.kind]) + ":";
      if (item.kind == WsItem::close || item.kind == WsItem::broken) out += std::to_string(item.code) + ":";
      if (item.kind == WsItem::message) out += item.binary ? "b:" : "t:";
      out += item.data.size() > 40 ? std::to_string(item.data.size()) : std::string(item.data);
      out += " ";
    }
  }
  return out;
}

std::string both(const std::string& bytes, size_t max = 1000) {  // at once and byte by byte must be the same
  WsFrames a, b;
  a.from_client = b.from_client = true;
  a.message_max = b.message_max = max;
  std::string at_once = feed(a, bytes, bytes.size() + 1), bytewise = feed(b, bytes, 1);
  CHECK(at_once == bytewise);
  return at_once;
}

}  // namespace

TEST_CASE("frames: what is read, and what ends the connection") {
  struct Row { const char* why; std::string bytes; const char* items; };
  std::string big(70000, 'x');
  const Row rows[] = {
      {"the RFC's example", frame(WsOp::text, "Hello"), "message:t:Hello "},
      {"binary, empty", frame(WsOp::binary, ""), "message:b: "},
      {"two in one piece", frame(WsOp::binary, "a") + frame(WsOp::binary, "b"), "message:b:a message:b:b "},
      {"fragments", frame(WsOp::binary, "a", false) + frame(WsOp::continuation, "", false) + frame(WsOp::continuation, "b"), "message:b:ab "},
      {"a ping between fragments", frame(WsOp::text, "a", false) + frame(WsOp::ping, "p") + frame(WsOp::continuation, "b"), "ping:p message:t:ab "},
      {"pong", frame(WsOp::pong, ""), "pong: "},
      {"close without a code", frame(WsOp::close, ""), "close:1005: "},
      {"close with code and reason", frame(WsOp::close, ws_close_payload(1001, "bye")), "close:1001:bye "},
      {"half a close code", frame(WsOp::close, "x"), "broken:1002: "},
      {"a close code that may not be sent", frame(WsOp::close, std::string("\x03\xed", 2)), "broken:1002: "},  // 1005
      {"a private close code", frame(WsOp::close, std::string("\x0f\xa0", 2)), "close:4000: "},
      {"16 bit length", frame(WsOp::binary, std::string(200, 'x')), "message:b:200 "},
      {"reserved opcode", frame(static_cast<WsOp>(3), "x"), "broken:1002: "},
      {"reserved control opcode", frame(static_cast<WsOp>(11), "x"), "broken:1002: "},
      {"reserved bit", std::string("\xc2\x80\0\0\0\0", 6), "broken:1002: "},
      {"not masked", frame(WsOp::binary, "x", true, false), "broken:1002: "},
      {"fragmented ping", frame(WsOp::ping, "x", false), "broken:1002: "},
      {"long ping", frame(WsOp::ping, std::string(126, 'x')), "broken:1002: "},
      {"continuation of nothing", frame(WsOp::continuation, "x"), "broken:1002: "},
      {"message inside a message", frame(WsOp::text, "a", false) + frame(WsOp::text, "b"), "broken:1002: "},
      {"too long in one", frame(WsOp::binary, std::string(1001, 'x')), "broken:1009: "},
      {"just not too long", frame(WsOp::binary, std::string(1000, 'x')), "message:b:1000 "},
      {"too long in fragments", frame(WsOp::binary, std::string(600, 'x'), false) + frame(WsOp::continuation, std::string(401, 'x')), "broken:1009: "},
      {"absurd length", std::string("\x82\xff\x7f\xff\xff\xff\xff\xff\xff\xff", 10) + std::string(4, 'k'), "broken:1009: "},
      {"negative length", std::string("\x82\xff\xff\xff\xff\xff\xff\xff\xff\xff", 10) + std::string(4, 'k'), "broken:1002: "},
      {"nothing after an error", frame(static_cast<WsOp>(3), "x") + frame(WsOp::text, "a"), "broken:1002: "},
  };
  for (const Row& r : rows) {
    CAPTURE(std::string(r.why));
    CHECK(both(r.bytes) == r.items);
  }
  CHECK(both(frame(WsOp::binary, big), 70000) == "message:b:70000 ");
}

TEST_CASE("a server's frames are not masked") {
  WsFrames f;
  CHECK(feed(f, frame(WsOp::text, "x", true, false), 1) == "message:t:x ");
  CHECK(feed(f, frame(WsOp::text, "x"), 1) == "broken:1002: ");
}

TEST_CASE("what one side writes the other reads, at every length where the head changes and in any pieces") {
  std::mt19937 random(7);
  for (size_t size : {0, 1, 3, 7, 8, 9, 125, 126, 127, 65535, 65536, 65537, 300000}) {
    std::string payload(size, ' ');
    for (char& c : payload) c = static_cast<char>(random());
    std::string bytes = frame(WsOp::binary, payload);
    WsFrames f;
    f.from_client = true;
    std::string got;
    for (size_t at = 0; at < bytes.size();) {
      size_t step = std::min<size_t>(bytes.size() - at, 1 + random() % 5000), used = 0;
      WsItem item = ws_next(f, std::string_view(bytes).substr(at, step), &used);
      if (item.kind == WsItem::message) got = std::string(item.data) + "!";
      at += used;
      if (used == 0) break;
    }
    CHECK(got == payload + "!");
  }
}

TEST_CASE("the handshake's answer is the RFC's") { CHECK(ws_accept_value("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="); }

TEST_CASE("at rest nothing of a whole message is kept, and all of one that has begun") {
  WsFrames f;
  size_t used = 0;
  const std::string body(5000, 'b');
  const std::string whole = ws_head(WsOp::binary, body.size(), false, nullptr) + body;
  CHECK(ws_next(f, whole, &used).kind == WsItem::message);
  ws_rest(f);
  CHECK(f.message.capacity() < 100);
  CHECK(ws_next(f, std::string_view(whole).substr(0, 2000), &used).kind == WsItem::none);
  ws_rest(f);
  WsItem item = ws_next(f, std::string_view(whole).substr(2000), &used);
  CHECK(item.kind == WsItem::message);
  CHECK(item.data == body);
}
