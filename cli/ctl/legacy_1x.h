// cli/ctl/legacy_1x.h - definitions of a Sensu 1.x server (`checks`, `handlers`, `filters`, `mutators`) as resources of today. Pure.
//
// What has no place is not made and said: LegacyNote is one sentence for a person, with the kind and the name in front. The table of
// all words is docs/FROM-SENSU.md.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace picket {

struct Legacy {
  std::vector<std::string> documents;  // {"type": ..., "api_version": ..., "metadata": ..., "spec": ...}
  std::vector<std::string> notes;      // what could not be kept, and where it went
  size_t invalid = 0;                  // definitions with an attribute of another type; they are not made, and noted
};

// A JSON object all of whose keys are 1.x settings.
bool legacy_is(std::string_view json);
Legacy legacy_translate(std::string_view json, const std::string& ns);

}  // namespace picket
