// common/socket/net.cc - the network of one loop: tasks for later, TLS files, and the end of it all.
#include "common/socket/net.h"

#include <algorithm>
#include <utility>

#include "common/os/os.h"
#include "common/socket/net_socket.h"
#include "common/text/log.h"
#include "common/tls/certificates.h"

namespace picket {

void socket_flush_all(Net* net);  // net_socket.cc
void carrier_events_set(CarrierEvents* events);

namespace {

constexpr size_t kTlsCacheMax = 16;
constexpr size_t kRevokedMax = 16u << 20;  // of one revocation list

void on_idle(uv_idle_t* idle) {
  Net* net = static_cast<Net*>(idle->data);
  std::vector<std::function<void()>> tasks;
  tasks.swap(net->later);
  for (auto& task : tasks) task();
  socket_flush_all(net);
  if (net->later.empty() && net->flush.empty()) uv_idle_stop(idle);
}

std::string file_stamp(const std::string& path) {
  if (path.empty()) return "-";
  uv_fs_t request;
  int error = uv_fs_stat(nullptr, &request, path.c_str(), nullptr);
  const uv_stat_t s = request.statbuf;
  uv_fs_req_cleanup(&request);
  if (error != 0) return "?";
  // To the nanosecond: one that is written twice within a second, and as long as before, is another.
  return std::to_string(s.st_mtim.tv_sec) + "." + std::to_string(s.st_mtim.tv_nsec) + "." + std::to_string(s.st_size) + "." +
      std::to_string(s.st_ino);
}

Result<std::string> pem_file(const std::string& path) {
  return path.empty() ? Result<std::string>(std::string()) : os_read_file(path, 16u << 20);
}

Result<TlsMaterial> tls_material(const TlsOptions& options, bool server) {
  TlsMaterial m;
  m.server = server;
  m.insecure = options.insecure;
  Result<std::string> certificate = pem_file(options.cert_file), key = pem_file(options.key_file);
  if (!certificate.ok()) return because("certificate", certificate.status);
  if (!key.ok()) return because("key", key.status);
  m.certificate = std::move(certificate.value);
  m.key = std::move(key.value);
  m.required = server && options.client_required;
  for (const std::string& file : options.crl_files) {
    Result<std::string> list = os_read_file(file, kRevokedMax);
    if (!list.ok()) return because("revocation list", list.status);
    Result<std::string> pem = revocation_list_pem(list.value);
    if (!pem.ok()) return because(file, pem.status);
    m.revoked += pem.value;
  }
  if (options.insecure && !server) return m;
  Result<std::string> authorities = !options.ca_file.empty() || server ? pem_file(options.ca_file) : os_trusted_authorities();
  if (!authorities.ok()) return because("trusted CA certificates", authorities.status);
  m.authorities = std::move(authorities.value);
  if (options.and_system && !server && !options.ca_file.empty())
    if (Result<std::string> system = os_trusted_authorities(); system.ok()) m.authorities += "\n" + system.value;
  return m;
}

void on_net_handle_closed(uv_handle_t* handle) {
  Net* net = static_cast<Net*>(handle->data);
  if (--net->handles_open > 0) return;
  carrier_net_free(net->carrier);
  std::function<void()> done = std::move(net->done);
  delete net;
  if (done) done();
}

void on_end(uv_timer_t* timer) {
  Net* net = static_cast<Net*>(timer->data);
  if (!carrier_net_close(net->carrier)) {
    uv_timer_start(timer, on_end, 1, 0);
    return;
  }
  net->handles_open = 3;
  uv_close(reinterpret_cast<uv_handle_t*>(&net->idle), on_net_handle_closed);
  uv_close(reinterpret_cast<uv_handle_t*>(&net->end), on_net_handle_closed);
  uv_close(reinterpret_cast<uv_handle_t*>(&net->handshakes.timer), on_net_handle_closed);
}

void end_if_empty(Net* net) {
  if (!net->closing || !net->things.empty() || uv_is_active(reinterpret_cast<uv_handle_t*>(&net->end))) return;
  if (!net->later.empty()) return net_later(net, [net] { end_if_empty(net); });
  uv_timer_start(&net->end, on_end, 0, 0);
}

}  // namespace

Net* net_open(uv_loop_t* loop, const NetOptions& options) {
  os_ignore_broken_pipes();
  if (options.fd_limit == 0) os_raise_file_limit();
  Net* net = new Net;
  net->loop = loop;
  CarrierEvents events{};
  carrier_events_set(&events);
  net->carrier = carrier_net_open(loop, options.fd_limit, events);
  if (!net->carrier) {
    delete net;
    return nullptr;
  }
  uv_idle_init(loop, &net->idle);
  uv_timer_init(loop, &net->end);
  uv_timer_init(loop, &net->handshakes.timer);
  net->idle.data = net->end.data = net->handshakes.timer.data = net;
  return net;
}

void net_later(Net* net, std::function<void()> task) {
  net->later.push_back(std::move(task));
  uv_idle_start(&net->idle, on_idle);
}

void net_add(Net* net, void* thing, std::function<void()> close) { net->things[thing] = std::move(close); }

void net_remove(Net* net, void* thing) {
  net->things.erase(thing);
  if (net->closing && net->things.empty()) net_later(net, [net] { end_if_empty(net); });
}

void net_close(Net* net, std::function<void()> done) {
  net->done = std::move(done);
  net->closing = true;
  std::vector<void*> open;
  for (auto& [thing, close] : net->things) open.push_back(thing);
  for (void* thing : open) {  // closing one may end another
    auto found = net->things.find(thing);
    if (found == net->things.end()) continue;
    auto close = found->second;
    close();
  }
  net_later(net, [net] { end_if_empty(net); });
}

namespace {

std::string tls_key(const TlsOptions& o, bool server) {
  std::string key = o.ca_file + '\n' + o.cert_file + '\n' + o.key_file + '\n' + (o.insecure ? 'i' : '-') + (server ? 's' : 'c') +
      (o.and_system ? '+' : '-') + (o.client_required ? 'r' : '-');
  for (const std::string& file : o.crl_files) key += '\n' + file;
  return key;
}

std::string tls_stamp(const TlsOptions& o) {
  std::string stamp = file_stamp(o.ca_file) + file_stamp(o.cert_file) + file_stamp(o.key_file);
  for (const std::string& file : o.crl_files) stamp += file_stamp(file);
  return stamp;
}

std::string tls_files(const TlsOptions& o) {
  std::string files = o.cert_file.empty() ? o.ca_file : o.cert_file + (o.ca_file.empty() ? "" : ", " + o.ca_file);
  return files.empty() ? "TLS" : "TLS files " + files;
}

Result<std::shared_ptr<TlsContext>> tls_made(const TlsOptions& o, bool server) {
  Result<TlsMaterial> material = tls_material(o, server);
  if (!material.ok()) return because("TLS", material.status);
  Result<std::shared_ptr<TlsContext>> made = tls_context(material.value);
  return made.ok() ? made : because(tls_files(o), made.status);
}

// A copy of an old file: nobody would take what it serves.
Status tls_still_valid(const TlsOptions& o) {
  if (o.cert_file.empty()) return {};
  const Result<std::string> pem = os_read_file(o.cert_file);
  const Result<int64_t> until = pem.ok() ? certificates_valid_until(pem.value) : Result<int64_t>(pem.status);
  if (!until.ok() || until.value >= os_unix_ms() / 1000) return until.status;
  return fail(Err::invalid, o.cert_file + ": the certificate has expired; copy the new one there");
}

// Files that are being replaced, or are wrong: what was read before serves on, and that is logged once for what is there now.
std::shared_ptr<TlsContext> tls_kept(TlsCached& c, const std::string& stamp, const Status& why) {
  if (std::exchange(c.broken, stamp) != stamp)
    log_error("net", "new TLS files are invalid; the previous ones stay in use", {{"error", why.message}});
  return c.context;
}

std::shared_ptr<TlsContext> tls_renewed(TlsCached& c, const std::string& stamp, std::shared_ptr<TlsContext> context, const TlsOptions& o) {
  c = {c.key, stamp, std::move(context)};
  log_info("net", "new TLS files are in use; open connections keep theirs", {{"files", tls_files(o)}});
  return c.context;
}

}  // namespace

Result<std::shared_ptr<TlsContext>> net_tls(Net* net, const TlsOptions& o, bool server) {
  const std::string key = tls_key(o, server), stamp = tls_stamp(o);
  auto cached = std::find_if(net->tls.begin(), net->tls.end(), [&](const TlsCached& c) { return c.key == key; });
  const bool known = cached != net->tls.end();
  if (known && cached->stamp == stamp) return cached->context;
  if (known && cached->broken == stamp) return cached->context;
  Result<std::shared_ptr<TlsContext>> made = tls_made(o, server);
  if (Status s = known && made.ok() ? tls_still_valid(o) : Status{}; !s.ok()) return tls_kept(*cached, stamp, s);
  if (known) return made.ok() ? tls_renewed(*cached, stamp, made.value, o) : tls_kept(*cached, stamp, made.status);
  if (!made.ok()) return made;
  if (net->tls.size() >= kTlsCacheMax) net->tls.erase(net->tls.begin());
  net->tls.push_back({key, stamp, made.value});
  return made;
}

}  // namespace picket
