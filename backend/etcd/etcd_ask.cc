// backend/etcd/etcd_ask.cc - one call: from endpoint to endpoint until one has answered or the time is up.
#include <algorithm>
#include <utility>

#include "backend/etcd/etcd_client_state.h"

namespace picket {
namespace {

struct Asking {
  EtcdClient* client = nullptr;
  EtcdAsk ask;
  std::function<void(Result<std::string>)> done;
  int64_t deadline_at = 0;  // loop time
  std::vector<std::string> tried;
  Status last;  // what the last endpoint said
};
using AskingPtr = std::shared_ptr<Asking>;

int64_t left_ms(const Asking& a) { return a.deadline_at - int64_t(uv_now(a.client->net->loop)); }

void end(const AskingPtr& a, Result<std::string> result) {
  a->client->open++;  // it is closed after this
  net_later(a->client->net, [a, result = std::move(result)]() mutable {
    a->done(std::move(result));
    etcd_closed_one(a->client);
  });
}

// What says that this member cannot do it now and another may: it lost the others, or it ends.
bool is_members_fault(const Status& s) {
  if (s.code != Err::unavailable && s.code != Err::timeout) return false;
  for (const char* text : {"timed out", "deadline exceeded", "no leader", "leader changed", "stopped", "connection", "answers with status"})
    if (s.message.find(text) != std::string::npos) return true;
  return false;
}

void try_next(const AskingPtr& a);

void on_answer(const AskingPtr& a, HttpPeerAnswer answer) {
  if (a->client->closing) return a->done(fail(Err::unavailable, "etcd: the client is closed"));
  if (answer.status.ok() && answer.code == 200) return a->done(std::move(answer.body));
  a->last = answer.status.ok() ? etcd_error_read(answer.code, answer.body) : answer.status;
  const bool fault = answer.status.ok() ? is_members_fault(a->last) : a->last.code != Err::too_large;
  if (fault) etcd_unwell(a->client, a->tried.back(), a->last.message);
  const bool untouched = !answer.status.ok() && !answer.sent;
  if (fault && (untouched || a->ask.way.again)) return try_next(a);
  a->done(a->last);
}

EtcdEndpoint* next_endpoint(const AskingPtr& a) {
  if (a->ask.way.endpoint.empty()) return etcd_choose(a->client, a->tried);
  return a->tried.empty() ? etcd_endpoint_by_name(a->client, a->ask.way.endpoint, &a->last) : nullptr;
}

// The last endpoint there is has all the time that is left.
int64_t attempt_ms(const AskingPtr& a) {
  const EtcdWay& way = a->ask.way;
  const int64_t limit = way.attempt_ms > 0 ? way.attempt_ms : way.again ? kEtcdAttemptMs : INT64_MAX;
  const bool last = !way.endpoint.empty() || !etcd_choose(a->client, a->tried);
  return last ? left_ms(*a) : std::min(left_ms(*a), limit);
}

void try_next(const AskingPtr& a) {
  EtcdEndpoint* e = left_ms(*a) > 0 ? next_endpoint(a) : nullptr;
  if (!e) return end(a, a->last.ok() ? fail(Err::unavailable, "etcd: no endpoint is known") : a->last);
  a->tried.push_back(e->url);
  HttpPeerRequest request;
  request.method = a->ask.method;
  request.path = a->ask.path;
  request.body = a->ask.body;
  request.timeout_ms = attempt_ms(a);
  request.connect_ms = kEtcdConnectMs;
  request.body_max = kEtcdAnswerMax;
  http_peer_call(e->peer, std::move(request), [a](HttpPeerAnswer answer) { on_answer(a, std::move(answer)); });
}

}  // namespace

void etcd_ask(EtcdClient* client, EtcdAsk ask, std::function<void(Result<std::string>)> done) {
  auto a = std::make_shared<Asking>();
  a->client = client;
  a->deadline_at = int64_t(uv_now(client->net->loop)) + ask.way.timeout_ms;
  a->ask = std::move(ask);
  a->done = std::move(done);
  if (client->closing) return end(a, fail(Err::unavailable, "etcd: the client is closed"));
  try_next(a);
}

}  // namespace picket
