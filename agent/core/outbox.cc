// agent/core/outbox.cc - see outbox.h.
#include "agent/core/outbox.h"

#include <algorithm>
#include <utility>

namespace picket {
namespace {

void waiting_push(Outbox& box, OutRecord record) {
  box.waiting_bytes += record.payload.size();
  box.waiting.push_back(std::move(record));
}

void waiting_pop(Outbox& box) {
  box.waiting_bytes -= box.waiting.front().payload.size();
  box.waiting.pop_front();
}

void tokens_refill(Outbox& box, int64_t now, double rate, double burst) {
  box.tokens = std::min(burst, box.tokens + double(now - box.tokens_at) * rate / 1000);
  box.tokens_at = now;
}

bool is_paced(const Outbox& box, double rate) { return rate > 0 && !box.waiting.empty() && box.waiting.front().number < box.backlog_end; }

void arrived_until(Outbox& box, uint64_t number) {
  while (!box.waiting.empty() && box.waiting.front().number <= number) waiting_pop(box);
  if (box.unloaded_from != 0 && box.unloaded_from <= number) box.unloaded_from = number + 1;
  if (box.unloaded_from >= box.next_number) box.unloaded_from = 0;
}

bool has_room(const Outbox& box) {
  if (box.sent.empty()) return true;
  return box.sent.size() < kInFlightMax && box.sent_bytes + box.waiting.front().payload.size() <= kInFlightBytesMax;
}

}  // namespace

OutboxAdded outbox_add(Outbox& box, std::string payload, int64_t unix_ms) {
  uint64_t number = box.next_number++;
  if (box.spooled && (box.unloaded_from != 0 || box.waiting_bytes + payload.size() > kOutboxWindowMax)) {
    // An empty window always takes one, or a large record could never be sent.
    if (box.unloaded_from != 0 || !box.waiting.empty()) {
      if (box.unloaded_from == 0) box.unloaded_from = number;
      return {number, false};
    }
  }
  waiting_push(box, {number, unix_ms, std::move(payload)});
  while (!box.spooled && box.waiting_bytes > kOutboxMemoryMax && box.waiting.size() > 1) {
    waiting_pop(box);
    box.dropped++;
  }
  return {number, true};
}

void outbox_opened(Outbox& box, int64_t now, double burst) {
  box.backlog_end = box.next_number;
  box.tokens = burst;
  box.tokens_at = now;
  box.barriers.clear();
}

void outbox_closed(Outbox& box) {
  while (!box.sent.empty()) {
    box.waiting_bytes += box.sent.back().payload.size();
    box.waiting.push_front(std::move(box.sent.back()));
    box.sent.pop_back();
  }
  box.sent_bytes = 0;
  box.barriers.clear();
}

OutRecord* outbox_head(Outbox& box) { return box.waiting.empty() ? nullptr : &box.waiting.front(); }

const OutRecord* outbox_next(Outbox& box, int64_t now, double rate, double burst) {
  if (box.waiting.empty() || !has_room(box)) return nullptr;
  if (is_paced(box, rate)) {
    tokens_refill(box, now, rate, burst);
    if (box.tokens < 1) return nullptr;
    box.tokens -= 1;
  }
  OutRecord record = std::move(box.waiting.front());
  box.waiting_bytes -= record.payload.size();
  box.waiting.pop_front();
  box.sent_bytes += record.payload.size();
  box.known_max = std::max(box.known_max, record.number);
  box.sent.push_back(std::move(record));
  return &box.sent.back();
}

int64_t outbox_next_due(const Outbox& box, int64_t now, double rate) {
  if (box.waiting.empty() || !has_room(box) || !is_paced(box, rate)) return INT64_MAX;
  double missing = std::max(0.0, 1 - box.tokens);
  return std::max(now + 1, box.tokens_at + int64_t(missing * 1000 / rate) + 1);
}

uint64_t outbox_pinged(Outbox& box) {
  box.barriers.push_back({++box.pings, box.sent.empty() ? 0 : box.sent.back().number});
  return box.pings;
}

bool outbox_wants_ping(const Outbox& box) {
  if (box.sent.empty()) return false;
  return box.barriers.empty() || box.barriers.back().number < box.sent.back().number;
}

uint64_t outbox_ponged(Outbox& box, uint64_t ping) {
  auto is_it = [ping](const Outbox::Barrier& b) { return b.ping == ping; };
  auto it = std::find_if(box.barriers.begin(), box.barriers.end(), is_it);
  if (it == box.barriers.end()) return 0;
  uint64_t number = it->number;
  box.barriers.erase(box.barriers.begin(), it + 1);
  return number;
}

uint64_t outbox_confirm(Outbox& box, uint64_t number) {
  while (!box.sent.empty() && box.sent.front().number <= number) {
    box.sent_bytes -= box.sent.front().payload.size();
    box.sent.pop_front();
  }
  // A backend may know more than this process sent: the last run's ack got lost.
  if (box.sent.empty()) arrived_until(box, number);
  return number;
}

size_t outbox_depth(const Outbox& box) { return box.waiting.size() + box.sent.size(); }

std::optional<OutboxLoad> outbox_wants_load(Outbox& box) {
  if (box.unloaded_from == 0 || box.loading || box.waiting_bytes > kOutboxWindowMax / 2) return std::nullopt;
  box.loading = true;
  return OutboxLoad{box.unloaded_from, kOutboxWindowMax - box.waiting_bytes};
}

void outbox_loaded(Outbox& box, std::vector<OutRecord> records, bool more, uint64_t stored_until) {
  box.loading = false;
  for (OutRecord& record : records) {
    if (record.number < box.unloaded_from) continue;
    box.unloaded_from = record.number + 1;
    waiting_push(box, std::move(record));
  }
  if (!more) box.unloaded_from = std::max(box.unloaded_from, stored_until + 1);
  if (box.unloaded_from >= box.next_number) box.unloaded_from = 0;
}

uint64_t outbox_lose(Outbox& box, const SpoolLoss& loss) {
  auto is_of_it = [&](const OutRecord& r) { return r.number >= loss.numbers.first && r.number <= loss.numbers.last; };
  auto first = std::find_if(box.waiting.begin(), box.waiting.end(), is_of_it), end = first;
  for (; end != box.waiting.end() && is_of_it(*end); ++end) box.waiting_bytes -= end->payload.size();
  box.waiting.erase(first, end);
  if (box.unloaded_from >= loss.numbers.first && box.unloaded_from <= loss.numbers.last) box.unloaded_from = loss.numbers.last + 1;
  if (box.unloaded_from >= box.next_number) box.unloaded_from = 0;
  uint64_t on_the_way = 0;
  for (OutRecord& record : box.sent)
    if (is_of_it(record)) {
      record.only_here = true;
      on_the_way++;
    }
  return loss.count - std::min(loss.count, on_the_way);
}

uint64_t outbox_only_here(const Outbox& box) {
  if (!box.spooled) return outbox_depth(box);
  uint64_t count = 0;
  for (const std::deque<OutRecord>* records : {&box.sent, &box.waiting})
    for (const OutRecord& record : *records) count += record.only_here;
  return count;
}

}  // namespace picket
