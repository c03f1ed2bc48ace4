// cli/verbs/doctor.cc - doctor: looks at configuration, ports, clocks, certificates and disk, and says what to do.
//
// Every examination gives findings; a finding that is not fine carries the remedy. The exit status is 1 when one failed.
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <ctime>

#include "cli/verbs/alert_obstacles.h"
#include "cli/show/ctl_resource.h"
#include "cli/verbs/doctor.h"
#include "common/json/json.h"
#include "common/os/os.h"
#include "common/time/timezone.h"

namespace picket {
namespace {

// ---- the backend ----

// Sun, 06 Nov 1994 08:49:37 GMT
int64_t http_date(std::string_view text) {
  static const char* const kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  tm t{};
  char month[4] = "";
  if (sscanf(std::string(text).c_str(), "%*3s, %2d %3s %4d %2d:%2d:%2d", &t.tm_mday, month, &t.tm_year, &t.tm_hour, &t.tm_min, &t.tm_sec) !=
      6)
    return 0;
  const char* at = strstr(kMonths, month);
  if (!at) return 0;
  return wall_time_unix(t.tm_year, int((at - kMonths) / 3 + 1), t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec);
}

void examine_clock(Doctor& d, const CtlReply& reply) {
  constexpr int64_t kSkewMax = 5;
  int64_t theirs = http_date(header_get(reply.headers, "Date"));
  if (!theirs) return;
  int64_t skew = theirs - os_unix_ms() / 1000, size = skew < 0 ? -skew : skew;
  std::string text = "clocks of this machine and the backend differ by " + std::to_string(size) + " s";
  if (size <= kSkewMax) fine(d, text);
  else warn(d, text, "run an NTP service on both: timeouts, TTLs and tokens depend on these clocks");
}

void examine_health(Doctor& d, const CtlReply& reply) {
  const Status s = health_judge(reply);
  if (s.ok()) return fine(d, "the backend is healthy");
  failed(d, "the backend is not healthy: " + s.message, "read its log; `ctl cluster health` shows the failed part");
}

void examine_login(Doctor& d) {
  if (d.ctl.config.access_token.empty() && d.ctl.config.api_key.empty())
    return warn(d, "not logged in", "run `" + d.ctl.program + " configure`");
  Result<std::string> got = client_get(d.ctl, "/api/core/v2/namespaces");
  if (got.ok()) return fine(d, "logged in as " + (client_user(d.ctl).empty() ? "an API key" : client_user(d.ctl)));
  failed(d, "login failed: " + got.status.message, "run `" + d.ctl.program + " configure` again");
}

void examine_backend(Doctor& d) {
  if (d.ctl.config.api_url.empty())
    return warn(d, "no backend is configured for the command line", "run `" + d.ctl.program + " configure`, or use --api-url");
  int64_t begun = os_mono_ms();
  CtlReply reply = client_call(d.ctl, "GET", "/health", "", {{"Authorization", ""}});
  if (!reply.transport.ok())
    return failed(d, "the backend does not respond: " + reply.transport.message,
                  "start it, or correct the URL, the CA file or the firewall");
  fine(d, d.ctl.config.api_url + " responds in " + std::to_string(os_mono_ms() - begun) + " ms");
  if (!d.ctl.config.trusted_ca_file.empty()) examine_certificate(d, d.ctl.config.trusted_ca_file);
  examine_served_url(d, d.ctl.config.api_url, d.ctl.config.trusted_ca_file);
  if (d.ctl.config.insecure) warn(d, "certificates are not verified", "use --trusted-ca-file instead of --insecure-skip-tls-verify");
  examine_clock(d, reply);
  examine_health(d, reply);
  examine_login(d);
  examine_events(d);
  examine_alerts(d);
  examine_incidents(d);
  examine_passwords(d);
}

}  // namespace

Status health_judge(const CtlReply& reply) {
  const std::string_view members = json_at(reply.body, {"ClusterHealth"});
  std::string sick;
  for (std::string_view m : json_items(members).value) {
    if (true_at(m, {"Healthy"})) continue;
    const std::string name = text_at(m, {"Name"}), why = text_at(m, {"Err"});
    sick += (sick.empty() ? "" : "; ") + (name.empty() ? "a member" : name) + ": " + (why.empty() ? "no reason given" : why);
  }
  if (!sick.empty()) return fail(Err::unavailable, sick);
  if (reply.code == 200) return {};
  return fail(Err::unavailable, std::to_string(reply.code) + " " + reply.body.substr(0, 200));
}

void examine_events(Doctor& d) {
  auto events = client_list(d.ctl, "/api/core/v2/events", {});
  std::string where;
  if (events.status.code == Err::denied && !d.ctl.config.ns.empty()) {
    events = client_list(d.ctl, "/api/core/v2/namespaces/" + path_escape(d.ctl.config.ns) + "/events", {});
    where = " in namespace " + d.ctl.config.ns;
  }
  if (!events.ok()) return;  // examine_alerts says what could not be looked at
  std::vector<std::string> silent;
  int failing = 0;
  for (const std::string& e : events.value) {
    if (integer_at(e, {"check", "status"}) == 0) continue;
    failing++;
    if (text_at(e, {"check", "metadata", "name"}) == "keepalive") silent.push_back(text_at(e, {"entity", "metadata", "name"}));
  }
  if (!silent.empty())
    warn(d, std::to_string(silent.size()) + " agent(s) do not report: " + join(silent, ", "),
         "check that they run and reach the backend; use `entity delete` for decommissioned hosts");
  fine(d, std::to_string(events.value.size()) + " events, " + std::to_string(failing) + " of them failing" + where);
}

void examine_alerts(Doctor& d) {
  constexpr size_t kShown = 100;
  if (d.ctl.config.access_token.empty() && d.ctl.config.api_key.empty()) return;  // that was said
  const AlertFacts facts = alert_facts(d.ctl, "");
  const std::string left_out = alert_facts_left_out(facts);
  if (!left_out.empty())
    note(d, "access is limited: " + left_out + ": problems elsewhere are not shown",
         "use --namespace, or log in as a user who may list them in all namespaces");
  std::vector<Obstacle> all = alert_obstacles(facts);
  std::stable_sort(all.begin(), all.end(), [](const Obstacle& a, const Obstacle& b) { return a.meant < b.meant; });
  size_t shown = 0;
  for (const Obstacle& o : all) {
    if (shown++ == kShown)
      return note(d, std::to_string(all.size() - kShown) + " more", "`event explain ENTITY CHECK` shows those of one check");
    const std::string what = (o.ns.empty() || o.ns == "default" ? "" : o.ns + ": ") + o.what;
    o.meant ? note(d, what, o.remedy) : warn(d, what, o.remedy);
  }
  if (all.empty() && facts.checks.empty() && !left_out.empty()) return;  // nothing was seen
  if (all.empty()) fine(d, "no obstacles to alerts found" + std::string(left_out.empty() ? "" : " where access was allowed"));
}

Status run_doctor(Ctl& ctl) {
  if (Status s = need_args(ctl, 0); !s.ok()) return s;
  Doctor d{ctl};
  d.json = flag_on(ctl, "json");
  examine_machine(d);
  examine_backend(d);
  if (d.json) {
    ctl.write_out(json_shown("{\"findings\":[" + d.found + "],\"failed\":" + std::to_string(d.failed) +
                             ",\"warned\":" + std::to_string(d.warned) + "}") +
                  "\n");
    ctl.exit_status = d.failed ? 1 : 0;
    return {};
  }
  if (d.failed) return fail(Err::invalid, std::to_string(d.failed) + " problem(s), " + std::to_string(d.warned) + " warning(s)");
  return say(ctl, d.warned ? std::to_string(d.warned) + " warning(s)." : "No problems found.");
}

}  // namespace picket
