// backend/endpoints/session.cc - logins of the dashboard: open, look, end. They exist on the dashboard's listener only.
#include "common/basic/build_info.h"
#include "common/text/log.h"
#include "backend/access/page_guard.h"
#include "backend/api/api_state.h"
#include "backend/endpoints/endpoints.h"
#include "backend/endpoints/api_login.h"
#include "backend/pages/dashboard.h"
#include "backend/pages/pages.h"

namespace picket {

namespace {

constexpr const char* kVerbs[] = {"get", "list", "create", "update", "delete"};
constexpr const char* kResources[] = {"events",   "entities",  "checks", "silenced", "handlers",  "filters",
                                      "mutators", "pipelines", "hooks",  "assets",   "namespaces"};

std::string verbs_json(const ApiCall& call, const std::string& ns, const char* resource) {
  StringList verbs;
  for (const char* verb : kVerbs)
    if (page_may(call, verb, ns, resource, "")) verbs.push_back(verb);
  std::string list;
  for (const std::string& v : verbs) list += (list.empty() ? "[" : ",") + json_quote(v);
  return list.empty() ? "" : list + "]";
}

std::string rights_json(const ApiCall& call, const StringList& namespaces) {
  JsonObject all;
  for (const std::string& ns : namespaces) {
    JsonObject of_ns;
    for (const char* resource : kResources)
      if (std::string verbs = verbs_json(call, ns, resource); !verbs.empty()) of_ns.add_raw(resource, verbs);
    all.add_raw(ns, of_ns.done());
  }
  return all.done();
}

Result<StringList> namespaces_of(const ApiCall& call) {
  auto stored = store_list(call.backend->store, "namespaces");
  if (!stored.ok()) return stored.status;
  StringList all;
  for (const StoredObject& o : stored.value) all.push_back(o.name);
  if (call.who.guest) return all;
  return rbac_visible_namespaces(auth_rules(call.backend->auth), call.who.username, call.who.groups, all);
}

// `login` is there at the one answer that has a key to give away.
void session_answer(const CallPtr& call, int status, const PageLogin* login, Headers headers) {
  auto namespaces = namespaces_of(*call);
  if (!namespaces.ok()) return answer_unread(call, namespaces.status);
  JsonObject o;
  o.add("username", call->who.username).add("groups", call->who.groups).add("guest", call->who.guest);
  o.add("expires_at", call->session_ends_s).add("default_password", auth_page_default_password(call->backend->auth, call->who.session));
  o.add("namespaces", namespaces.value).add_raw("may", rights_json(*call, namespaces.value));
  o.add("version", kVersion).add("ui", std::string(dashboard_hash())).add("host", call->backend->name).add("guests", page_guest(*call));
  if (login) o.add("key", login->key);
  answer_json(call, status, o.done(), std::move(headers));
}

bool is_dashboards(const CallPtr& call) {
  if (!call->dashboard) answer_not_found(call);
  return call->dashboard;
}

void opened(const CallPtr& call, bool stay, bool default_password, const Identity& who) {
  auth_page_open(call->backend->auth, who, stay, default_password, call->now_s, [call, stay](Result<PageLogin> login) {
    if (!login.ok()) return answer_status(call, login.status);
    auto again = auth_page_identify(call->backend->auth, login.value.cookie, login.value.key, call->now_s, &call->session_ends_s);
    if (!again.ok()) return answer_denied(call, 401, 5, again.status.message);
    call->who = again.value;
    const std::string cookie =
        page_cookie_set(dashboard_cookie(*call), login.value.cookie, call->request.tls, stay ? login.value.expires_at - call->now_s : -1);
    session_answer(call, 201, &login.value, {{"Set-Cookie", cookie}});
  });
}

}  // namespace

void session_open(CallPtr call) {
  if (!is_dashboards(call)) return;
  if (Status s = page_request_check(call->request.method, call->request.headers, true); !s.ok())
    return answer_denied(call, 403, 4, s.message);
  if (!header_has(call->request.headers, kPageHeader))
    return answer_denied(call, 401, 5, std::string("the header ") + kPageHeader + " is missing");
  std::string text;
  if (!call_body(call, 1, &text)) return;
  Credentials given{json_string(body_member(text, "username")).value, json_string(body_member(text, "password")).value};
  if (given.username.empty() || given.password.empty()) return answer_error(call, 400, 1, "expected username and password");
  const bool stay = body_member(text, "stay") == "true", by_default = given.password == kDefaultPassword;
  api_login(call, given, [call, stay, by_default](const Identity& who) { opened(call, stay, by_default, who); });
}

void session_get(CallPtr call) {
  if (is_dashboards(call) && page_identify(call)) session_answer(call, 200, nullptr, {});
}

// A client with the cookie may end it, but not a page of somebody else.
void session_delete(CallPtr call) {
  if (!is_dashboards(call)) return;
  if (Status s = page_request_check(call->request.method, call->request.headers, false); !s.ok())
    return answer_denied(call, 403, 4, s.message);
  if (!header_has(call->request.headers, kPageHeader))
    return answer_denied(call, 401, 5, std::string("the header ") + kPageHeader + " is missing");
  const std::string name = dashboard_cookie(*call);
  for (std::string_view cookie : page_cookies_get(call->request.headers, name)) auth_page_close(call->backend->auth, cookie);
  api_rights_changed(call->api);  // its streams end now
  answer(call, 204, "", {{"Set-Cookie", page_cookie_set(name, "", call->request.tls, 0)}});
}

}  // namespace picket
