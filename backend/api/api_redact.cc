// backend/api/api_redact.cc - secrets in labels and annotations of entities: hidden when read, kept when written back.
//
// `sensuctl edit`, `event resolve` and every other read-modify-write sends back REDACTED where it was shown REDACTED.
// The reference stores that word and loses the secret. Here a value that is literally REDACTED, under a key that is
// redacted, means "as it was".
#include "backend/api/call.h"

namespace picket {

static bool has_secrets(const ObjectMeta& metadata, const StringList& redact) {
  for (const auto& [key, value] : metadata.labels)
    if (redact_matches(key, redact)) return true;
  for (const auto& [key, value] : metadata.annotations)
    if (redact_matches(key, redact)) return true;
  return false;
}

std::string redacted_entity(std::string_view entity_json) {
  auto entity = decode<Entity>(entity_json);
  if (!entity.ok() || !has_secrets(entity.value.metadata, entity.value.redact)) return std::string(entity_json);
  return encode(entity_redacted(entity.value));
}

static void keep(StringMap& incoming, const StringMap& stored, const StringList& redact) {
  for (auto& [key, value] : incoming) {
    auto old = stored.find(key);
    if (value == "REDACTED" && old != stored.end() && redact_matches(key, redact)) value = old->second;
  }
}

void unredact(ObjectMeta& incoming, const StringMap& labels, const StringMap& annotations, const StringList& redact) {
  keep(incoming.labels, labels, redact);
  keep(incoming.annotations, annotations, redact);
}

}  // namespace picket
