// backend/store/record_ops.cc - see record_ops.h.
#include "backend/store/record_ops.h"

#include <utility>

namespace picket {
namespace {

LogOp::Kind kind_of(const StoreOp& op) {
  switch (static_cast<StoreWrite::Op>(op.write)) {
    case StoreWrite::put: return LogOp::put;
    case StoreWrite::create: return LogOp::create;
    case StoreWrite::put_if_revision: return LogOp::put_if;
    case StoreWrite::del: return LogOp::del;
    case StoreWrite::drop: return LogOp::drop;
    case StoreWrite::put_event: return LogOp::put_event;
    case StoreWrite::del_event: return LogOp::del_event;
    case StoreWrite::put_step: return LogOp::put_step;
    case StoreWrite::del_steps: return LogOp::del_steps;
    case StoreWrite::follow: return LogOp::follow;
    case StoreWrite::touch: return LogOp::touch;
  }
  return LogOp::put;
}

void key_into(LogOp& out, const EventKey& key) {
  out.ns = key.ns();
  out.name = key.entity();
  out.check = key.check();
}

void text_into(LogOp& out, const std::shared_ptr<const std::string>& text) {
  out.has_text = text != nullptr;
  if (text) out.text = *text;
}

void event_into(LogOp& out, const StoredEvent& e) {
  key_into(out, e.key);
  out.body = e.head;
  text_into(out, e.entity_json);
  out.last_seen = e.last_seen;
}

void step_into(LogOp& out, const StoredStep& step) {
  key_into(out, step.key);
  out.body = step.data;
  text_into(out, step.series);
  out.at = step.at;
  out.slot = step.slot;
}

void object_into(LogOp& out, const StoredObject& o) {
  out.type = o.kind;
  out.ns = o.ns;
  out.name = o.name;
  out.body = o.body;
}

std::shared_ptr<const std::string> text_from(LogOp& op) {
  return op.has_text ? std::make_shared<const std::string>(std::move(op.text)) : nullptr;
}

EventKey key_from(const LogOp& op) { return {op.ns, op.name, op.check}; }

}  // namespace

LogOp log_op_of(const StoreOp& op) {
  LogOp out;
  out.kind = kind_of(op);
  out.check_namespace = op.check_namespace;
  out.token = op.revision;
  out.base = op.base;
  if (op.kind == StoreOp::of_event) event_into(out, op.event);
  else if (op.kind == StoreOp::of_step) step_into(out, *op.step);
  else object_into(out, op.object);
  return out;
}

OpPtr store_op_of(LogOp op) {
  auto out = std::make_shared<StoreOp>();
  out->revision = op.token;
  out->deleted = op.kind == LogOp::del || op.kind == LogOp::drop || op.kind == LogOp::del_event || op.kind == LogOp::del_steps;
  if (log_op_is_event(op)) {
    out->kind = StoreOp::of_event;
    out->event = {key_from(op), std::move(op.body), text_from(op), op.token, op.last_seen};
  } else if (log_op_is_object(op)) {
    out->row = object_key(op.type, op.ns, op.name);
    if (op.kind == LogOp::touch) out->write = StoreWrite::touch;
    out->object = {std::move(op.type), std::move(op.ns), std::move(op.name), std::move(op.body), op.token};
  } else {
    out->kind = StoreOp::of_step;
    out->step = std::make_shared<StoredStep>();
    *out->step = {key_from(op), op.at, op.slot, std::move(op.body), text_from(op)};
  }
  return out;
}

}  // namespace picket
