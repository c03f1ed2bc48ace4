// cli/verbs/doctor_tls.cc - doctor: the certificates that listeners serve, which need not be those of the files: looked at as a client
// would, by expiry, name and chain.
#include <algorithm>

#include "checks/io/stream.h"
#include "cli/verbs/doctor.h"
#include "common/os/os.h"
#include "common/text/url.h"

namespace picket {
namespace {

constexpr int64_t kLookMs = 5000;  // a listener that does not finish a handshake by then is reported as such
constexpr int64_t kSoonS = 30 * 86400;
constexpr size_t kAuthoritiesMax = 4u << 20;

struct Look {
  uv_timer_t deadline{};
  StreamPtr stream;
  StreamTls tls;
  std::vector<TlsCertificate> chain;
  std::string problem, error;  // of the certificate; of the connection
  bool over = false;
};

void look_end(Look* l) {
  if (std::exchange(l->over, true)) return;
  uv_close(reinterpret_cast<uv_handle_t*>(&l->deadline), [](uv_handle_t* h) { static_cast<Look*>(h->data)->stream = nullptr; });
}

void on_stream(Look* l, const StreamEvent& e) {
  if (l->over) return;
  if (e.kind == StreamEvent::opened) {
    const Status s = stream_secure(l->stream.get(), l->tls);
    if (s.ok()) return;
    l->error = s.message;
  } else if (e.kind == StreamEvent::secured) {
    l->chain = tls_peer_chain(stream_session(l->stream.get()));
    l->problem = tls_peer_problem(stream_session(l->stream.get()));
  } else {
    l->error = e.kind == StreamEvent::failed ? e.error : "it does not speak TLS";
  }
  look_end(l);
}

void look(Look* l, const ServedAt& at) {
  uv_loop_t loop;
  if (uv_loop_init(&loop) != 0) return void(l->error = "no event loop");
  uv_timer_init(&loop, &l->deadline);
  l->deadline.data = l;
  l->stream = stream_dial(&loop, {at.host, at.port, 0}, [l](const StreamEvent& e) { on_stream(l, e); });
  uv_timer_start(
      &l->deadline,
      [](uv_timer_t* t) {
        static_cast<Look*>(t->data)->error = "no handshake within " + std::to_string(kLookMs / 1000) + " s";
        look_end(static_cast<Look*>(t->data));
      },
      kLookMs, 0);
  uv_run(&loop, UV_RUN_DEFAULT);
  uv_loop_close(&loop);
}

// What a client trusts: its file, or the system's.
Status trust_take(const ServedAt& at, TlsMaterial* m) {
  m->look = true;
  Result<std::string> pem = at.ca_file.empty() ? os_trusted_authorities() : os_read_file(at.ca_file, kAuthoritiesMax);
  if (!pem.ok()) return at.ca_file.empty() ? Status{} : pem.status;  // without any, every certificate is from strangers
  if (pem.value.empty()) return {};
  Result<std::shared_ptr<TlsAuthorities>> parsed = tls_authorities(pem.value);
  m->parsed = std::move(parsed.value);
  return parsed.status;
}

std::string names_of(const TlsCertificate& c) {
  std::string names;
  for (const std::string& name : c.names) names += (names.empty() ? "" : ", ") + name;
  return names.empty() ? c.subject : names;
}

void chain_judge(Doctor& d, const std::string& what, const std::vector<TlsCertificate>& chain) {
  if (chain.empty()) return;
  int64_t until = chain[0].not_after;
  for (const TlsCertificate& c : chain) until = std::min(until, c.not_after);
  const int64_t left = until - os_unix_ms() / 1000;
  const std::string text =
      what + " serves a certificate for " + names_of(chain[0]) + ", valid for " + std::to_string(left / 86400) + " days";
  if (left < 0)
    failed(d, what + " serves a certificate that has expired",
           "replace it; if the file is newer, see the program's log for why it is not taken");
  else if (left < kSoonS) warn(d, text, "replace it in time");
  else fine(d, text);
}

}  // namespace

void examine_served(Doctor& d, const ServedAt& at) {
  Look l;
  l.tls.server_name = at.host;
  if (Status s = trust_take(at, &l.tls.material); !s.ok())
    return failed(d, at.what + ": its authorities cannot be read: " + s.message, "correct trusted-ca-file");
  look(&l, at);
  if (!l.error.empty()) {
    if (!at.silent_is_fine) warn(d, at.what + ": " + l.error, "start it, or correct the URL or the firewall in between");
    return;
  }
  if (!l.problem.empty() && !at.any_name)
    failed(d, at.what + ": clients refuse its certificate: " + l.problem,
           "serve the whole chain of a certificate with this name, or correct trusted-ca-file");
  chain_judge(d, at.what, l.chain);
}

void examine_served_url(Doctor& d, const std::string& url, const std::string& ca_file) {
  Result<Url> parsed = url_parse(url);
  if (!parsed.ok() || (parsed.value.scheme != "https" && parsed.value.scheme != "wss")) return;
  const int usual = parsed.value.scheme == "wss" ? 8081 : 443;
  examine_served(d, {url_shown(url), parsed.value.host, parsed.value.port > 0 ? parsed.value.port : usual, ca_file});
}

}  // namespace picket
