// tests/model/sim_backend.cc - see sim_backend.h.
#include "tests/model/sim_backend.h"

#include <cstdlib>
#include <utility>

#include "common/json/json.h"
#include "common/types/message.h"

namespace picket {
namespace {

void arrive(SimBackend& b, const std::string& stream, const std::string& name, int session) {
  std::vector<SimBackend::Arrival>& all = b.arrived[name];
  if (all.empty()) b.order.push_back(name);
  all.push_back({stream, session});
}

// An event about lost results has its id for a name, and its count in the books.
std::string name_of(SimBackend& b, std::string_view payload) {
  std::string name = json_string(json_at(payload, {"check", "metadata", "name"})).value;
  if (name != kLostCheck) return name;
  std::string output = json_string(json_at(payload, {"check", "output"})).value;
  size_t damaged =
      output.find(" damaged: ") == output.npos ? output.npos : output.find("; ");  // "1 file ... damaged: ...; 3 results were lost"
  std::string id = "lost " + json_string(json_at(payload, {"id"})).value;
  b.losses[id] = strtoull(output.c_str() + (damaged == output.npos ? 0 : damaged + 2), nullptr, 10);
  return id;
}

void take(SimBackend& b, const std::string& stream, const std::string& name, int session) {
  auto loss = b.losses.find(name);
  if (loss == b.losses.end()) return arrive(b, stream, name, session);
  b.reported_lost += std::exchange(loss->second, 0);
}

void read_numbered(SimBackend& b, uint64_t number, std::string name) {
  if (number <= b.last_number) b.wrong.push_back("number " + std::to_string(number) + " after " + std::to_string(b.last_number));
  b.last_number = number;
  SimBackend::Stream& s = b.streams[b.stream];
  if (number <= s.accepted) return;
  s.accepted = number;
  b.waiting.push_back({b.stream, number, std::move(name), b.session});
}

}  // namespace

std::string backend_open(SimBackend& b, const std::string& stream) {
  b.session++;
  b.stream = stream;
  b.last_number = 0;
  b.to_agent.clear();
  if (!b.acknowledges || stream.empty()) return "";
  // What an older session still has on the way is committed or not before the next gets a number.
  backend_commit(b, b.waiting.size());
  b.acked = b.streams[stream].committed;
  return std::to_string(b.acked);
}

bool backend_read(SimBackend& b, Frame frame) {
  if (frame.kind == Frame::close) return false;
  if (frame.kind == Frame::ping) {
    b.to_agent.push_back(std::move(frame));
    return true;
  }
  Result<Message> m = message_split(frame.text);
  if (!m.ok()) {
    b.wrong.push_back("a message without a type");
    return true;
  }
  std::string type(m.value.type);
  if (type == "keepalive") return true;
  std::string name = name_of(b, m.value.payload);
  if (type == "event" && !b.acknowledges) take(b, "", name, b.session);
  else if (type.compare(0, 6, "event ") == 0 && b.acknowledges) read_numbered(b, strtoull(type.c_str() + 6, nullptr, 10), name);
  else b.wrong.push_back("a message of the type " + type);
  return true;
}

void backend_commit(SimBackend& b, size_t count) {
  for (; count > 0 && !b.waiting.empty(); count--) {
    SimBackend::Waiting w = std::move(b.waiting.front());
    b.waiting.pop_front();
    b.streams[w.stream].committed = w.number;
    take(b, w.stream, w.name, w.session);
  }
}

void backend_acknowledge(SimBackend& b) {
  if (!b.acknowledges || b.stream.empty()) return;
  uint64_t committed = b.streams[b.stream].committed;
  if (committed <= b.acked) return;
  b.acked = committed;
  b.to_agent.push_back({Frame::message, "ack\n{\"seq\":" + std::to_string(committed) + "}"});
}

void backend_closed(SimBackend& b) {
  b.stream.clear();
  b.to_agent.clear();
}

void backend_dies(SimBackend& b) {
  b.waiting.clear();
  for (auto& [name, s] : b.streams) s.accepted = s.committed;
  backend_closed(b);
}

}  // namespace picket
