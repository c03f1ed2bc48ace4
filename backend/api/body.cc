// backend/api/body.cc - request bodies, taken as leniently as the reference takes them.
#include "backend/api/call.h"

namespace picket {

// The decoder's words for text that ends too early, or has no value at all.
static Status body_error(std::string_view body, const Status& why) {
  bool complete = true;
  size_t text = body.find_first_not_of(" \t\r\n");
  if (text == body.npos) return fail(Err::invalid, "EOF");
  (void)json_check(body, &complete);
  if (!complete) return fail(Err::invalid, "unexpected EOF");
  return fail(Err::invalid, "invalid character: " + why.message);
}

Result<std::string> body_object(std::string_view body) {
  auto length = json_first(body);
  if (!length.ok()) return body_error(body, length.status);
  std::string_view value = body.substr(0, length.value);
  value.remove_prefix(std::min(value.find_first_not_of(" \t\r\n"), value.size()));
  JsonType type = json_type(value);
  if (type == JsonType::null) return std::string("{}");
  if (type != JsonType::object) return fail(Err::invalid, "json: cannot unmarshal a value that is no object");
  return std::string(value);
}

// The reference runs form parsing over every request: without a Content-Type, or with that of forms, it eats the body.
bool body_is_form(const HttpRequest& request) {
  std::string_view type = header_get(request.headers, "Content-Type");
  return type.empty() || type.substr(0, 33) == "application/x-www-form-urlencoded";
}

std::string_view body_member(std::string_view object, std::string_view key) {
  std::string_view found;
  for (const JsonMember& m : json_members(object).value)
    if (text_same(m.key, key) && json_type(m.raw) != JsonType::null) found = m.raw;
  return found;
}

bool call_body(const CallPtr& call, int code, std::string* object) {
  const HttpRequest& request = call->request;
  bool form = body_is_form(request);
  if (request.body_too_large) {
    if (form) answer_text(call, 500, "Request exceeded max length");
    else answer_error(call, code == 1 ? 400 : 500, code, "http: request body too large");
    return false;
  }
  auto parsed = body_object(form ? std::string_view() : std::string_view(request.body));
  if (!parsed.ok()) {
    answer_error(call, code == 1 ? 400 : 500, code, parsed.status.message);
    return false;
  }
  *object = std::move(parsed.value);
  return true;
}

}  // namespace picket
