// cli/show/view_cells.h - the small words views are made of: members of a resource's canonical JSON as texts.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "cli/ctl/ctl.h"
#include "cli/show/view.h"
#include "common/json/json.h"

namespace picket::view {

using J = std::string_view;

inline std::string name(J o) { return text_at(o, {"metadata", "name"}); }
inline std::string ns(J o) { return text_at(o, {"metadata", "namespace"}); }
inline std::string blue_name(J o) { return style_primary(name(o)); }
inline std::string number(J o, const char* key) { return std::to_string(integer_at(o, {key})); }
inline std::string word(J o, const char* key) { return text_at(o, {key}); }
inline std::string tight(J o, const char* key) { return join(texts_at(o, {key}), ","); }
inline std::string loose(J o, const char* key) { return join(texts_at(o, {key}), ", "); }
inline std::string truth(J o, const char* key) { return true_at(o, {key}) ? "true" : "false"; }
inline std::string colour(J o, const char* key) { return style_bool(true_at(o, {key})); }

inline std::vector<J> items_at(J o, const char* key) {
  J raw = json_at(o, {key});
  return raw.empty() || raw == "null" ? std::vector<J>() : json_items(raw).value;
}

inline std::string count(J o, const char* key) { return std::to_string(items_at(o, key).size()); }

// Longer ones, view_info.cc.
std::string handler_execute(J handler);
std::string event_id(J event);
std::string event_time(J event);
std::string silenced_expiry(J silenced);

// The text of `info`, per kind.
std::string rules_table(J role, bool namespaced);
std::string asset_info(J object);
std::string check_info(J object);
std::string entity_info(J object);
std::string event_info(J object);
std::string filter_info(J object);
std::string handler_info(J object);
std::string hook_info(J object);
std::string mutator_info(J object);
std::string pipeline_info(J object);
std::string silenced_info(J object);
std::string binding_info(J object);
std::string namespaced_binding_info(J object);
std::string api_key_info(J object);
std::string tessen_info(J object);

}  // namespace picket::view
