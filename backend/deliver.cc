#include "deliver.h"

namespace picket {

Status pipelines_start(Backend*) { return {}; }
void pipelines_stop(Backend*, std::function<void()> done) { done(); }
void pipelines_free(Backend*) {}
void pipelines_event(Backend*, std::shared_ptr<Event>, std::string) {}

}  // namespace picket
