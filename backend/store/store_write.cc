// backend/store/store_write.cc - writes by what they do.
#include <utility>

#include "backend/store/store.h"

namespace picket {

static StoreWrite object_write(StoreWrite::Op op, std::string kind, std::string_view ns, std::string_view name, std::string body) {
  StoreWrite w;
  w.op = op;
  w.object = {std::move(kind), std::string(ns), std::string(name), std::move(body), 0};
  return w;
}

StoreWrite write_put(std::string kind, std::string_view ns, std::string_view name, std::string body) {
  return object_write(StoreWrite::put, std::move(kind), ns, name, std::move(body));
}
StoreWrite write_create(std::string kind, std::string_view ns, std::string_view name, std::string body) {
  return object_write(StoreWrite::create, std::move(kind), ns, name, std::move(body));
}
StoreWrite write_del(std::string kind, std::string_view ns, std::string_view name) {
  return object_write(StoreWrite::del, std::move(kind), ns, name, "");
}
StoreWrite write_drop(std::string kind, std::string_view ns, std::string_view name) {
  return object_write(StoreWrite::drop, std::move(kind), ns, name, "");
}

StoreWrite write_event(StoredEvent event) {
  StoreWrite w;
  w.op = StoreWrite::put_event;
  w.event = std::move(event);
  return w;
}
StoreWrite write_event_del(const EventKey& key) {
  StoreWrite w;
  w.op = StoreWrite::del_event;
  w.event.key = key;
  return w;
}

StoreWrite write_step(std::shared_ptr<StoredStep> step) {
  StoreWrite w;
  w.op = StoreWrite::put_step;
  w.step = std::move(step);
  return w;
}
StoreWrite write_steps_del(const EventKey& key) {
  StoreWrite w = write_step(std::make_shared<StoredStep>());
  w.op = StoreWrite::del_steps;
  w.step->key = key;
  return w;
}

StoreWrite write_kept(StoreWrite w) {
  w.keep = true;
  return w;
}

}  // namespace picket
