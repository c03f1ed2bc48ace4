// agent/edge/backend_link.cc - the connection to a backend: dialled as the core asks, its events passed to the core.
#include <utility>

#include "agent/agent_state.h"
#include "common/os/os.h"
#include "common/text/log.h"
#include "common/text/url.h"
#include "common/types/message.h"

namespace picket {
namespace {

// In good time before its end; asked again when no answer came.
void renew_if_due(Agent* a) {
  const int64_t now_s = os_unix_ms() / 1000;
  if (!a->credential || !credential_is_due(*a->credential, now_s) || now_s < a->renew_asked_s + kRenewAskS) return;
  a->renew_asked_s = now_s;
  ws_send(a->ws, message_join("picket_renew", "{}"));
}

// True: it was the answer to that.
bool credential_taken(Agent* a, std::string_view message) {
  Result<Message> m = a->credential ? message_split(message) : Result<Message>(fail(Err::not_found, ""));
  if (!m.ok() || m.value.type != "picket_credential") return false;
  Status s = credential_renewed(a->core.config, &*a->credential, m.value.payload, os_unix_ms() / 1000);
  if (s.ok()) log_info("agent", "certificate renewed", {{"until", a->credential->until_s}});
  else log_error("agent", "certificate not renewed", {{"error", s.message}});
  return true;
}

// Refused: somebody may have had it enrolled meanwhile.
void look_for_credential(Agent* a) {
  std::optional<AgentCredential> found = credential_read(a->core.config);
  if (!found || !credential_unused(a->core.config, *found).empty()) return;
  const bool is_new = !a->credential || a->credential->user != found->user || a->credential->password != found->password ||
      a->credential->is_certificate != found->is_certificate;
  credential_apply(a->core.config, *found, credential_files(a->core.config));
  a->credential = std::move(found);
  if (is_new) log_info("agent", "the credential of enrolment is used from now on", {{"user", a->credential->user}});
}

void on_opened(Agent* a, const WsEvent& e) {
  log_info("agent", "successfully connected", {{"url", a->url}});
  core_connected(a->core, agent_now(a), header_has(*e.headers, "Accept"), header_get(*e.headers, "Picket-Ack"));
  renew_if_due(a);
}

void on_closed(Agent* a, const WsEvent& e) {
  a->ws = nullptr;
  if (a->ended) return agent_end_when_quiet(a);
  if (a->core.link.state == Link::connecting) look_for_credential(a);
  if (e.http_status != 0)
    log_error("agent", "handshake failed with status " + std::to_string(e.http_status), {{"url", a->url}, {"body", e.http_body}});
  else if (a->core.link.state == Link::connecting) log_error("agent", "reconnection attempt failed", {{"url", a->url}, {"error", e.error}});
  else log_info("agent", "disconnected", {{"url", a->url}, {"code", e.code}, {"reason", e.reason}, {"error", e.error}});
  core_disconnected(a->core, agent_now(a));
}

void on_ws(Agent* a, Ws* ws, const WsEvent& e) {
  if (ws != a->ws) return;
  switch (e.kind) {
    case WsEvent::open: on_opened(a, e); break;
    case WsEvent::message:
      if (!credential_taken(a, e.data)) core_message(a->core, agent_now(a), e.data);
      break;
    case WsEvent::pong:
      core_pong(a->core, agent_now(a), e.data);
      renew_if_due(a);
      break;
    case WsEvent::drained: break;
    case WsEvent::closed: on_closed(a, e); break;
  }
  if (!a->ended) agent_drive(a);
}

WsConnect connect_request(const AgentConfig& c, Connect action) {
  WsConnect request;
  request.url = std::move(action.url);
  request.headers = std::move(action.headers);
  request.tls.ca_file = c.trusted_ca_file;
  request.tls.cert_file = c.cert_file;
  request.tls.key_file = c.key_file;
  request.tls.insecure = c.insecure_skip_tls_verify;
  request.handshake_timeout_ms = c.handshake_timeout_ms;
  if (Result<Url> url = url_parse(request.url); url.ok()) request.proxy = proxy_from_environment(url.value);
  return request;
}

}  // namespace

void link_connect(Agent* a, Connect action) {
  a->url = url_shown(action.url);
  log_info("agent", "connecting to backend URL", {{"url", a->url}});
  a->ws = ws_connect(a->net, connect_request(a->core.config, std::move(action)), [a](Ws* ws, const WsEvent& e) { on_ws(a, ws, e); });
}

}  // namespace picket
