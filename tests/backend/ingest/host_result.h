// tests/backend/ingest/host_result.h - a result of the proxy entity "host", and a backend that takes it.
#pragma once
#include <memory>
#include <string>
#include <utility>

#include "common/os/os.h"
#include "backend/ingest/ingest.h"
#include "tests/backend/api/api_world.h"

namespace picket {

inline Event host_result(const std::string& check, uint32_t status) {
  Event e;
  e.timestamp = os_unix_ms() / 1000;
  e.id = os_uuid();
  e.check.emplace();
  e.check->metadata.name = check;
  e.check->metadata.ns = "default";
  e.check->interval = 10;
  e.check->status = status;
  e.check->executed = e.timestamp;
  auto entity = std::make_shared<Entity>();
  entity->entity_class = "proxy";
  entity->metadata.name = "host";
  entity->metadata.ns = "default";
  e.entity = entity;
  return e;
}

// Until it was answered.
inline Status host_take(World& w, Event event, EventOrigin origin = EventOrigin::api) {
  std::optional<Status> answer;
  backend_event(w.backend, std::move(event), origin, [&](const Status& s) { answer = s; });
  CHECK(w.until([&] { return answer.has_value(); }));
  return answer.value_or(Status());
}

}  // namespace picket
