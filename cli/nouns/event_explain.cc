// cli/nouns/event_explain.cc - event explain and event follow: what only picket's backend reports.
#include <algorithm>
#include <chrono>
#include <thread>

#include "cli/nouns/ctl_incident.h"
#include "cli/verbs/alert_obstacles.h"
#include "cli/show/ctl_resource.h"
#include "common/json/json.h"
#include "common/os/os.h"
#include "common/text/yaml.h"

namespace picket {
namespace {

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

std::string event_line(std::string_view change) {
  std::string_view object = json_at(change, {"object"});
  std::string place = text_at(change, {"namespace"}) + "  " + text_at(change, {"entity"}) + "/" + text_at(change, {"check"});
  if (object.empty() || object == "null") return "deleted   " + place;
  static const char* const kWords[] = {"ok", "warning", "critical", "unknown"};
  int64_t status = integer_at(object, {"check", "status"});
  std::string word = status >= 0 && status < 4 ? kWords[status] : "status " + std::to_string(status);
  if (word.size() < 10) word.resize(10, ' ');
  std::string output = first_line(text_at(object, {"check", "output"}));
  return word + place + "  " + human_time(integer_at(object, {"timestamp"})) + (output.empty() ? "" : "  " + output);
}

// Frames of a stream of server-sent events, cut anywhere.
struct EventStream {
  std::string rest;
  template <class Take>
  void feed(std::string_view bytes, Take take) {
    rest += bytes;
    for (size_t end; (end = rest.find('\n')) != rest.npos; rest.erase(0, end + 1))
      if (rest.compare(0, 6, "data: ") == 0) take(std::string_view(rest).substr(6, end - 6));
  }
};

std::string no_such_route(const char* what) {
  return std::string("this backend does not offer ") + what + ": it is not picket, or an older version";
}

// A filter whose expression raises does not count, as in the reference: what it should have kept away is delivered.
std::string why_of(std::string_view handler) {
  const std::string why = text_at(handler, {"why"}), raised = text_at(handler, {"not_counted"});
  return raised.empty() ? why : why + (why.empty() ? "" : "; ") + "ignored, its expression failed: " + raised;
}

// What else keeps the alerts of this check from coming, beside the decisions about its handlers.
void explain_obstacles(Ctl& ctl, const std::string& entity, const std::string& check) {
  const std::vector<Obstacle> found = obstacles_of(alert_obstacles(alert_facts(ctl, ctl.config.ns)), ctl.config.ns, entity, check);
  if (found.empty()) return;
  ctl.write_out("\nReasons why alerts are not sent:\n");
  for (const Obstacle& o : found) ctl.write_out("  " + o.what + "\n      -> " + o.remedy + "\n");
}

}  // namespace

Status run_event_explain(Ctl& ctl) {
  if (Status s = need_args(ctl, 2); !s.ok()) return s;
  if (flag_on(ctl, "history")) return event_explain_history(ctl);
  if (flag_given(ctl, "at")) return event_explain_at(ctl, flag_text(ctl, "at"));
  const std::string &entity = ctl.args[0], &check = ctl.args[1];
  std::string path = "/events/" + path_escape(entity) + "/" + path_escape(check);
  Result<std::string> event = client_get(ctl, "/api/core/v2/namespaces/" + path_escape(ctl.config.ns) + path);
  std::string format = wanted_format(ctl);
  const bool for_people = format != "json" && format != "wrapped-json" && format != "yaml";
  if (event.status.code == Err::not_found) {
    if (for_people) explain_obstacles(ctl, entity, check);
    return fail(Err::not_found, "no event " + entity + "/" + check + " in namespace " + ctl.config.ns + "; `event list` shows all");
  }
  if (!event.ok()) return event.status;
  Result<std::string> decisions =
      client_get(ctl, "/api/picket/v1/namespaces/" + path_escape(ctl.config.ns) + path + "/decisions?under_way=true");
  if (decisions.status.code == Err::not_found) {
    Status said = say(ctl, "No handler was run for " + entity + "/" + check + ": neither the check nor a pipeline has one.");
    if (for_people) explain_obstacles(ctl, entity, check);
    return said;
  }
  if (!decisions.ok()) return decisions.status;
  if (format == "json" || format == "wrapped-json") return ctl.write_out(json_shown(decisions.value) + "\n\n"), Status();
  if (format == "yaml") return ctl.write_out(yaml_from_json(decisions.value).value), Status();
  ctl.write_out(labels_draw(entity + " - " + check,
                            {{"Status", std::to_string(integer_at(decisions.value, {"status"}))},
                             {"Decided", human_time(integer_at(decisions.value, {"timestamp"}))}}));
  if (const std::string_view carried = json_at(decisions.value, {"carried"}); !carried.empty())
    ctl.write_out("Taken over from another backend at occurrence " + std::to_string(integer_at(carried, {"occurrences"})) +
                  (json_at(carried, {"silenced"}) == "true" ? ", silenced there" : ", which has notified of it") +
                  "; handlers decide with the next result.\n");
  std::vector<TableRow> rows;
  for (std::string_view h : json_items(json_at(decisions.value, {"handlers"})).value) {
    std::string pipeline = text_at(h, {"pipeline"}), workflow = text_at(h, {"workflow"});
    rows.push_back(
        {style_primary(text_at(h, {"handler"})), pipeline + (workflow.empty() ? "" : "/" + workflow), text_at(h, {"outcome"}), why_of(h)});
  }
  ctl.write_out(table_draw({"Handler", "Pipeline", "Outcome", "Why"}, rows));
  if (const std::string ack = incident_acknowledged(ctl, entity, check); !ack.empty()) ctl.write_out(ack + "\n");
  explain_obstacles(ctl, entity, check);
  return {};
}

// One stream until it ends; `began` says whether the backend took us on.
static CtlReply follow_once(Ctl& ctl, const std::string& path, bool* began) {
  const std::string format = wanted_format(ctl);
  const bool whole = format == "json" || format == "wrapped-json";
  EventStream stream;
  ctl.now_ms = os_unix_ms();  // a token that ran out meanwhile is traded in
  return client_stream(ctl, path, [&](std::string_view bytes) {
    *began = *began || bytes.substr(0, 1) == ":";  // how a stream begins; an error does not
    stream.feed(bytes, [&](std::string_view data) {
      if (json_check(data).ok()) ctl.write_out((whole ? std::string(data) : event_line(data)) + "\n");
    });
    return true;
  });
}

// A backend that restarts is waited for; what happened meanwhile is not repeated.
Status run_event_follow(Ctl& ctl) {
  constexpr int kAgainLeastS = 1, kAgainMostS = 30;
  if (Status s = need_args(ctl, 0); !s.ok()) return s;
  std::string path = "/api/picket/v1/watch?kinds=events", ns = list_namespace(ctl);
  if (!ns.empty()) path += "&namespace=" + url_encode(ns);
  bool ever = false;
  for (int wait_s = kAgainLeastS;; wait_s = std::min(wait_s * 2, kAgainMostS)) {
    bool began = false;
    CtlReply reply = follow_once(ctl, path, &began);
    if (began) wait_s = kAgainLeastS;
    ever = ever || began;
    if (reply.transport.ok() && reply.code == 404) return fail(Err::not_found, no_such_route("a change stream"));
    const bool refused = reply.transport.ok() && reply.code >= 400 && reply.code < 500;
    if (!ever || refused) return reply_status(reply);
    if (began) ctl.write_err("connection to the backend lost; reconnecting\n");
    std::this_thread::sleep_for(std::chrono::seconds(wait_s));
  }
}

}  // namespace picket
