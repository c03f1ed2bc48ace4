// common/socket/carrier.cc - all our use of libwebsockets; see carrier.h.
//
// What cost time to learn: a context on a foreign loop is destroyed in stages, by several calls, and writes null to `pcontext` at the end;
// an
// adopted connection keeps a timeout until it is taken away; what the system does not take, lws_write keeps, and nothing may be written
// until that is gone.
#include "common/socket/carrier.h"

#include <libwebsockets.h>

#include "common/text/log.h"

namespace picket {

struct CarrierNet {
  lws_context* context = nullptr;  // lws sets it to null when the context is gone
  lws_vhost* vhost = nullptr;
  CarrierEvents events{};
  void* adopting = nullptr;  // owner of the adoption lws is working on
};

namespace {

constexpr unsigned kReadMax = 16 * 1024;           // lws reads this much; one buffer for all connections
constexpr unsigned kNoTimeoutSeconds = 24 * 3600;  // deadlines are ours: lws's own must never come first

lws* wsi_of(Carrier* carrier) { return reinterpret_cast<lws*>(carrier); }
CarrierNet* net_of(lws* wsi) { return static_cast<CarrierNet*>(lws_context_user(lws_get_context(wsi))); }

void closed_report(lws* wsi) {
  void* owner = lws_get_opaque_user_data(wsi);
  CarrierNet* net = net_of(wsi);
  if (!owner || owner == net->adopting) return;  // a failed adoption is reported by its return
  lws_set_opaque_user_data(wsi, nullptr);
  net->events.closed(owner);
}

int on_lws(lws* wsi, lws_callback_reasons reason, void*, void* in, size_t length) {
  void* owner = wsi && reason != LWS_CALLBACK_PROTOCOL_INIT ? lws_get_opaque_user_data(wsi) : nullptr;
  switch (reason) {
    case LWS_CALLBACK_RAW_ADOPT: lws_set_timeout(wsi, NO_PENDING_TIMEOUT, 0); return 0;
    case LWS_CALLBACK_RAW_RX:
      if (!owner) return -1;
      net_of(wsi)->events.data(owner, std::string_view(static_cast<char*>(in), length));
      return 0;
    case LWS_CALLBACK_RAW_WRITEABLE:
      if (!owner) return -1;
      net_of(wsi)->events.writable(owner);
      return 0;
    case LWS_CALLBACK_RAW_CLOSE: closed_report(wsi); return 0;
    default: return 0;
  }
}

const lws_protocols kProtocols[] = {
    {"raw", on_lws, 0, kReadMax, 0, nullptr, kCarrierWriteMax},
    {nullptr, nullptr, 0, 0, 0, nullptr, 0},
};

void on_lws_log(int level, const char* line) {
  std::string_view text(line);
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  log_debug("net", "message of libwebsockets", {{"text", text}, {"level", level}});
}

}  // namespace

CarrierNet* carrier_net_open(uv_loop_t* loop, int fd_limit, const CarrierEvents& events) {
  lws_set_log_level(LLL_ERR, on_lws_log);
  CarrierNet* net = new CarrierNet;
  net->events = events;
  void* loops[1] = {loop};
  lws_context_creation_info info{};
  info.port = CONTEXT_PORT_NO_LISTEN;
  info.options = LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_DISABLE_OS_CA_CERTS | LWS_SERVER_OPTION_EXPLICIT_VHOSTS;
  info.foreign_loops = loops;
  info.user = net;
  info.pcontext = &net->context;
  info.fd_limit_per_thread = unsigned(fd_limit);
  info.pt_serv_buf_size = kReadMax;
  info.max_http_header_pool = 1;
  info.timeout_secs = kNoTimeoutSeconds;
  net->context = lws_create_context(&info);
  if (!net->context) {
    delete net;
    return nullptr;
  }
  info.vhost_name = "raw";
  info.protocols = kProtocols;
  info.connect_timeout_secs = kNoTimeoutSeconds;
  net->vhost = lws_create_vhost(net->context, &info);
  return net;
}

bool carrier_net_close(CarrierNet* net) {
  if (net->context) lws_context_destroy(net->context);
  return net->context == nullptr;
}
void carrier_net_free(CarrierNet* net) { delete net; }

Carrier* carrier_adopt(CarrierNet* net, intptr_t socket, void* owner) {
  lws_adopt_desc_t info{};
  info.vh = net->vhost;
  info.type = LWS_ADOPT_SOCKET;
  info.fd.sockfd = static_cast<lws_sockfd_type>(socket);
  info.vh_prot_name = kProtocols[0].name;
  info.opaque = owner;
  net->adopting = owner;
  lws* wsi = lws_adopt_descriptor_vhost_via_info(&info);
  net->adopting = nullptr;
  return reinterpret_cast<Carrier*>(wsi);
}

bool carrier_write(Carrier* carrier, std::string_view bytes) {
  unsigned char* data = reinterpret_cast<unsigned char*>(const_cast<char*>(bytes.data()));  // raw writes leave it as it is
  if (lws_write(wsi_of(carrier), data, bytes.size(), LWS_WRITE_RAW) >= 0) return true;
  carrier_close(carrier);
  return false;
}

bool carrier_busy(Carrier* carrier) { return lws_partial_buffered(wsi_of(carrier)) != 0; }
void carrier_want_write(Carrier* carrier) { lws_callback_on_writable(wsi_of(carrier)); }
void carrier_read(Carrier* carrier, bool on) { lws_rx_flow_control(wsi_of(carrier), on ? 1 : 0); }

void carrier_close(Carrier* carrier) {
  lws_set_timeout(wsi_of(carrier), PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
  lws_cancel_service(lws_get_context(wsi_of(carrier)));  // lws looks at its timeouts only after an event of its own
}

intptr_t carrier_socket(Carrier* carrier) { return intptr_t(lws_get_socket_fd(wsi_of(carrier))); }

}  // namespace picket
