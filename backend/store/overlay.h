// backend/store/overlay.h - what was handed to the store and is not committed yet, laid over what is: readers see both.
//
// Pure bookkeeping of the loop's thread. What is kept (StoreWrite::keep) stays here when it was refused, until it is written. Keys are in
// byte order of their parts, like the tables' (no part holds a zero
// byte), so lists are merged by walking both.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "backend/store/sqlite.h"

namespace picket {

using OpPtr = std::shared_ptr<StoreOp>;

struct Overlay {
  using Map = std::map<std::string, OpPtr>;
  Map objects, events;                                        // by object_key; by the text of the event's key
  int64_t objects_gone = 0, events_gone = 0;                  // deletions among them
  struct Steps { OpPtr gone; std::map<int64_t, OpPtr> at; };  // of one event; gone: what is stored is deleted
  std::map<std::string, Steps> steps;
};

std::string object_key(std::string_view kind, std::string_view ns, std::string_view name);

// The newest operation on a key counts. An event that keeps its entity text gets it from the operation it covers.
void overlay_add(Overlay& overlay, const OpPtr& op);
void overlay_remove(Overlay& overlay, const StoreOp& op);  // committed; a newer one stays
void overlay_refuse(Overlay& overlay, const StoreOp& op);  // it was not written: what it covered and is kept counts again
enum class Place { newest, covered, gone };
Place overlay_place(const Overlay& overlay, const StoreOp& op);   // `covered`: by one that may yet be refused
OpPtr overlay_newest(const Overlay& overlay, const StoreOp& op);  // of the same row; null = none

const StoreOp* overlay_object(const Overlay& overlay, std::string_view kind, std::string_view ns, std::string_view name);
const StoreOp* overlay_event(const Overlay& overlay, const EventKey& key);

// For batches that are refused half-way: what each operation is about to cover, and how it is put back.
struct Covered { std::string key; OpPtr op; /* null = nothing */ };
Covered overlay_covered(const Overlay& overlay, const StoreOp& op);
void overlay_put_back(Overlay& overlay, const StoreOp& op, Covered covered);

// How many rows to read so that `limit` are left: as many may be hidden by deletions.
int64_t overlay_read_limit(int64_t gone, int64_t limit);
// Pages of a list: after `after`, at most `limit` (0 = all).
std::vector<StoredObject> overlay_objects(const Overlay& overlay, std::vector<StoredObject> stored, std::string_view kind,
                                          std::string_view ns, std::string_view after_ns, std::string_view after_name, int64_t limit);
std::vector<StoredEvent> overlay_events(const Overlay& overlay, std::vector<StoredEvent> stored, std::string_view ns,
                                        std::string_view entity, const EventKey& after, int64_t limit);
std::vector<StoredStep> overlay_steps(const Overlay& overlay, std::vector<StoredStep> stored, const EventKey& key, int64_t from);
std::string overlay_step(const Overlay& overlay, const StoredStep& step, bool* decided);  // its data, when it is pending or deleted
// The event of an operation; the stored one lends its entity text.
StoredEvent overlay_event_of(const StoreOp& op, const StoredEvent* stored);

}  // namespace picket
