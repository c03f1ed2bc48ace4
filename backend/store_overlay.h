// backend/store_overlay.h - what was handed to the store and is not committed yet, laid over what is: readers see both.
//
// Pure bookkeeping of the loop's thread. Keys are in byte order of their parts, like the tables' (no part holds a zero
// byte), so lists are merged by walking both.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "store_sqlite.h"

namespace picket {

using OpPtr = std::shared_ptr<StoreOp>;

struct Overlay {
  using Map = std::map<std::string, OpPtr>;
  Map objects, events;                                        // by object_key
  struct Steps { OpPtr gone; std::map<int64_t, OpPtr> at; };  // of one event; gone: what is stored is deleted
  std::map<std::string, Steps> steps;
};

std::string object_key(std::string_view kind, std::string_view ns, std::string_view name);

// The newest operation on a key counts. An event that keeps its entity text gets it from the operation it covers.
void overlay_add(Overlay& overlay, const OpPtr& op);
void overlay_remove(Overlay& overlay, const StoreOp& op);  // committed or refused; a newer one stays

const StoreOp* overlay_object(const Overlay& overlay, std::string_view kind, std::string_view ns, std::string_view name);
const StoreOp* overlay_event(const Overlay& overlay, std::string_view ns, std::string_view entity, std::string_view check);

// For batches that are refused half-way: what each operation is about to cover, and how it is put back.
struct Covered { std::string key; OpPtr op; /* null = nothing */ };
Covered overlay_covered(const Overlay& overlay, const StoreOp& op);
void overlay_put_back(Overlay& overlay, const StoreOp& op, Covered covered);

// Where a page of a list starts, and what it is limited to.
struct ListPage { std::string_view after_ns, after_name, after_check; int64_t limit = 0; };
// How many rows to read so that `limit` are left: deleted ones of the overlay take the place of stored ones.
int64_t overlay_read_limit(const Overlay::Map& pending, int64_t limit);
std::vector<StoredObject> overlay_objects(const Overlay& overlay, std::vector<StoredObject> stored, std::string_view kind,
                                          std::string_view ns, const ListPage& page);
std::vector<StoredEvent> overlay_events(const Overlay& overlay, std::vector<StoredEvent> stored, std::string_view ns,
                                        std::string_view entity, const ListPage& page);
std::vector<StoredStep> overlay_steps(const Overlay& overlay, std::vector<StoredStep> stored, std::string_view ns, std::string_view entity,
                                      std::string_view check, int64_t from);
std::string overlay_step(const Overlay& overlay, const StoredStep& step, bool* decided);  // its data, when it is pending or deleted
// The event of an operation; the stored one lends its entity text.
StoredEvent overlay_event_of(const StoreOp& op, const StoredEvent* stored);

}  // namespace picket
