// backend/endpoints/api_auth.cc - /auth: logins and tokens. Errors are plain text here.
#include "common/text/log.h"
#include "backend/api/api_state.h"
#include "backend/endpoints/endpoints.h"
#include "backend/endpoints/api_login.h"

namespace picket {

// What the client called us, for the `iss` claim: sensuctl refreshes there.
static std::string issuer_of(const ApiCall& call) {
  std::string_view host = header_get(call.request.headers, "Host");
  if (host.empty() || host.size() > 255) return "";
  return std::string(call.request.tls ? "https://" : "http://") + std::string(host);
}

static void tokens_answer(const CallPtr& call, const Result<Tokens>& tokens) {
  if (tokens.status.code == Err::unauthenticated) return answer_text(call, 401, tokens.status.message);
  if (!tokens.ok()) return answer_text(call, status_http(tokens.status.code), tokens.status.message);
  JsonObject o;
  o.add("access_token", tokens.value.access).add("expires_at", tokens.value.expires_at).add("refresh_token", tokens.value.refresh);
  answer_json(call, 200, o.done() + "\n");
}

// One of the address's places for a login, given back when the last holder lets go. Answers when there is none.
static std::shared_ptr<void> login_place(const CallPtr& call) {
  std::string address = call->request.peer.substr(0, call->request.peer.rfind(':'));
  int& count = call->api->logins[address];
  if (count >= kLoginsPerPeerMax) return answer_text(call, 429, "too many concurrent logins from this address; try again"), nullptr;
  count++;
  return {call.get(), [alive = call->api->alive, address](void*) {
            if (*alive && --(*alive)->logins[address] == 0) (*alive)->logins.erase(address);
          }};
}

void api_login(const CallPtr& call, const Credentials& given, std::function<void(const Identity&)> next, const char* refusal) {
  std::shared_ptr<void> place = login_place(call);
  if (!place) return;
  const LoginFrom from = login_from(call->request, false);
  auth_login(call->backend->auth, given.username, given.password, from,
             [call, refusal, next = std::move(next), place, from, user = given.username](Result<Identity> who) {
               if (who.ok()) {
                 log_audit("login", {{"user", user}, {"peer", call->request.peer}, {"path", call->request.path}});
                 return next(who.value);
               }
               bool wrong = who.status.code == Err::unauthenticated;
               log_warn("audit", "login rejected", {{"user", user}, {"peer", call->request.peer}, {"error", who.status.message}});
               if (int64_t wait = wrong ? 0 : auth_login_wait_s(call->backend->auth, user, from); wait > 0)
                 return answer(call, 429, who.status.message + "\n",
                               {{"Content-Type", "text/plain; charset=utf-8"}, {"Retry-After", std::to_string(wait)}});
               answer_text(call, wrong ? 401 : status_http(who.status.code), wrong ? refusal : who.status.message);
             });
}

// Basic credentials; the answer to a wrong password differs by route.
static void login(const CallPtr& call, const char* refusal, std::function<void(const Identity&)> next) {
  auto basic = auth_basic(header_get(call->request.headers, "Authorization"));
  if (!basic.ok()) return answer_text(call, 401, "Request unauthorized");
  api_login(call, basic.value, std::move(next), refusal);
}

void auth_get(CallPtr call) {
  login(call, "Unauthorized", [call](const Identity& who) {
    auth_issue(call->backend->auth, who, issuer_of(*call), call->now_s, [call](Result<Tokens> t) { tokens_answer(call, t); });
  });
}

void auth_test(CallPtr call) {
  std::string_view authorization = header_get(call->request.headers, "Authorization");
  // The reference takes a token here for a refresh without a body.
  if (authorization.substr(0, 7) == "Bearer " && auth_identify(call->backend->auth, authorization, call->now_s).ok())
    return answer_text(call, 400, "EOF");
  login(call, "Request unauthorized", [call](const Identity&) { answer(call, 200, ""); });
}

// The access token is looked at before the body.
static bool refresh_token_of(const CallPtr& call, std::string* token) {
  std::string_view authorization = header_get(call->request.headers, "Authorization");
  if (!auth_token_is_ours(call->backend->auth, authorization)) return answer_text(call, 401, "Request unauthorized"), false;
  auto body = body_object(body_is_form(call->request) ? std::string_view() : std::string_view(call->request.body));
  if (!body.ok()) return answer_text(call, 400, body.status.message), false;
  std::string_view raw = body_member(body.value, "refresh_token");
  auto text = raw.empty() ? Result<std::string>(std::string()) : json_string(raw);
  if (!text.ok()) return answer_text(call, 400, "json: " + text.status.message), false;
  *token = text.value;
  return true;
}

void auth_token(CallPtr call) {
  std::string token;
  if (!refresh_token_of(call, &token)) return;
  auth_refresh(call->backend->auth, header_get(call->request.headers, "Authorization"), token, issuer_of(*call), call->now_s,
               [call](Result<Tokens> t) { tokens_answer(call, t); });
}

void auth_logout_post(CallPtr call) {
  std::string token;
  if (!refresh_token_of(call, &token)) return;
  auth_logout(call->backend->auth, header_get(call->request.headers, "Authorization"), token, call->now_s, [call](Status s) {
    if (s.code == Err::unauthenticated) return answer_text(call, 401, s.message);
    api_rights_changed(call->api);  // its streams end now
    if (s.ok()) log_audit("logout", {{"peer", call->request.peer}});
    s.ok() ? answer(call, 200, "") : answer_text(call, status_http(s.code), s.message);
  });
}

}  // namespace picket
