// agent/config/redact_1x.h - secrets in what 1.x keeps as attributes: custom attributes of pushed results and local definitions, which are
// annotations with us. (Labels and annotations of the entity: entity_redacted, which follows the reference.) Pure.
#pragma once
#include <string>
#include <string_view>

#include "common/types/types.h"

namespace picket {

// The values of keys that name a secret become REDACTED, whatever their type; also inside of values that are JSON objects or
// arrays, at any depth. Everything else stays as it is written.
void annotations_redact(StringMap& annotations, const StringList& words);
// What names a secret there: the entity's list and, when the configuration names no list of its own, that of the 1.x client.
StringList redact_words(const StringList& configured, const StringList& entity);
std::string json_redacted(std::string_view json, const StringList& words);

}  // namespace picket
