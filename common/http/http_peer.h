// common/http/http_peer.h - one server that is asked again and again, over connections that stay open.
//
// For a server we know and that keeps its word: no redirects, no proxy, no cookies. Everything else is http_client.cc's. A request has a
// connection for itself; those that find all of them busy wait in order. `done` is called once, later, also when the peer is closed.
//
//                a request is bound   answer whole        deadline      closed by the peer
//   dialling     (bound from the start) -                 abort         the request fails, not sent
//   idle         -> busy              abort (not asked)   abort (idle)  forgotten
//   busy         -                    -> idle, or close   abort         the request fails
//   leaving      (aborted: `closed` is to come)                         forgotten
#pragma once
#include <functional>
#include <string>

#include "common/socket/net.h"

namespace picket {

struct HttpPeerOptions {
  std::string url;  // http://host:port or https://; a path in it is not looked at
  TlsOptions tls;
  size_t connections_max = 8;
  size_t waiting_max = 1000;  // requests; more are refused with Err::unavailable
  int64_t idle_ms = 60'000;   // a connection that nobody needed for so long is closed
};
struct HttpPeer;
Result<HttpPeer*> http_peer_open(Net* net, HttpPeerOptions options);
void http_peer_close(HttpPeer* peer, std::function<void()> done);  // requests fail with Err::unavailable; done: nothing of it is open

struct HttpPeerRequest {
  std::string method = "POST", path;
  Headers headers;
  std::string body;
  int64_t timeout_ms = 5000;  // from now to the whole answer
  int64_t connect_ms = 0;     // of that, to a connection; 0: all of it
  size_t body_max = 64u << 20;
};
struct HttpPeerAnswer {
  Status status;      // transport; an HTTP 500 is ok() here
  bool sent = false;  // not ok: the server may have got it
  int code = 0;
  std::string body;
};
void http_peer_call(HttpPeer* peer, HttpPeerRequest request, std::function<void(HttpPeerAnswer)> done);

size_t http_peer_connections(const HttpPeer* peer);

}  // namespace picket
