// backend/deliver.h - carries out what route.h decides: handlers and mutators as processes and sockets.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "../common/types.h"
#include "server.h"

namespace picket {

Status pipelines_start(Backend* backend);
void pipelines_stop(Backend* backend, std::function<void()> done);
void pipelines_free(Backend* backend);  // after the store: watches point into it

// `whole_output`: check.output before it was cut for the store; "" = it was not cut.
void pipelines_event(Backend* backend, std::shared_ptr<Event> event, std::string whole_output);

}  // namespace picket
