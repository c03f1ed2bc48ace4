// common/wire/http1.cc - the parser's callbacks, limits, and heads as they are written.
#include "common/wire/http1.h"

#include <http_parser.h>

#include <climits>
#include <cstdio>
#include <ctime>

namespace picket {

struct Http1Parser {
  http_parser parser;
  size_t head_bytes = 0, dropped = 0;
  bool value_open = false;  // the last header callback was a value
  // Of a request's head, for folded lines:
  size_t lines = 0, line_bytes = 0;  // lines that ended, bytes of the one that has not
  bool line_is_empty = true, head_is_over = false;
};

namespace {

constexpr uint32_t kHeadBytesMax = 1 << 20;  // with what our own count does not see: blanks between names and values
constexpr size_t kHeaderOverhead = 4;        // colon, blank, line end

Http1* http_of(http_parser* parser) { return static_cast<Http1*>(parser->data); }

int refuse(Http1* http, int status, std::string why) {
  if (http->error_status == 0) {
    http->error_status = status;
    http->error = std::move(why);
  }
  return -1;
}

int head_grow(Http1* http, size_t count) {
  http->parser->head_bytes += count;
  if (http->parser->head_bytes <= http->header_max) return 0;
  return refuse(http, 431, "the headers are larger than " + std::to_string(http->header_max) + " bytes");
}

int on_url(http_parser* p, const char* at, size_t n) {
  Http1* http = http_of(p);
  http->message.target.append(at, n);
  return head_grow(http, n);
}

int on_field(http_parser* p, const char* at, size_t n) {
  Http1* http = http_of(p);
  if (http->head_done) return 0;  // trailers of a chunked body are not kept
  Headers& headers = http->message.headers;
  if (http->parser->value_open || headers.empty()) {
    if (headers.size() >= kHttp1HeadersMax) return refuse(http, 431, "more than " + std::to_string(kHttp1HeadersMax) + " headers");
    headers.emplace_back();
    http->parser->value_open = false;
    http->parser->head_bytes += kHeaderOverhead;
  }
  headers.back().first.append(at, n);
  return head_grow(http, n);
}

int on_value(http_parser* p, const char* at, size_t n) {
  Http1* http = http_of(p);
  if (http->head_done) return head_grow(http, n);
  http->parser->value_open = true;
  if (!http->message.headers.empty()) http->message.headers.back().second.append(at, n);
  return head_grow(http, n);
}

int on_headers_complete(http_parser* p) {
  Http1* http = http_of(p);
  Http1Message& m = http->message;
  http->head_done = true;
  m.minor = p->http_minor;
  m.status = p->status_code;
  m.method = p->type == HTTP_REQUEST ? http_method_str(static_cast<http_method>(p->method)) : "";
  m.upgrade = p->upgrade != 0;
  m.keep_alive = http_should_keep_alive(p) != 0;
  for (auto& [name, value] : m.headers)
    while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.pop_back();
  if (p->http_major != 1) return refuse(http, 505, "this is not HTTP/1.x");
  if (p->type == HTTP_REQUEST) {  // one body, of one length: two parties that disagree on it are how requests get smuggled
    int lengths = 0;              // also a second Transfer-Encoding, which http-parser reads and forgets (CVE-2020-8287)
    for (auto& h : m.headers) lengths += text_same(h.first, "content-length") || text_same(h.first, "transfer-encoding");
    if (lengths > 1) return refuse(http, 400, "duplicate length of the body");
    if (header_has(m.headers, "transfer-encoding") && !text_same(header_get(m.headers, "transfer-encoding"), "chunked"))
      return refuse(http, 501, "unsupported transfer encoding; expected chunked");
    if (m.minor >= 1) {
      int hosts = 0;
      for (auto& h : m.headers) hosts += text_same(h.first, "host");
      if (hosts != 1) return refuse(http, 400, hosts == 0 ? "Host header missing" : "duplicate Host header");
    }
  }
  if (p->content_length != ULLONG_MAX && p->content_length > http->body_max && p->type == HTTP_REQUEST) m.body_too_large = true;
  return http->head_only ? 1 : 0;
}

int on_body(http_parser* p, const char* at, size_t n) {
  Http1* http = http_of(p);
  Http1Message& m = http->message;
  if (http->on_body) return http->on_body(std::string_view(at, n)) ? 0 : refuse(http, 400, "the receiver of the body stopped it");
  if (!m.body_too_large && m.body.size() + n > http->body_max) {
    if (p->type == HTTP_RESPONSE) return refuse(http, 413, "the body is larger than " + std::to_string(http->body_max) + " bytes");
    m.body_too_large = true;
  }
  if (!m.body_too_large) {
    m.body.append(at, n);
    return 0;
  }
  m.body.clear();
  m.body.shrink_to_fit();
  http->parser->dropped += n;
  return http->parser->dropped <= kHttp1DropMax
      ? 0
      : refuse(http, 413, "the body is far larger than " + std::to_string(http->body_max) + " bytes");
}

int on_complete(http_parser* p) {
  http_of(p)->done = true;
  http_parser_pause(p, 1);  // what follows is another message
  return 0;
}

int on_begin(http_parser* p) {
  http_of(p)->started = true;
  return 0;
}

const http_parser_settings& settings() {
  static const http_parser_settings s = [] {
    http_parser_settings all;
    http_parser_settings_init(&all);
    all.on_message_begin = on_begin;
    all.on_url = on_url;
    all.on_header_field = on_field;
    all.on_header_value = on_value;
    all.on_headers_complete = on_headers_complete;
    all.on_body = on_body;
    all.on_message_complete = on_complete;
    return all;
  }();
  return s;
}

// A line that begins with a blank continues the header above it. Two parties may read such a head differently, so a server refuses it
// (RFC 9112, 5.2); http-parser joins the lines. Empty lines before the request are none of its head.
bool has_folded_line(Http1Parser& p, std::string_view bytes) {
  while (!bytes.empty() && !p.head_is_over) {
    if (p.lines > 0 && p.line_bytes == 0 && (bytes[0] == ' ' || bytes[0] == '\t')) return true;
    const size_t end = bytes.find('\n');
    const std::string_view line = bytes.substr(0, end);
    p.line_bytes += line.size();
    p.line_is_empty = p.line_is_empty && line.find_first_not_of('\r') == line.npos;
    if (end == bytes.npos) return false;
    p.head_is_over = p.line_is_empty && p.lines > 0;
    if (!p.line_is_empty) p.lines++;
    p.line_bytes = 0;
    p.line_is_empty = true;
    bytes.remove_prefix(end + 1);
  }
  return false;
}

void syntax_error(Http1& http) {
  http_errno code = HTTP_PARSER_ERRNO(&http.parser->parser);
  int status = code == HPE_HEADER_OVERFLOW ? 431 : code == HPE_INVALID_VERSION ? 505 : code == HPE_INVALID_METHOD ? 501 : 400;
  refuse(&http, status == 501 ? 400 : status, http_errno_description(code));
}

}  // namespace

Http1::Http1() = default;
Http1::~Http1() = default;

void http1_start(Http1& http, bool response) {
  if (!http.parser) http.parser = std::make_unique<Http1Parser>();
  *http.parser = {};
  http_parser_set_max_header_size(kHeadBytesMax);
  http_parser_init(&http.parser->parser, response ? HTTP_RESPONSE : HTTP_REQUEST);
  http.parser->parser.data = &http;
  http.message = {};
  http.started = http.head_done = http.done = false;
  http.error_status = 0;
  http.error.clear();
}

size_t http1_feed(Http1& http, std::string_view bytes) {
  if (http.done || http.error_status != 0 || bytes.empty()) return 0;
  http_parser* p = &http.parser->parser;
  p->data = &http;
  if (p->type == HTTP_REQUEST && has_folded_line(*http.parser, bytes)) {
    refuse(&http, 400, "a header goes on in a second line (obsolete line folding)");
    return 0;
  }
  size_t used = http_parser_execute(p, &settings(), bytes.data(), bytes.size());
  if (http.error_status != 0) return used;
  if (http.done) {
    if (HTTP_PARSER_ERRNO(p) == HPE_PAUSED) http_parser_pause(p, 0);
    return used;
  }
  if (HTTP_PARSER_ERRNO(p) != HPE_OK) syntax_error(http);
  return used;
}

void http1_end(Http1& http) {
  if (http.done || http.error_status != 0) return;
  if (!http.started) {
    refuse(&http, 400, "connection closed before a response");
    return;
  }
  http_parser_execute(&http.parser->parser, &settings(), nullptr, 0);
  if (!http.done) refuse(&http, 400, "connection closed in the middle of a message");
}

bool http1_expects_continue(const Http1& http) {
  return http.head_done && !http.done && http.message.minor >= 1 && text_same(header_get(http.message.headers, "expect"), "100-continue");
}

// ---- headers ----

bool text_same(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); i++) {
    auto low = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    if (low(a[i]) != low(b[i])) return false;
  }
  return true;
}

std::string_view header_get(const Headers& headers, std::string_view name) {
  for (const auto& [key, value] : headers)
    if (text_same(key, name)) return value;
  return {};
}

bool header_has(const Headers& headers, std::string_view name) {
  for (const auto& [key, value] : headers)
    if (text_same(key, name)) return true;
  return false;
}

bool header_has_token(const Headers& headers, std::string_view name, std::string_view token) {
  for (const auto& [key, value] : headers) {
    if (!text_same(key, name)) continue;
    for (size_t at = 0; at <= value.size();) {
      size_t end = std::min(value.find(',', at), value.size());
      std::string_view item(value.data() + at, end - at);
      while (!item.empty() && (item.front() == ' ' || item.front() == '\t')) item.remove_prefix(1);
      while (!item.empty() && (item.back() == ' ' || item.back() == '\t')) item.remove_suffix(1);
      if (text_same(item, token)) return true;
      at = end + 1;
    }
  }
  return false;
}

bool header_value_ok(std::string_view value) {
  for (unsigned char c : value)
    if ((c < ' ' && c != '\t') || c == 127) return false;
  return true;
}

std::string_view http_reason(int status) {
  switch (status) {
#define PICKET_REASON(code, name, text) \
  case code: return #text;
    HTTP_STATUS_MAP(PICKET_REASON)
#undef PICKET_REASON
    default: return "Unknown";
  }
}

std::string http_date(int64_t unix_seconds) {
  static const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  int64_t days = unix_seconds / 86400, second = unix_seconds % 86400;
  // Civil date from days since 1970 (Howard Hinnant's algorithm): gmtime is not the same on every system.
  int64_t z = days + 719468, era = z / 146097, doe = z - era * 146097;
  int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365, doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  int64_t mp = (5 * doy + 2) / 153, day = doy - (153 * mp + 2) / 5 + 1, month = mp < 10 ? mp + 3 : mp - 9;
  int64_t year = yoe + era * 400 + (month <= 2);
  char text[64];
  snprintf(text, sizeof text, "%s, %02d %s %04d %02d:%02d:%02d GMT", kDays[(days + 4) % 7], static_cast<int>(day), kMonths[month - 1],
           static_cast<int>(year), static_cast<int>(second / 3600), static_cast<int>(second / 60 % 60), static_cast<int>(second % 60));
  return text;
}

}  // namespace picket
