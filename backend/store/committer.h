// backend/store/committer.h - what makes writes durable, as the store sees it: SQLite's writer thread is one (writer.h).
//
// The store decides (preconditions, revisions, overlay) and hands batches over; they come back in that order, each with what became of
// it. Whatever stands behind it (a file, a log that several backends write) decides nothing but whether and when that happens; reads
// do not come by here, they are of the local copy.
#pragma once
#include <deque>
#include <functional>
#include <vector>

#include "backend/store/overlay.h"

namespace picket {

struct Batch {
  std::vector<OpPtr> ops;
  size_t bytes = 0;
  StoreDone done;
  Status status;         // decided already: refused before it was queued
  bool foreign = false;  // of another member of the cluster: written already, for watches
  std::string member;    // then: which
};

// What came back since the last call.
struct Committed {
  std::deque<Batch> batches;
  StoreFault fault = StoreFault::none;      // of the last commit
  int64_t commits = 0, last_commit_us = 0;  // since the start, and of the last one
};

struct Committer {
  std::function<void(Batch)> add;   // waits for nothing. Also what is refused already: it comes back in its place
  std::function<Committed()> take;  // on the loop, when it was woken
  std::function<void()> stop;       // after what was added; that is bounded, so is the wait. `take` has the rest
  std::function<void()> close;      // the last call
};

}  // namespace picket
