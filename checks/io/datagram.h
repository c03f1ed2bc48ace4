// checks/io/datagram.h - datagrams of a check to and from one address.
#pragma once
#include <uv.h>

#include <functional>
#include <memory>
#include <string>

#include "checks/io/stream.h"

namespace picket {

struct DatagramEvent {
  enum Kind { opened, data, failed } kind;
  std::string_view bytes;
  std::string error;
};
struct Datagram;
struct DatagramClose { void operator()(Datagram* datagram) const; };
using DatagramPtr = std::unique_ptr<Datagram, DatagramClose>;  // gone: closed, and silent

DatagramPtr datagram_dial(uv_loop_t* loop, StreamTarget target, std::function<void(const DatagramEvent&)> handler);
void datagram_send(Datagram* datagram, std::string_view bytes);

}  // namespace picket
