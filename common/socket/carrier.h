// common/socket/carrier.h - TCP connections carried by libwebsockets on our loop: its raw role, bytes in and bytes out.
//
// Sockets are connected and accepted by dial.cc and listener.cc, and adopted here: lws's own dial says "closed
// before established" for every error there is.
//
// The only interface to libwebsockets, for net_socket.cc alone. Its http and ws roles are not used (they decode percent
// escapes, cannot wait for a decision before they upgrade, and answer errors in their own words), and neither is its TLS
// (no certificate chains, a required client certificate that is optional, no names that are addresses): http1.h, ws_frames.h
// and tls.h are pure machines above this.
#pragma once
#include <uv.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace picket {

struct CarrierNet;
struct Carrier;  // one connection; valid from `adopt` until `closed`

// What happens to a connection, reported to the `owner` given with it. Never called from inside a function below.
struct CarrierEvents {
  void (*data)(void* owner, std::string_view bytes);
  void (*writable)(void* owner);
  void (*closed)(void* owner);  // last
};

CarrierNet* carrier_net_open(uv_loop_t* loop, int fd_limit, const CarrierEvents& events);
// All connections must be closed before. False: it takes some more turns of the loop, call again after them.
bool carrier_net_close(CarrierNet* net);
void carrier_net_free(CarrierNet* net);

Carrier* carrier_adopt(CarrierNet* net, intptr_t connected_socket, void* owner);  // null: it could not, and the socket is closed

inline constexpr size_t kCarrierWriteMax = 64 * 1024;
// Takes up to kCarrierWriteMax bytes; false: the connection is broken and `closed` follows. Not to be called while busy.
bool carrier_write(Carrier* carrier, std::string_view bytes);
bool carrier_busy(Carrier* carrier);        // the system has not taken everything yet; `writable` follows
void carrier_want_write(Carrier* carrier);  // asks for `writable`
void carrier_read(Carrier* carrier, bool on);
void carrier_close(Carrier* carrier);       // `closed` follows
intptr_t carrier_socket(Carrier* carrier);  // for the functions of net_os.h

}  // namespace picket
