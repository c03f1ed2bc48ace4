// cli/verbs/doctor_routes.cc - findings of `doctor`: how they are shown; incidents nobody heard of, deliveries that fail, known passwords.
#include <map>

#include "cli/verbs/doctor.h"
#include "common/json/json.h"
#include "common/tls/crypto.h"

namespace picket {
namespace {

constexpr int64_t kLookedBackS = 24 * 3600;
constexpr const char* kKnownPassword = "P@ssw0rd!";  // of a Sensu backend's first start, and of agents

// The newest of a handler's decisions about whether it was sent.
struct LastDelivery { int64_t at = 0; bool failed = false; std::string why; };
using LastDeliveries = std::map<std::string, LastDelivery>;  // by namespace and handler

void take_decisions(std::string_view incident, LastDeliveries& last) {
  for (std::string_view d : json_items(json_at(incident, {"decisions"})).value) {
    const std::string outcome = text_at(d, {"outcome"}), handler = text_at(d, {"handler"});
    if (handler.empty() || (outcome != "delivered" && outcome != "failed")) continue;
    LastDelivery& l = last[text_at(incident, {"namespace"}) + "/" + handler];
    if (const int64_t at = integer_at(d, {"last"}); at >= l.at) l = {at, outcome == "failed", text_at(d, {"why"})};
  }
}

void look_at_incident(Doctor& d, std::string_view i) {
  if (integer_at(i, {"end"}) != 0 || true_at(i, {"notified"})) return;
  const std::string name = text_at(i, {"entity"}) + "/" + text_at(i, {"check"}), ns = text_at(i, {"namespace"});
  warn(d, (ns == "default" ? "" : ns + ": ") + name + " fails, and nobody was notified of it",
       "see `incident info " + text_at(i, {"id"}) + "` and `event explain " + text_at(i, {"entity"}) + " " + text_at(i, {"check"}) + "`");
}

}  // namespace

void finding(Doctor& d, const char* level, const std::string& what, const std::string& remedy) {
  const std::string word = level;
  d.failed += word == "fail";
  d.warned += word == "warn";
  if (!d.json) {
    d.ctl.write_out(word + std::string(6 - word.size(), ' ') + what + (remedy.empty() ? "" : "\n      -> " + remedy) + "\n");
    return;
  }
  JsonObject o;
  o.add("level", word).add("what", what);
  if (!remedy.empty()) o.add("remedy", remedy);
  d.found += (d.found.empty() ? "" : ",") + o.done();
}

void examine_incidents(Doctor& d) {
  Result<std::string> got =
      client_get(d.ctl, "/api/picket/v1/incidents?limit=1000&since=" + std::to_string(d.ctl.now_ms / 1000 - kLookedBackS));
  if (!got.ok()) return;  // no picket, or an older one
  LastDeliveries last;
  for (std::string_view i : json_items(got.value).value) {
    look_at_incident(d, i);
    take_decisions(i, last);
  }
  for (const auto& [name, l] : last)
    if (l.failed) warn(d, "the last delivery of handler " + name + " failed: " + l.why, "try it with `handler test`");
}

// Only where the default would be a hole: a login by it works.
void examine_passwords(Doctor& d) {
  for (const char* user : {"admin", "agent"}) {
    Headers headers = {{"Authorization", "Basic " + base64_encode(std::string(user) + ":" + kKnownPassword)}};
    const CtlReply reply = client_call(d.ctl, "GET", "/auth/test", "", std::move(headers));
    if (reply.transport.ok() && reply.code == 200)
      warn(d, std::string("user ") + user + " has the password that everybody knows",
           std::string("change it: `user reset-password ") + user + "`" +
               (*user == 'a' && user[1] == 'g' ? ", and in the agents' configuration" : ""));
  }
}

}  // namespace picket
