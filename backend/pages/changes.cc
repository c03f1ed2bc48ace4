// backend/pages/changes.cc - the journal: changes of state since the start, of the namespaces where one may list events.
#include <charconv>
#include <map>

#include "backend/pages/pages.h"
#include "backend/rows/state_changes.h"

namespace picket {

namespace {

constexpr int64_t kChangesShown = 500;

bool number_read(const CallPtr& call, const char* name, int64_t least, int64_t most, int64_t* out) {
  const std::string text = query_get(call->request.query, name);
  if (text.empty()) return true;
  auto end = std::from_chars(text.data(), text.data() + text.size(), *out);
  if (end.ec == std::errc() && end.ptr == text.data() + text.size() && *out >= least && *out <= most) return true;
  return answer_error(call, 400, 1,
                      std::string(name) + "=" + text + ": expected a number from " + std::to_string(least) + " to " + std::to_string(most)),
         false;
}

}  // namespace

void changes_get(CallPtr call) {
  ChangesWanted wanted;
  wanted.ns = query_get(call->request.query, "namespace");
  wanted.limit = kChangesShown;
  if (!number_read(call, "since", 0, INT64_MAX, &wanted.since) || !number_read(call, "limit", 1, int64_t{kChangesMax}, &wanted.limit))
    return;
  std::map<std::string, bool> known;
  wanted.visible = [&call, &known](const std::string& ns) {
    auto [it, is_new] = known.try_emplace(ns, false);
    if (is_new) it->second = page_may(*call, "list", ns, "events", "");
    return it->second;
  };
  answer_json(call, 200, state_changes_json(call->backend->changes, wanted));
}

}  // namespace picket
