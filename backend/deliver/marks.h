// backend/deliver/marks.h - the marks of events whose handlers have not ended: what a crash leaves in the store (pipelines.h).
#pragma once
#include <string>

#include "backend/deliver/pipelines.h"

namespace picket {

// `counted`: its handlers were begun a second time. In a cluster it says at which member.
StoreWrite mark_put(const Pipelines* p, const EventKey& key, bool counted = false);
StoreWrite mark_drop(const EventKey& key);
bool mark_is_counted(const std::string& value);
std::string mark_member(const std::string& value);  // "": of a backend that is alone

bool mark_is_newest(const Pipelines* p, const EventKey& key, uint64_t number);
// True when the mark in the store was this one.
bool mark_forget(Pipelines* p, const EventKey& key, uint64_t number);
void unmark(Pipelines* p, HandlerRun& run);
// What is begun again is said before: whatever ends us then ends us once more at most.
void mark_count(Pipelines* p, const HandlerRun& run, StoreDone done);
// An orderly stop came before its end: that is no crash.
void mark_uncount(Pipelines* p, HandlerRun& run);

}  // namespace picket
