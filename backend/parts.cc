// backend/parts.cc - a backend made and freed.
#include "backend/parts.h"

#include "common/os/os.h"

namespace picket {

Backend* backend_make(uv_loop_t* loop, Net* net) {
  auto* b = new Backend;
  b->loop = loop;
  b->net = net;
  b->started_ms = os_unix_ms();
  b->started_mono_ms = os_mono_ms();
  Parts* parts = b->parts = new Parts;
  b->pipelines = &parts->pipelines;
  b->histories = &parts->histories;
  b->ingest = &parts->ingest;
  b->scheduling = &parts->scheduling;
  b->sessions = &parts->sessions;
  b->identities = &parts->identities;
  return b;
}

void backend_free(Backend* b) {
  delete b->parts;
  delete b;
}

}  // namespace picket
