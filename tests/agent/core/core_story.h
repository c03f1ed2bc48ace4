// tests/agent/core/core_story.h - a core in a world without chance, and its actions as short words.
#pragma once
#include <string>

#include "agent/core/core.h"
#include "common/json/json.h"
#include "common/text/log.h"
#include "common/types/message.h"

namespace picket {

inline double no_chance() { return 0; }
inline std::string next_uuid() {
  static int n = 0;
  char text[40];
  snprintf(text, sizeof text, "00000000-0000-4000-8000-%012d", ++n);
  return text;
}
inline System some_facts() {
  System s;
  s.hostname = "vm";
  s.os = "linux";
  return s;
}

inline AgentConfig story_config() {
  AgentConfig c;
  c.name = "a1";
  c.ns = "default";
  c.user = "agent";
  c.password = "P@ssw0rd!";
  c.subscriptions = {"linux"};
  c.backend_urls = {"ws://one", "ws://two:9"};
  return c;
}

struct Story {
  Core core;
  int64_t mono = 0;
  std::vector<std::string> sent;  // whole messages
  explicit Story(AgentConfig config = story_config()) {
    log_set_level(LogLevel::fatal);
    core_init(core, std::move(config), {no_chance, next_uuid, some_facts, {"PATH=/bin"}}, now());
  }
  Now now() const { return {mono, 1'700'000'000'000 + mono}; }

  // Lets the core do what is due and returns what it wants, one word each.
  std::string tick(int64_t at) {
    mono = at;
    core_tick(core, now());
    return drain();
  }
  std::string drain() {
    std::string out;
    while (!core.actions.empty()) {
      Action a = std::move(core.actions.front());
      core.actions.pop_front();
      out += (out.empty() ? "" : " ") + word(a);
    }
    return out;
  }
  std::string word(const Action& a) {
    if (auto* x = std::get_if<Connect>(&a)) return "connect:" + x->url;
    if (auto* x = std::get_if<Send>(&a)) {
      sent.push_back(x->message);
      return "send:" + x->message.substr(0, x->message.find('\n'));
    }
    if (auto* x = std::get_if<Ping>(&a)) {
      last_ping = x->payload;
      return "ping";
    }
    if (auto* x = std::get_if<Close>(&a)) return "close:" + std::to_string(x->code);
    if (auto* x = std::get_if<RunProcess>(&a)) {
      last_run = x->run;
      last_process = *x;
      return "run:" + x->command;
    }
    if (auto* x = std::get_if<KillProcess>(&a)) return "kill:" + std::to_string(x->run);
    if (auto* x = std::get_if<FetchAssets>(&a)) {
      last_run = x->run;
      return "assets";
    }
    if (auto* x = std::get_if<HashProgram>(&a)) {
      last_run = x->run;
      return "hash:" + x->command;
    }
    if (auto* x = std::get_if<SpoolStore>(&a)) return "store:" + std::to_string(x->record.number);
    if (auto* x = std::get_if<SpoolForget>(&a)) return "forget:" + std::to_string(x->number);
    if (auto* x = std::get_if<SpoolLoad>(&a)) return "load:" + std::to_string(x->from);
    if (std::get_if<SpoolRenew>(&a)) return "renew";
    if (std::get_if<ScheduleStore>(&a)) return "learned";
    return "stopped";
  }
  uint64_t last_run = 0;
  RunProcess last_process;
  std::string last_ping;

  void online() {
    tick(mono);
    core_connected(core, now(), false, "");
    tick(mono);
    sent.clear();
  }
  void pong() { core_pong(core, now(), last_ping); }
  void message(const std::string& text) { core_message(core, now(), text); }
  void request(const std::string& config, int64_t issued, const std::string& more = "") {
    message("check_request\n{\"config\":" + config + ",\"issued\":" + std::to_string(issued) + more + "}");
  }
  void done(int status, const std::string& output, ProcessResult::Outcome outcome = ProcessResult::exited) {
    ProcessResult o;
    o.outcome = outcome;
    o.status = status;
    o.output = output;
    o.duration = 0.5;
    core_process_done(core, now(), last_run, o);
  }
  // A field of the last message sent: "check.status".
  std::string_view last(std::initializer_list<std::string_view> path) const {
    const std::string& m = sent.back();
    return json_at(std::string_view(m).substr(m.find('\n') + 1), path);
  }
};

inline std::string check_json(const std::string& name, const std::string& command, const std::string& more = "") {
  return "{\"command\":" + json_quote(command) + ",\"interval\":10,\"metadata\":{\"name\":" + json_quote(name) +
      ",\"namespace\":\"default\"}" + more + "}";
}

}  // namespace picket
