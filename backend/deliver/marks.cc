// backend/deliver/marks.cc - see marks.h.
#include "backend/deliver/marks.h"

namespace picket {
namespace {

constexpr const char* kMarkFirst = "{}";
constexpr const char* kMarkAgain = R"({"again":1})";  // its handlers were begun a second time

}  // namespace

std::string event_name(const Event& event) { return event.entity->metadata.name + "/" + (event.check ? event.check->metadata.name : ""); }
std::string mark_key(const Event& event) { return event.entity->metadata.ns + "/" + event_name(event); }

StoreWrite mark_write(StoreWrite::Op op, std::string ns, std::string name, bool counted) {
  StoreWrite w;
  w.op = op;
  w.object = {kUndelivered, std::move(ns), std::move(name), counted ? kMarkAgain : kMarkFirst, 0};
  return w;
}

bool mark_is_newest(const Pipelines* p, const Event& event, uint64_t number) {
  auto it = p->marks.find(mark_key(event));
  return number != 0 && it != p->marks.end() && it->second == number;
}

bool mark_forget(Pipelines* p, const Event& event, uint64_t number) {
  if (!mark_is_newest(p, event, number)) return false;
  p->marks.erase(mark_key(event));
  return true;
}

void unmark(Pipelines* p, HandlerRun& run) {
  if (!mark_forget(p, *run.event, std::exchange(run.mark, 0))) return;
  StoreWrite w = mark_write(StoreWrite::drop, run.event->entity->metadata.ns, event_name(*run.event));
  w.keep = true;  // else the handlers would run again after the next start
  store_write(p->backend->store, {std::move(w)}, {});
}

void mark_count(Pipelines* p, const HandlerRun& run, StoreDone done) {
  store_write(p->backend->store, {mark_write(StoreWrite::put, run.event->entity->metadata.ns, event_name(*run.event), true)},
              std::move(done));
}

void mark_uncount(Pipelines* p, HandlerRun& run) {
  if (!std::exchange(run.counted, false) || !mark_is_newest(p, *run.event, run.mark)) return;
  StoreWrite w = mark_write(StoreWrite::put, run.event->entity->metadata.ns, event_name(*run.event));
  w.keep = true;
  store_write(p->backend->store, {std::move(w)}, {});
}

bool mark_is_counted(const std::string& value) { return value == kMarkAgain; }

}  // namespace picket
