// cli/nouns/ctl_enroll.cc - tokens for agents to enrol with, and the agents that have.
#include "cli/ctl/ctl_commands.h"
#include "cli/show/ctl_resource.h"
#include "cli/show/table.h"
#include "common/json/json.h"
#include "common/options/options.h"
#include "common/rules/enroll_token.h"
#include "common/time/timezone.h"

namespace picket {
namespace {

std::string enroll_path(const Ctl& ctl, const std::string& rest = "") {
  return "/api/picket/v1/namespaces/" + path_escape(ctl.config.ns) + "/enroll" + rest;
}

std::string time_text(int64_t unix_s) { return unix_s > 0 ? rfc3339_utc(unix_s) : ""; }

std::string agent_state(std::string_view agent, int64_t now_s) {
  if (integer_at(agent, {"revoked"}) > 0) return "revoked " + time_text(integer_at(agent, {"revoked"}));
  const int64_t until = integer_at(agent, {"until"});
  return until > 0 && until <= now_s ? "certificate expired" : "enrolled";
}

std::string token_state(std::string_view token, int64_t now_s) {
  if (integer_at(token, {"until"}) <= now_s) return "expired";
  return integer_at(token, {"used"}) >= integer_at(token, {"uses"}) ? "used up" : "valid";
}

// What the backend says names nothing: `not found` of what.
Status delete_and_say(Ctl& ctl, const char* what, const std::string& path, const char* done) {
  Status s = client_send(ctl, "DELETE", path);
  return s.ok() ? say(ctl, done) : because(std::string(what) + " " + ctl.args[0] + " in namespace " + ctl.config.ns, s);
}

Result<int64_t> valid_for_ms(const std::string& text) {
  Result<int64_t> span = duration_parse_ms(text);
  if (span.ok() && span.value >= 1000 && span.value / 1000 <= kGrantSecondsMax) return span;
  return fail(Err::invalid, "--for \"" + text + "\": expected 1s to " + std::to_string(kGrantSecondsMax / 86'400) + "d, like 1h or 7d");
}

}  // namespace

static Status run_enroll_create(Ctl& ctl) {
  if (Status s = need_args(ctl, 0); !s.ok()) return s;
  Result<int64_t> span = valid_for_ms(flag_text(ctl, "for"));
  if (!span.ok()) return span.status;
  Result<int64_t> uses = json_int64(flag_text(ctl, "uses"));
  if (!uses.ok()) return fail(Err::invalid, "--uses \"" + flag_text(ctl, "uses") + "\": expected a number");
  const std::string body =
      JsonObject().add("seconds", span.value / 1000).add("uses", uses.value).add("name", flag_text(ctl, "name")).done();
  CtlReply reply = client_call(ctl, "POST", enroll_path(ctl, "/tokens"), body);
  if (Status s = reply_status(reply); !s.ok()) return s;
  if (wanted_format(ctl) == "json") return ctl.write_out(json_pretty(reply.body) + "\n"), Status{};
  ctl.write_err("Valid until " + time_text(integer_at(reply.body, {"until"})) + ", for " +
                std::to_string(integer_at(reply.body, {"uses"})) + " agent(s)" +
                (flag_text(ctl, "name").empty() ? "" : " named " + flag_text(ctl, "name")) +
                ". It is shown once. On the agent: picket agent enroll --url " + ctl.config.api_url + " --token TOKEN\n");
  ctl.write_out(text_at(reply.body, {"token"}) + "\n");
  return {};
}

static Status run_enroll_list(Ctl& ctl) {
  if (Status s = need_args(ctl, 0); !s.ok()) return s;
  Result<std::string> body = client_get(ctl, enroll_path(ctl));
  if (!body.ok()) return body.status;
  if (wanted_format(ctl) != "tabular") return ctl.write_out(json_pretty(body.value) + "\n"), Status{};
  const int64_t now_s = ctl.now_ms / 1000;
  std::vector<TableRow> agents, tokens;
  for (std::string_view a : json_items(json_at(body.value, {"agents"})).value)
    agents.push_back({text_at(a, {"name"}), agent_state(a, now_s), text_at(a, {"credential"}), time_text(integer_at(a, {"enrolled"})),
                      time_text(integer_at(a, {"until"})), text_at(a, {"address"}), text_at(a, {"token"})});
  for (std::string_view t : json_items(json_at(body.value, {"tokens"})).value)
    tokens.push_back({text_at(t, {"id"}), token_state(t, now_s),
                      std::to_string(integer_at(t, {"used"})) + " of " + std::to_string(integer_at(t, {"uses"})), text_at(t, {"name"}),
                      time_text(integer_at(t, {"until"})), text_at(t, {"created_by"})});
  ctl.write_out(table_draw({"Agent", "State", "Credential", "Enrolled", "Until", "Address", "Token"}, agents) + "\n" +
                table_draw({"Token", "State", "Used", "Names", "Until", "Made by"}, tokens));
  return {};
}

static Status run_enroll_revoke(Ctl& ctl) {
  if (Status s = need_args(ctl, 1); !s.ok()) return s;
  return delete_and_say(ctl, "enrolled agent", enroll_path(ctl, "/agents/" + path_escape(ctl.args[0])), "Revoked");
}

static Status run_enroll_forget(Ctl& ctl) {
  if (Status s = need_args(ctl, 1); !s.ok()) return s;
  return delete_and_say(ctl, "enrolled agent", enroll_path(ctl, "/agents/" + path_escape(ctl.args[0]) + "?forget=true"), "Forgotten");
}

static Status run_enroll_delete_token(Ctl& ctl) {
  if (Status s = need_args(ctl, 1); !s.ok()) return s;
  return delete_and_say(ctl, "token", enroll_path(ctl, "/tokens/" + path_escape(ctl.args[0])), "Deleted");
}

std::vector<CtlCommand> enroll_commands() {
  const CtlFlag format = {"format", 0, "string", "tabular", "format of data returned (\"json\"|\"tabular\")"};
  return {{"enroll create",
           "",
           "make a token for agents to enrol with, and print it",
           {{"for", 0, "string", "1h", "how long it is valid, like 1h or 7d"},
            {"uses", 0, "string", "1", "how many agents may enrol with it"},
            {"name", 0, "string", "", "which names they may have, like web-*; empty = any"},
            format},
           run_enroll_create},
          {"enroll list", "", "list tokens, and agents that have enrolled", {format}, run_enroll_list},
          {"enroll revoke", "[NAME]", "end the access of an agent at once", {}, run_enroll_revoke},
          {"enroll forget", "[NAME]", "delete an agent's credential; others may be that agent again", {}, run_enroll_forget},
          {"enroll delete-token", "[ID]", "delete a token", {}, run_enroll_delete_token}};
}

}  // namespace picket
