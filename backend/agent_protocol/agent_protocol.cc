// backend/agent_protocol/agent_protocol.cc - the upgrade request read, subscriptions compared, acknowledgements counted.
#include "backend/agent_protocol/agent_protocol.h"

#include <algorithm>
#include <iterator>

#include "common/rules/resource_types.h"

namespace picket {
namespace {

bool same_name(std::string_view a, std::string_view b) {
  auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

std::string find(const std::vector<std::pair<std::string, std::string>>& headers, std::string_view name) {
  for (const auto& [key, value] : headers)
    if (same_name(key, name)) return value;
  return "";
}

bool stream_ok(std::string_view s) {
  if (s.empty() || s.size() > 64) return false;
  return std::all_of(s.begin(), s.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'; });
}

}  // namespace

StringList subscriptions_split(std::string_view list) {
  StringList out;
  while (!list.empty()) {
    const size_t comma = list.find(',');
    std::string item(list.substr(0, comma));
    if (!item.empty() && std::find(out.begin(), out.end(), item) == out.end()) out.push_back(std::move(item));
    if (comma == std::string_view::npos) break;
    list.remove_prefix(comma + 1);
  }
  return out;
}

// Go's client: with no Accept an agent of 5.0 to 5.11; later ones send one. What other programs send, nobody knows.
static void hello_client(AgentHello& hello, const std::vector<std::pair<std::string, std::string>>& headers) {
  const bool is_go = find(headers, "User-Agent").compare(0, 15, "Go-http-client/") == 0, accepts = !find(headers, "Accept").empty();
  hello.knows_config = !is_go || accepts;
  hello.is_go = is_go && accepts;
}

AgentHello hello_read(const std::vector<std::pair<std::string, std::string>>& headers) {
  AgentHello hello;
  hello.name = find(headers, "Sensu-AgentName");
  hello.ns = find(headers, "Sensu-Namespace");
  hello.user = find(headers, "Sensu-User");
  hello.subscriptions = subscriptions_split(find(headers, "Sensu-Subscriptions"));
  if (std::string stream = find(headers, "Picket-Ack"); stream_ok(stream)) hello.ack_stream = std::move(stream);
  hello_client(hello, headers);
  hello.usable = hello.name.size() <= kAgentNameMax && validate_name(hello.name, "agent name").ok();
  return hello;
}

StringList subscriptions_sorted(StringList list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
  if (!list.empty() && list.front().empty()) list.erase(list.begin());
  if (list.size() > kSubscriptionsMax) list.resize(kSubscriptionsMax);
  return list;
}

SubscriptionChange subscriptions_change(const StringList& before, const StringList& after) {
  SubscriptionChange c;
  std::set_difference(before.begin(), before.end(), after.begin(), after.end(), std::back_inserter(c.removed));
  std::set_difference(after.begin(), after.end(), before.begin(), before.end(), std::back_inserter(c.added));
  return c;
}

EventLine event_line(std::string_view type) {
  constexpr std::string_view kEvent = "event";
  if (type == kEvent) return {true, 0};
  if (type.size() < kEvent.size() + 2 || type.size() > kEvent.size() + 20 || type.substr(0, kEvent.size()) != kEvent ||
      type[kEvent.size()] != ' ')
    return {};
  uint64_t number = 0;
  for (char c : type.substr(kEvent.size() + 1)) {
    if (c < '0' || c > '9') return {};
    number = number * 10 + static_cast<uint64_t>(c - '0');
  }
  return {number > 0, number};
}

bool ack_accept(AckTrack& track, uint64_t number) {
  if (number <= track.accepted) return false;
  track.accepted = number;
  track.in_flight.push_back({number, false});
  return true;
}

void ack_done(AckTrack& track, uint64_t number) {
  auto it = std::lower_bound(track.in_flight.begin(), track.in_flight.end(), number,
                             [](const AckTrack::Entry& e, uint64_t n) { return e.number < n; });
  if (it != track.in_flight.end() && it->number == number) it->done = true;
  while (!track.in_flight.empty() && track.in_flight.front().done) {
    track.committed = track.in_flight.front().number;
    track.in_flight.pop_front();
  }
}

bool ack_due(const AckTrack& track) { return track.committed > track.acked; }

std::string ack_payload(AckTrack& track) {
  track.acked = track.committed;
  return "{\"seq\":" + std::to_string(track.acked) + "}";
}

std::optional<uint32_t> clock_judge(ClockWatch& watch, int64_t ahead_s) {
  const int64_t off = ahead_s < 0 ? -ahead_s : ahead_s;
  watch.far = off > kClockFarS ? watch.far + 1 : 0;
  const bool begins = !watch.reported && watch.far >= kClockFarTimes, ends = watch.reported && off <= kClockNearS;
  if (!begins && !ends) return std::nullopt;
  watch.reported = begins;
  return begins ? 1 : 0;
}

}  // namespace picket
