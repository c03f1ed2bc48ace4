// backend/route/expressions.cc - see expressions.h.
#include "backend/route/expressions.h"

#include "backend/route/filter.h"
#include "common/json/json.h"

namespace picket {

// Those of its builds; its own do not count when it has any, and are looked at all the same.
static Status builds_check(const std::string& body) {
  const auto builds = json_items(json_at(body, {"builds"}));
  for (size_t i = 0; builds.ok() && i < builds.value.size(); i++)
    if (Status s = filter_check_syntax(json_strings(json_at(builds.value[i], {"filters"})).value); !s.ok())
      return because("build " + std::to_string(i), s);
  return {};
}

Status expressions_check(const ResourceType& type, const std::string& body) {
  std::string_view kind = type.plural;
  std::string_view list;
  if (kind == "filters") list = json_at(body, {"expressions"});
  if (kind == "assets") {
    if (Status s = builds_check(body); !s.ok()) return s;
    list = json_at(body, {"filters"});
  }
  if (kind == "checks") list = json_at(body, {"proxy_requests", "entity_attributes"});
  if (kind == "mutators")
    if (const std::string name = json_string(json_at(body, {"metadata", "name"})).value; name == "json" || name == "only_check_output")
      return fail(Err::invalid, "mutator name: \"" + name + "\" is built in and cannot be defined; choose another name");
  if (kind == "mutators" && json_at(body, {"type"}) == "\"javascript\"") {
    Status s = script_check("(function(){" + json_string(json_at(body, {"eval"})).value + "\n})");
    return s.ok() ? s : because("eval", s);
  }
  if (kind == "filters" && filter_is_builtin(json_string(json_at(body, {"metadata", "name"})).value))
    return fail(Err::invalid, "filter name: is_incident, has_metrics and not_silenced are built in and cannot be defined");
  if (list.empty()) return {};
  return filter_check_syntax(json_strings(list).value);
}

}  // namespace picket
