// common/rules/unknown_keys.h - attributes of a definition that no field takes: they are lost, so they are reported. Pure.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace picket {

inline constexpr size_t kUnknownKeysMax = 20;  // reported of one definition

// `given`: the definition as it was written. `kept`: what its type's decoder made of it (canonical JSON). One sentence each, with the
// path, and the name that was probably meant: `"intervall" is no attribute of a CheckConfig and is dropped; did you mean "interval"?`
// What is empty anyway is not reported.
// So are the words of the first versions of 2.0 in a check's entity_attributes (`entity.Class`), which match nothing any more.
std::vector<std::string> unknown_keys(std::string_view type, std::string_view given, std::string_view kept);

// The same of what stands around the definition: `document` has type, api_version, metadata and spec.
std::vector<std::string> unknown_document_keys(std::string_view type, std::string_view document);

}  // namespace picket
