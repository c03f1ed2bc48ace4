// cli/nouns/ctl_window.cc - check set-subdue, filter set-when and their opposites: time windows from a file or standard input.
#include "cli/ctl/ctl_commands.h"
#include "cli/ctl/resource_file.h"
#include "cli/show/ctl_resource.h"
#include "common/json/json.h"

namespace picket {
namespace {

std::string without_window(bool check, const std::string& object) {
  return check ? json_drop(json_set(object, "subdue", "null"), "subdues") : json_drop(object, "when");
}

// A window of week days, {"days":{...}}; checks also take the newer form, one {"begin","end","repeat"} or a list of them.
Status set_window(bool check, const std::string& json, std::string* object) {
  bool one = json_type(json) == JsonType::object, days = one && !json_at(json, {"days"}).empty();
  if (check) *object = without_window(true, *object);  // one form takes the place of the other
  bool listed = json_type(json) == JsonType::array || (one && !json_at(json, {"begin"}).empty());
  if (days) *object = json_set(*object, check ? "subdue" : "when", json);
  else if (check && listed) *object = json_set(*object, "subdues", one ? "[" + json + "]" : json);
  else
    return fail(Err::invalid,
                std::string("invalid time window: expected {\"days\":{\"monday\":[{\"begin\":\"5:00PM\",\"end\":\"8:00AM\"}]}}") +
                    (check ? ", or [{\"begin\":TIME,\"end\":TIME,\"repeat\":[\"daily\"]}] with RFC3339 times" : ""));
  return {};
}

bool is_check(const Ctl& ctl) { return std::string_view(command_type(ctl).plural) == "checks"; }

}  // namespace

Status run_window_set(Ctl& ctl) {
  if (Status s = need_args(ctl, 1); !s.ok()) return s;
  Result<std::string> json = input_as_json(ctl, flag_text(ctl, "file"));
  if (!json.ok()) return json.status;
  auto change = [&](std::string* object) -> Status {
    if (Status s = set_window(is_check(ctl), json.value, object); !s.ok()) return s;
    return command_type(ctl).decode(*object).status;
  };
  return edit_resource(ctl, command_type(ctl), ctl.args[0], change, "Updated");
}

Status run_window_remove(Ctl& ctl) {
  if (Status s = need_args(ctl, 1); !s.ok()) return s;
  auto change = [&](std::string* object) -> Status {
    *object = without_window(is_check(ctl), *object);
    return {};
  };
  return edit_resource(ctl, command_type(ctl), ctl.args[0], change, "Removed");
}

}  // namespace picket
