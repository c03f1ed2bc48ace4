// backend/agents/revocation.cc - see revocation.h.
#include "backend/agents/revocation.h"

#include <algorithm>

#include "common/os/os.h"
#include "common/text/log.h"
#include "common/tls/certificates.h"
#include "common/tls/crypto.h"
#include "backend/agents/agent_sessions.h"

namespace picket {
namespace {

bool is_fetched(const std::string& url) { return url.compare(0, 7, "http://") == 0 || url.compare(0, 8, "https://") == 0; }

// Named by its URL: another list never stands in for this one.
std::string file_of(const BackendConfig& c, const std::string& url) {
  if (is_fetched(url)) return c.state_dir + "/agent-crl-" + hex_encode(sha256(url)).substr(0, 16) + ".pem";
  return url.compare(0, 7, "file://") == 0 ? url.substr(7) : url;
}

void round_begin(Revocation* r);

void on_timer(uv_timer_t* timer) { round_begin(static_cast<Revocation*>(timer->data)); }

void report(Revocation* r, const std::string& url, const Status& why) {
  r->failed = true;
  if (!std::exchange(r->reported, true))
    log_error("agentd", "revocation list not fetched; the one before counts until it ends", {{"url", url}, {"error", why.message}});
}

// What is no list would close the agents' port: it is refused here, where the one before is still there.
Status list_take(Revocation* r, const std::string& url, const std::string& body) {
  const BackendConfig& c = r->backend->config;
  if (Result<std::string> list = revocation_list_pem(body); !list.ok()) return list.status;
  const std::string path = file_of(c, url);
  Result<std::string> before = os_read_file(path, kRevocationMax);
  if (before.ok() && before.value == body) return {};
  return os_write_file(path, body, 0644);
}

void close_when_quiet(Revocation* r) {
  if (!r->closed || !r->calls.empty() || uv_is_closing(reinterpret_cast<uv_handle_t*>(&r->timer))) return;
  uv_close(reinterpret_cast<uv_handle_t*>(&r->timer), [](uv_handle_t* h) { static_cast<Revocation*>(h->data)->closed(); });
}

void round_end(Revocation* r) {
  if (r->closed) return close_when_quiet(r);
  if (!r->failed) r->reported = false;
  uv_timer_start(&r->timer, on_timer, static_cast<uint64_t>(r->failed ? kRevocationRetryMs : kRevocationMs), 0);
  if (revocation_lists_there(r->backend->config) && r->on_lists) std::exchange(r->on_lists, nullptr)();
}

void on_answer(Revocation* r, const std::string& url, const HttpClientResponse& response) {
  Status s = response.status;
  if (s.ok() && response.code != 200) s = fail(Err::unavailable, "the server answers " + std::to_string(response.code));
  if (s.ok()) s = list_take(r, url, response.body);
  if (!s.ok() && !r->closed) report(r, url, s);
  r->calls.erase(url);
  if (r->calls.empty()) round_end(r);
}

void fetch(Revocation* r, const std::string& url) {
  HttpClientRequest request;
  request.url = url;
  request.tls.ca_file = r->backend->config.tls.ca_file;
  request.tls.and_system = true;
  request.body_max = kRevocationMax;
  r->calls[url] = http_call(r->backend->net, request, [r, url](const HttpClientResponse& response) { on_answer(r, url, response); });
}

void round_begin(Revocation* r) {
  r->failed = false;
  for (const std::string& url : r->backend->config.agent_crl_urls)
    if (is_fetched(url) && !r->calls.count(url)) fetch(r, url);
  if (r->calls.empty()) round_end(r);
}

}  // namespace

std::vector<std::string> revocation_files(const BackendConfig& c) {
  std::vector<std::string> files;
  for (const std::string& url : c.agent_crl_urls) files.push_back(file_of(c, url));
  return files;
}

bool revocation_lists_there(const BackendConfig& c) {
  const std::vector<std::string> files = revocation_files(c);
  return std::all_of(files.begin(), files.end(), [](const std::string& file) { return os_exists(file); });
}

void revocation_start(Backend* b, std::function<void()> on_lists) {
  Revocation* r = &b->sessions->revocation;
  r->backend = b;
  r->on_lists = std::move(on_lists);
  uv_timer_init(b->loop, &r->timer);
  r->timer.data = r;
  round_begin(r);
}

void revocation_stop(Backend* b, std::function<void()> done) {
  Revocation* r = &b->sessions->revocation;
  if (!r->backend) return done();
  r->closed = std::move(done);
  uv_timer_stop(&r->timer);
  for (const auto& [url, call] : std::map<std::string, HttpClientCall*>(r->calls)) http_call_cancel(call);
  close_when_quiet(r);
}

}  // namespace picket
