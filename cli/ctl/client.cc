// cli/ctl/client.cc - requests to the API: authorization, refresh of the token, errors, pages.
#include "cli/ctl/ctl.h"

#include <set>

#include "common/basic/build_info.h"
#include "common/tls/crypto.h"
#include "common/json/json.h"

namespace picket {
namespace {

constexpr size_t kPagesMax = 100'000;  // of a list; a longer one is no list of a backend
constexpr size_t kTokenShown = 40;     // bytes of a Sensu-Continue in an error

const char* reason_phrase(int code) {
  static const struct { int code; const char* text; } kReasons[] = {
      {400, "Bad Request"},      {401, "Unauthorized"},          {402, "Payment Required"},
      {403, "Forbidden"},        {404, "Not Found"},             {405, "Method Not Allowed"},
      {406, "Not Acceptable"},   {408, "Request Timeout"},       {409, "Conflict"},
      {410, "Gone"},             {411, "Length Required"},       {412, "Precondition Failed"},
      {413, "Request Entity Too Large"}, {415, "Unsupported Media Type"}, {422, "Unprocessable Entity"},
      {429, "Too Many Requests"}, {500, "Internal Server Error"}, {501, "Not Implemented"},
      {502, "Bad Gateway"},      {503, "Service Unavailable"},   {504, "Gateway Timeout"},
  };
  for (const auto& r : kReasons)
    if (r.code == code) return r.text;
  return "";
}

std::string base_url(const Ctl& ctl) {
  std::string url = ctl.config.api_url;
  while (!url.empty() && url.back() == '/') url.pop_back();
  return url;
}

HttpClientRequest request_to(const Ctl& ctl, std::string method, const std::string& path, std::string body, Headers headers) {
  HttpClientRequest r;
  r.method = std::move(method);
  r.url = base_url(ctl) + path;
  r.headers = {{"Accept", "application/json"},
               {"Content-Type", "application/json"},
               {"User-Agent", std::string("sensuctl/") + kVersion}};
  for (auto& h : headers) r.headers.push_back(std::move(h));
  r.body = std::move(body);
  r.tls.ca_file = ctl.config.trusted_ca_file;
  r.tls.insecure = ctl.config.insecure;
  r.timeout_ms = ctl.config.timeout_ms;
  r.on_body = ctl.sink;
  return r;
}

// `Get "http://...": connection refused`, with the method as Go's client spells it in errors.
CtlReply perform(Ctl& ctl, const HttpClientRequest& request) {
  CtlReply reply;
  if (request.timeout_ms > 0) reply = ctl.transport(request);
  else reply.transport = fail(Err::timeout, "");  // less than a millisecond was given
  if (reply.transport.ok()) return reply;
  std::string verb = request.method;
  for (size_t i = 1; i < verb.size(); i++) verb[i] = char(verb[i] | 32);
  std::string why = reply.transport.code == Err::timeout ? "context deadline exceeded (Client.Timeout exceeded while awaiting headers)"
                                                         : reply.transport.message;
  if (size_t at = why.find(": "); why.compare(0, request.method.size() + 1, request.method + " ") == 0 && at != why.npos)
    why.erase(0, at + 2);  // the transport names method and address, too
  reply.transport.message = verb + " \"" + request.url + "\": " + why;
  return reply;
}

// What was accepted and can have no effect (backend/api/api_resource.cc). sensuctl's output is left as scripts know it.
void warnings_show(Ctl& ctl, const CtlReply& reply) {
  static constexpr std::string_view kBefore = "299 picket \"";
  if (ctl.program == "sensuctl") return;
  for (const auto& [name, value] : reply.headers) {
    if (!text_same(name, "Warning") || value.compare(0, kBefore.size(), kBefore) != 0) continue;
    std::string text;
    for (size_t i = kBefore.size(); i + 1 < value.size(); i++) {
      if (value[i] == '\\' && i + 2 < value.size()) i++;
      text += value[i];
    }
    ctl.write_err("warning: " + text + "\n");
  }
}

Status refresh_failed(const std::string& why) {
  return fail(Err::unauthenticated, "failed to request new refresh token; client returned '" + why + "'");
}

}  // namespace

// Trades the refresh token for new ones and stores them.
Status client_refresh(Ctl& ctl) {
  if (ctl.config.refresh_token.empty()) return fail(Err::unauthenticated, "configured access token has expired");
  JsonObject body;
  body.add("refresh_token", ctl.config.refresh_token);
  CtlReply reply =
      perform(ctl, request_to(ctl, "POST", "/auth/token", body.done(), {{"Authorization", "Bearer " + ctl.config.access_token}}));
  if (Status s = reply_status(reply); !s.ok()) return refresh_failed(s.message);
  if (!json_members(reply.body).ok()) return refresh_failed("the response is not a JSON object");
  std::string access = text_at(reply.body, {"access_token"}), refresh = text_at(reply.body, {"refresh_token"});
  int64_t expires = integer_at(reply.body, {"expires_at"});
  if (access.empty() || refresh.empty() || expires == 0) return refresh_failed("bad authentication token");
  for (CtlConfig* c : {&ctl.config, &ctl.stored}) {
    c->access_token = access;
    c->refresh_token = refresh;
    c->expires_at = expires;
  }
  CtlConfig session = ctl.stored;  // other users of it need the new tokens, too
  if (!session.tokens_dir.empty()) session.dir = session.tokens_dir;
  if (Status s = config_save_cluster(session); !s.ok())
    return fail(s.code, "failed to update configuration with new refresh token (" + s.message + ")");
  return {};
}

namespace {

CtlReply failed_with(Status s) {
  CtlReply failed;
  failed.transport = std::move(s);
  return failed;
}

CtlReply with_token(Ctl& ctl, HttpClientRequest request) {
  request.headers.push_back({"Authorization", "Bearer " + ctl.config.access_token});
  return perform(ctl, request);
}

// A renewal of its own is also tried when the other side says that the token has expired: its clock may be ahead of ours.
CtlReply call_with_token(Ctl& ctl, const HttpClientRequest& request) {
  const int64_t now_ms = ctl.clock ? ctl.clock() : ctl.now_ms;
  if (ctl.config.expires_at * 1000 < now_ms)
    if (Status s = ctl.renew ? ctl.renew(ctl) : client_refresh(ctl); !s.ok()) return failed_with(s);
  CtlReply reply = with_token(ctl, request);
  if (reply.code != 401 || !ctl.renew) return reply;
  if (Status s = ctl.renew(ctl); !s.ok()) return failed_with(s);
  return with_token(ctl, request);
}

}  // namespace

CtlReply client_call(Ctl& ctl, std::string method, const std::string& path, std::string body, Headers headers) {
  const bool own = header_has(headers, "Authorization");
  if (!own && !ctl.config.api_key.empty()) headers.push_back({"Authorization", "Key " + ctl.config.api_key});
  const HttpClientRequest request = request_to(ctl, std::move(method), path, std::move(body), std::move(headers));
  const bool has_token = !own && ctl.config.api_key.empty() && !ctl.config.access_token.empty();
  CtlReply reply = has_token ? call_with_token(ctl, request) : perform(ctl, request);
  warnings_show(ctl, reply);
  return reply;
}

CtlReply client_stream(Ctl& ctl, const std::string& path, StreamSink on_body) {
  constexpr int64_t kStreamMs = 7 * 86'400'000LL;  // a stream ends when one side ends it
  constexpr size_t kHeadMax = 4096;
  std::string head;  // of a refusal: the sentence to show
  StreamSink sink = [&](std::string_view bytes) {
    if (head.size() < kHeadMax) head.append(bytes.substr(0, kHeadMax - head.size()));
    return on_body(bytes);
  };
  std::swap(ctl.sink, sink);
  int64_t timeout = std::exchange(ctl.config.timeout_ms, kStreamMs);
  CtlReply reply = client_call(ctl, "GET", path);
  ctl.config.timeout_ms = timeout;
  std::swap(ctl.sink, sink);
  if (reply.code >= 400) reply.body = head;
  return reply;
}

Status reply_status(const CtlReply& reply) {
  if (!reply.transport.ok()) return reply.transport;
  if (reply.code < 400) return {};
  Err code = reply.code == 404 ? Err::not_found
      : reply.code == 401      ? Err::unauthenticated
      : reply.code == 403      ? Err::denied
      : reply.code == 409      ? Err::exists
      : reply.code < 500       ? Err::invalid
                               : Err::unavailable;
  std::string text;
  if (Result<std::vector<JsonMember>> members = json_members(reply.body); members.ok()) {
    for (const JsonMember& m : members.value)
      if (m.key == "message" || m.key == "Message") text = json_string(m.raw).value;
  } else if (!reply.body.empty()) {
    text = reply.body;
  } else {
    text = "the API returned: " + std::to_string(reply.code) + " " + reason_phrase(reply.code);
  }
  return fail(code, text);
}

Result<std::string> client_get(Ctl& ctl, const std::string& path) {
  CtlReply reply = client_call(ctl, "GET", path);
  if (Status s = reply_status(reply); !s.ok()) return s;
  if (Status s = json_check(reply.body); !s.ok()) return because("the response to GET " + path + " is not JSON", s);
  return std::move(reply.body);
}

Status client_send(Ctl& ctl, const std::string& method, const std::string& path, std::string body) {
  return reply_status(client_call(ctl, method, path, std::move(body)));
}

static std::string query_text(const ListQuery& q, const std::string& token) {
  std::string out = q.extra;
  auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) out += (out.empty() ? "" : "&") + std::string(name) + "=" + url_encode(value);
  };
  if (!token.empty()) add("continue", token);
  add("fieldSelector", q.field_selector);
  add("labelSelector", q.label_selector);
  if (q.chunk > 0) add("limit", std::to_string(q.chunk));
  return out.empty() ? "" : "?" + out;
}

// The objects of one page. Tessen is a list of one, and so is a silence that was asked for by its name; an object without metadata
// elsewhere is the answer of something else.
static Status page_take(const std::string& path, const CtlReply& reply, std::vector<std::string>& all) {
  constexpr std::string_view kTessen = "/tessen";
  if (reply.body.empty()) return {};
  if (Status s = json_check(reply.body); !s.ok()) return because("the response to GET " + path + " is not JSON", s);
  const JsonType type = json_type(reply.body);
  const bool is_tessen = path.size() > kTessen.size() && path.compare(path.size() - kTessen.size(), path.npos, kTessen) == 0;
  const bool is_single = is_tessen || !json_at(reply.body, {"metadata"}).empty();
  if (type == JsonType::null) return {};  // Go's empty list
  if (type == JsonType::object && is_single) return all.push_back(json_compact(reply.body)), Status();
  if (type != JsonType::array) return fail(Err::invalid, "the response to GET " + path + " is no list; expected [...] as Sensu Go answers");
  for (std::string_view item : json_items(reply.body).value) all.emplace_back(item);
  return {};
}

Result<std::vector<std::string>> client_list(Ctl& ctl, const std::string& path, const ListQuery& query, std::string* warning) {
  std::vector<std::string> all;
  std::string token;
  std::set<std::string> seen;
  do {
    if (!token.empty() && (!seen.insert(token).second || seen.size() > kPagesMax))
      return fail(Err::invalid,
                  ctl.config.api_url + " sends GET " + path + " around in a circle: its Sensu-Continue \"" + token.substr(0, kTokenShown) +
                      "\" came before, or its list never ends; look at a proxy in between");
    std::string target = path + query_text(query, token);
    CtlReply reply = client_call(ctl, "GET", target);
    if (Status s = reply_status(reply); !s.ok()) return s;
    token = header_get(reply.headers, "Sensu-Continue");
    if (warning) *warning = header_get(reply.headers, "Sensu-Entity-Warning");
    if (Status s = page_take(path, reply, all); !s.ok()) return s;
  } while (!token.empty());
  return all;
}

// What Go's url.PathEscape leaves alone in a path segment.
std::string path_escape(std::string_view text) {
  static const char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (unsigned char c : text) {
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (plain || std::string_view("-_.~$&+=:@").find(char(c)) != std::string_view::npos) out += char(c);
    else out += {'%', kHex[c >> 4], kHex[c & 15]};
  }
  return out;
}

std::string api_path(const ResourceType& type, std::string_view ns, std::string_view name) {
  std::string path = "/api/core/v2/";
  if (type.namespaced && !ns.empty()) path += "namespaces/" + path_escape(ns) + "/";
  path += type.plural;
  if (!name.empty()) path += "/" + path_escape(name);
  return path;
}

// Only looked at to show our user; whether it is true is the server's business.
std::string client_user(const Ctl& ctl) {
  const std::string& token = ctl.config.access_token;
  size_t first = token.find('.'), second = token.find('.', first + 1);
  if (first == token.npos || second == token.npos) return "";
  std::string claims;
  if (!base64url_decode(std::string_view(token).substr(first + 1, second - first - 1), &claims)) return "";
  return json_members(claims).ok() ? text_at(claims, {"sub"}) : "";
}

}  // namespace picket
