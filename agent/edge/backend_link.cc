// agent/edge/backend_link.cc - the connection to a backend: dialled as the core asks, its events passed to the core.
#include <utility>

#include "agent/agent_state.h"
#include "common/text/log.h"
#include "common/text/url.h"

namespace picket {
namespace {

void on_opened(Agent* a, const WsEvent& e) {
  log_info("agent", "successfully connected", {{"url", a->url}});
  core_connected(a->core, agent_now(a), header_has(*e.headers, "Accept"), header_get(*e.headers, "Picket-Ack"));
}

void on_closed(Agent* a, const WsEvent& e) {
  a->ws = nullptr;
  if (a->ended) return agent_end_when_quiet(a);
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
    case WsEvent::message: core_message(a->core, agent_now(a), e.data); break;
    case WsEvent::pong: core_pong(a->core, agent_now(a), e.data); break;
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
