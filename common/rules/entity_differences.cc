// common/rules/entity_differences.cc - see entity_differences.h.
#include "common/rules/entity_differences.h"

#include <algorithm>

namespace picket {
namespace {

constexpr const char* kRedacted = "REDACTED";
constexpr const char* kManagedByLabel = "sensu.io/managed_by";

StringList subscriptions_of(const Entity& entity) {
  StringList list;
  for (const std::string& subscription : entity.subscriptions)
    if (subscription != "entity:" + entity.metadata.name) list.push_back(subscription);
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
  return list;
}

bool has_all_of(const StringMap& a, const StringMap& b) {
  return std::all_of(a.begin(), a.end(), [&b](const auto& item) {
    const auto it = b.find(item.first);
    if (item.first == kManagedByLabel) return true;
    if (it == b.end()) return item.second == kRedacted;  // a secret that the backend does not send back
    return it->second == item.second || it->second == kRedacted || item.second == kRedacted;
  });
}

bool is_same(const StringMap& a, const StringMap& b) { return has_all_of(a, b) && has_all_of(b, a); }

StringList sorted(StringList list) {
  std::sort(list.begin(), list.end());
  return list;
}

}  // namespace

std::string entity_differences(const Entity& own, const Entity& stored) {
  std::string out;
  auto look = [&out](const char* field, bool same) {
    if (!same) out += (out.empty() ? "" : ", ") + std::string(field);
  };
  look("labels", is_same(own.metadata.labels, stored.metadata.labels));
  look("annotations", is_same(own.metadata.annotations, stored.metadata.annotations));
  look("subscriptions", subscriptions_of(own) == subscriptions_of(stored));
  look("deregister", own.deregister == stored.deregister);
  look("deregistration", own.deregistration_handler == stored.deregistration_handler);
  look("keepalive_handlers", own.keepalive_handlers == stored.keepalive_handlers);
  look("redact", sorted(own.redact) == sorted(stored.redact));
  return out;
}

}  // namespace picket
