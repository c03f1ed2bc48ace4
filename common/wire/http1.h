// common/wire/http1.h - HTTP/1.1 messages as a machine over bytes: heads, bodies by length or in chunks, one message at a time.
//
// http_parser does the syntax (strict); limits, upgrade and the whole message are ours. No I/O. Bytes after the end of a
// message are left to the caller: the next pipelined request, or the first bytes of another protocol.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/basic/result.h"

namespace picket {

using Headers = std::vector<std::pair<std::string, std::string>>;
std::string_view header_get(const Headers& headers, std::string_view name);  // without case; "" when absent
bool header_has(const Headers& headers, std::string_view name);
bool header_has_token(const Headers& headers, std::string_view name, std::string_view token);  // in a comma list, any line
bool text_same(std::string_view a, std::string_view b);                                        // without ASCII case

struct Http1Message {
  std::string method, target;  // request
  int status = 0;              // response
  int minor = 1;               // HTTP/1.minor
  Headers headers;
  std::string body;
  bool keep_alive = false, upgrade = false;
  bool body_too_large = false;  // body is empty then; what came is read and dropped up to kHttp1DropMax
};

inline constexpr size_t kHttp1HeadersMax = 200;     // header lines in one message
inline constexpr size_t kHttp1DropMax = 16u << 20;  // of a body that is too large

struct Http1Parser;  // http_parser's state
struct Http1 {
  // What to accept; set before the first byte.
  size_t header_max = 64u << 10, body_max = 1u << 20;
  bool head_only = false;                         // response to HEAD: no body whatever its headers say
  std::function<bool(std::string_view)> on_body;  // instead of message.body; false = stop with an error

  Http1Message message;
  bool started = false, head_done = false, done = false;
  int error_status = 0;  // broken: what a server answers (400, 413, 431, 501, 505)
  std::string error;     // and why
  std::unique_ptr<Http1Parser> parser;

  Http1();
  ~Http1();
  Http1(const Http1&) = delete;
  Http1& operator=(const Http1&) = delete;
};

void http1_start(Http1& http, bool response);  // ready for a new message
// Returns how many bytes belong to this message; fewer than given when it is done (or broken).
size_t http1_feed(Http1& http, std::string_view bytes);
void http1_end(Http1& http);  // the peer closed: the end of a body without a length, or an error
bool http1_expects_continue(const Http1& http);

std::string_view http_reason(int status);      // "Not Found"
bool header_value_ok(std::string_view value);  // no line breaks or other control characters: nobody adds headers
std::string http_date(int64_t unix_seconds);   // "Sun, 06 Nov 1994 08:49:37 GMT"

}  // namespace picket
