// backend/endpoints/api_import.cc - what moves over from another backend and has no place in the ordinary API: events with their past,
// and API keys with their names. For users with all rights.
#include "backend/api/api_state.h"
#include "backend/endpoints/endpoints.h"
#include "backend/ingest/event_import.h"
#include "common/rules/api_key_name.h"
#include "common/text/log.h"

namespace picket {
namespace {

constexpr size_t kImportItemsMax = 5000;  // of one request; more are refused, and the client sends them in pieces

// The list `member` of the body, or an answer.
bool items_of(const CallPtr& call, const char* member, std::vector<std::string>* items) {
  std::string text;
  if (!call_body(call, 1, &text)) return false;
  const std::string_view list = body_member(text, member);
  if (list.empty() || json_type(list) != JsonType::array)
    return answer_error(call, 400, 1, std::string("the body is an object with a list \"") + member + "\""), false;
  for (std::string_view item : json_items(list).value) items->emplace_back(item);
  if (items->size() > kImportItemsMax)
    return answer_error(call, 400, 1, "more than " + std::to_string(kImportItemsMax) + " at once; send them in pieces"), false;
  return true;
}

std::string left_json(const ImportLeft& left) {
  return JsonObject().add("namespace", left.ns).add("entity", left.entity).add("check", left.check).add("why", left.why).done();
}

void answer_imported(const CallPtr& call, const char* what, const Imported& imported) {
  log_audit("imported",
            {{"user", call->who.username},
             {"peer", call->request.peer},
             {"kind", what},
             {"taken", static_cast<int64_t>(imported.taken)},
             {"left_out", static_cast<int64_t>(imported.left.size())}});
  std::string left = "[";
  for (const ImportLeft& l : imported.left) left += (left.size() > 1 ? "," : "") + left_json(l);
  answer_json(call, 200, JsonObject().add("taken", static_cast<int64_t>(imported.taken)).add_raw("left_out", left + "]").done());
}

Status key_check(const ApiCall& call, const ApiKey& key) {
  if (Status s = api_key_name_check(key.metadata.name); !s.ok()) return s;
  const Status user = store_get(call.backend->store, "users", "", key.username).status;
  return user.code == Err::not_found ? fail(Err::invalid, "its user " + key.username + " does not exist") : user;
}

// Names of keys are secrets: what is said of one is its user.
void take_key(const ApiCall& call, const std::string& json, std::vector<StoreWrite>& batch, Imported& imported) {
  Result<ApiKey> key = decode<ApiKey>(json, Unknown::drop);
  const Status s = key.ok() ? key_check(call, key.value) : key.status;
  if (!s.ok()) return imported.left.push_back({"", key.ok() ? key.value.username : "", "", s.message});
  key.value.metadata.ns.clear();
  if (key.value.created_at == 0) key.value.created_at = call.now_s;
  StoreWrite w;
  w.object = {"apikeys", "", key.value.metadata.name, encode(key.value), 0};
  batch.push_back(std::move(w));
  imported.taken++;
}

}  // namespace

void import_events(CallPtr call) {
  std::vector<std::string> items;
  if (!items_of(call, "events", &items)) return;
  const std::string grace = query_get(call->request.query, "grace");
  const Result<int64_t> grace_s = grace.empty() ? Result<int64_t>(kImportGraceS) : json_int64(grace);
  if (!grace_s.ok()) return answer_error(call, 400, 1, "grace: \"" + grace + "\" is no number of seconds");
  std::vector<Event> events;
  for (const std::string& item : items) {
    Result<Event> event = event_decode(item, nullptr, Unknown::drop);
    if (!event.ok()) return answer_error(call, 400, 1, "event " + std::to_string(events.size()) + ": " + event.status.message);
    events.push_back(std::move(event.value));
  }
  event_import(call->backend, std::move(events), grace_s.value,
               [call](Result<Imported> r) { r.ok() ? answer_imported(call, "events", r.value) : answer_status(call, r.status); });
}

void import_apikeys(CallPtr call) {
  std::vector<std::string> items;
  if (!items_of(call, "apikeys", &items)) return;
  std::vector<StoreWrite> batch;
  Imported imported;
  for (const std::string& item : items) take_key(*call, item, batch, imported);
  if (batch.empty()) return answer_imported(call, "apikeys", imported);
  store_write(call->backend->store, std::move(batch),
              [call, imported](Status s) { s.ok() ? answer_imported(call, "apikeys", imported) : answer_status(call, s); });
}

}  // namespace picket
