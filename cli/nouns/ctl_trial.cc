// cli/nouns/ctl_trial.cc - handler test, filter test, pipeline test: a marked event sent on its way, and what came of it.
#include <charconv>

#include "cli/show/ctl_resource.h"
#include "common/json/json.h"
#include "common/text/yaml.h"

namespace picket {
namespace {

constexpr int kNotDelivered = 1;  // exit status

Result<std::string> body_of(const Ctl& ctl) {
  JsonObject o;
  if (flag_given(ctl, "status")) {
    const std::string text = flag_text(ctl, "status");
    uint32_t status = 0;
    auto end = std::from_chars(text.data(), text.data() + text.size(), status);
    if (end.ec != std::errc() || end.ptr != text.data() + text.size())
      return fail(Err::invalid, "--status " + text + ": expected a number");
    o.add("status", status);
  }
  const std::string event = flag_text(ctl, "event");
  const size_t slash = event.find('/');
  if (!event.empty() && (slash == 0 || slash == event.npos || slash + 1 == event.size()))
    return fail(Err::invalid, "--event " + event + ": expected ENTITY/CHECK");
  if (!event.empty()) o.add("entity", event.substr(0, slash)).add("check", event.substr(slash + 1));
  return o.done();
}

std::string outcome_of(const Ctl& ctl, std::string_view note) {
  const std::string outcome = text_at(note, {"outcome"});
  return command_type(ctl).plural == std::string_view("filters") && outcome == "delivered" ? "passes" : outcome;
}

void show(Ctl& ctl, std::string_view json) {
  std::vector<TableRow> rows;
  std::string sent;
  for (std::string_view n : json_items(json_at(json, {"handlers"})).value) {
    const std::string took = json_at(n, {"took_ms"}).empty() ? "" : std::to_string(integer_at(n, {"took_ms"})) + " ms";
    const std::string pipeline = text_at(n, {"pipeline"}), workflow = text_at(n, {"workflow"}), raised = text_at(n, {"not_counted"});
    rows.push_back({style_primary(text_at(n, {"handler"})), pipeline + (workflow.empty() ? "" : "/" + workflow), outcome_of(ctl, n), took,
                    text_at(n, {"why"}) + (raised.empty() ? "" : "; ignored, its expression failed: " + raised)});
    if (const std::string text = text_at(n, {"sent"}); !text.empty()) sent += "\nSent to " + text_at(n, {"handler"}) + ":\n" + text + "\n";
  }
  ctl.write_out(table_draw({"Handler", "Pipeline", "Outcome", "Took", "Answer"}, rows) + sent);
}

bool all_delivered(std::string_view json) {
  const auto notes = json_items(json_at(json, {"handlers"}));
  for (std::string_view n : notes.value)
    if (text_at(n, {"outcome"}) != "delivered") return false;
  return !notes.value.empty();
}

}  // namespace

Status run_trial(Ctl& ctl) {
  if (Status s = need_args(ctl, 1); !s.ok()) return s;
  Result<std::string> body = body_of(ctl);
  if (!body.ok()) return body.status;
  const std::string path =
      "/api/picket/v1/namespaces/" + path_escape(ctl.config.ns) + "/" + command_type(ctl).plural + "/" + path_escape(ctl.args[0]) + "/test";
  const CtlReply reply = client_call(ctl, "POST", path, body.value);
  if (!reply.transport.ok() || reply.code / 100 != 2) return reply_status(reply);
  if (!all_delivered(reply.body)) ctl.exit_status = kNotDelivered;
  const std::string format = wanted_format(ctl);
  if (format == "yaml") ctl.write_out(yaml_from_json(reply.body).value);
  else if (format == "json" || format == "wrapped-json") ctl.write_out(json_shown(reply.body) + "\n");
  else show(ctl, reply.body);
  return {};
}

}  // namespace picket
