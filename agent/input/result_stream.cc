// agent/input/result_stream.cc - see result_stream.h.
#include "agent/input/result_stream.h"

#include "common/json/json.h"

namespace picket {
namespace {

std::string_view trimmed(std::string_view text) {
  size_t first = text.find_first_not_of(" \t\r\n");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

// Follows brackets and strings over the new bytes; balanced = at least one value with brackets was opened and closed.
void scan(ResultStream& s, std::string_view bytes) {
  for (char c : bytes) {
    if (s.in_string) {
      if (s.escaped) s.escaped = false;
      else if (c == '\\') s.escaped = true;
      else if (c == '"') s.in_string = false;
      continue;
    }
    if (c == '"') s.in_string = true;
    else if (c == '{' || c == '[') {
      s.depth++;
      s.started = true;
    } else if (c == '}' || c == ']') s.depth--;
  }
  s.balanced = s.started && s.depth == 0 && !s.in_string;
}

bool is_json(std::string_view text) { return json_check(text).ok() || json_check(json_escape_raw_controls(text)).ok(); }

// A web page can make a browser post to this port, whatever it sends first is the method: no JSON begins with a capital letter.
bool is_http(std::string_view text) {
  size_t letters = 0;
  while (letters < text.size() && text[letters] >= 'A' && text[letters] <= 'Z') letters++;
  return letters >= 3 && letters < text.size() && text[letters] == ' ';
}

}  // namespace

ResultAnswer result_stream_feed(ResultStream& stream, std::string_view bytes, const ResultContext& context, size_t max) {
  stream.size += bytes.size();
  if (stream.size > max) return {ResultVerdict::invalid, {}, "message larger than " + std::to_string(max) + " bytes; see socket-max-bytes"};
  if (!stream.broken.empty()) return {};
  stream.buffer.append(bytes);
  scan(stream, bytes);
  if (stream.buffer.size() < 64 && trimmed(stream.buffer) == "ping") return {ResultVerdict::pong, {}, ""};
  if (is_http(std::string_view(stream.buffer).substr(0, 32))) {
    stream.broken = "HTTP request on the result socket; the HTTP API listens on api-port";
    stream.buffer = {};
    return {};
  }
  if (!stream.balanced) return {};
  Result<std::vector<Event>> events = results_parse(stream.buffer, context);
  if (events.ok()) return {ResultVerdict::ok, std::move(events.value), ""};
  if (events.status.code == Err::too_large) return {ResultVerdict::invalid, {}, events.status.message};
  // Refused, or no JSON, which gets the same answer when its sender is quiet: it may send all before it reads.
  std::string_view text = stream.buffer;
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
  if (is_json(text)) return {ResultVerdict::invalid, {}, events.status.message};
  stream.broken = events.status.message;
  stream.buffer = {};
  return {};
}

ResultAnswer result_stream_end(const ResultStream& stream) {
  if (stream.size == 0) return {ResultVerdict::more, {}, ""};
  if (!stream.broken.empty()) return {ResultVerdict::invalid, {}, stream.broken};
  return {ResultVerdict::invalid, {}, "no complete JSON document within " + std::to_string(kResultQuietMs) + " ms"};
}

std::string_view result_reply(ResultVerdict verdict) {
  switch (verdict) {
    case ResultVerdict::pong: return "pong";
    case ResultVerdict::ok: return "ok";
    case ResultVerdict::invalid: return "invalid";
    case ResultVerdict::busy: return "busy";
    case ResultVerdict::more: break;
  }
  return "";
}

}  // namespace picket
