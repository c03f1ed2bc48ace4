// backend/deliver/marks.cc - see marks.h.
#include "backend/deliver/marks.h"

#include <utility>

#include "common/json/json.h"

namespace picket {
namespace {

constexpr const char* kMarkFirst = "{}";
constexpr const char* kMarkAgain = R"({"again":1})";  // its handlers were begun a second time

}  // namespace

StoreWrite mark_put(const Pipelines* p, const EventKey& key, bool counted) {
  std::string body = counted ? kMarkAgain : kMarkFirst;
  if (!p->member.empty()) body = (counted ? "{\"again\":1,\"member\":" : "{\"member\":") + json_quote(p->member) + "}";
  return write_put(kUndelivered, key.ns(), event_row_name(key), std::move(body));
}

StoreWrite mark_drop(const EventKey& key) { return write_drop(kUndelivered, key.ns(), event_row_name(key)); }

bool mark_is_newest(const Pipelines* p, const EventKey& key, uint64_t number) {
  auto it = p->marks.find(key);
  return number != 0 && it != p->marks.end() && it->second == number;
}

bool mark_forget(Pipelines* p, const EventKey& key, uint64_t number) {
  if (!mark_is_newest(p, key, number)) return false;
  p->marks.erase(key);
  return true;
}

void unmark(Pipelines* p, HandlerRun& run) {
  if (!mark_forget(p, run.key, std::exchange(run.mark, 0))) return;
  store_write(p->backend->store, {write_kept(mark_drop(run.key))}, {});  // else the handlers would run again after the next start
}

void mark_count(Pipelines* p, const HandlerRun& run, StoreDone done) {
  store_write(p->backend->store, {mark_put(p, run.key, true)}, std::move(done));
}

void mark_uncount(Pipelines* p, HandlerRun& run) {
  if (!std::exchange(run.counted, false) || !mark_is_newest(p, run.key, run.mark)) return;
  store_write(p->backend->store, {write_kept(mark_put(p, run.key))}, {});
}

bool mark_is_counted(const std::string& value) { return value == kMarkAgain || json_at(value, {"again"}) == "1"; }

std::string mark_member(const std::string& value) {
  const std::string_view member = json_at(value, {"member"});
  return member.empty() ? std::string() : json_string(member).value;
}

}  // namespace picket
