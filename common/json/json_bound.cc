// common/json/json_bound.cc - values counted without building any.
#include "common/json/json_bound.h"

#include <string>

namespace picket {

JsonCount json_count(std::string_view text) {
  JsonCount count;
  int depth = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); i++) {
    char c = text[i];
    if (in_string && c == '\\') i++;
    else if (c == '"') in_string = !in_string;
    else if (in_string) continue;
    else if (c == '{' || c == '[') depth++, count.values++;
    else if (c == '}' || c == ']') depth--;
    else if (c == ',') count.values++, count.items += depth == 1;
  }
  return count;
}

Status json_bound(std::string_view text) {
  if (text.size() < kJsonBoundFromBytes || json_count(text).values <= kJsonValuesMax) return {};
  return fail(Err::too_large, "more than " + std::to_string(kJsonValuesMax) + " JSON values in one document; send it in parts");
}

}  // namespace picket
