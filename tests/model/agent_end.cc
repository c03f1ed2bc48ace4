// tests/model/agent_end.cc - see agent_end.h.
#include "tests/model/agent_end.h"

#include "common/text/log.h"

namespace picket {
namespace {

// The core's words about chance: a test that wants another order moves the clocks.
double no_chance() { return 0.5; }

std::string next_uuid() {
  static uint64_t n = 0;
  char text[40];
  snprintf(text, sizeof text, "00000000-0000-4000-8000-%012llu", static_cast<unsigned long long>(++n));
  return text;
}

System no_facts() { return {}; }

void perform(AgentEnd& end, Action action) {
  if (auto* x = std::get_if<Connect>(&action)) {
    end.wants_connect = true;
    end.ack_stream.clear();
    for (const auto& [name, value] : x->headers)
      if (name == "Picket-Ack") end.ack_stream = value;
  } else if (auto* send = std::get_if<Send>(&action)) {
    if (end.is_open) end.sent.push_back({Frame::message, std::move(send->message)});
  } else if (auto* ping = std::get_if<Ping>(&action)) {
    if (end.is_open) end.sent.push_back({Frame::ping, std::move(ping->payload)});
  } else if (std::get_if<Close>(&action)) {
    if (end.is_open) end.sent.push_back({Frame::close, ""});
  } else if (std::get_if<Stopped>(&action)) {
    end.has_ended = true;
  } else {
    core_spool_perform(*end.core, end.spool, end.now(), end.clock(), action);
  }
}

void drive(AgentEnd& end) {
  do {
    core_tick(*end.core, end.now());
    while (!end.core->actions.empty() && !end.disk.has_stopped) {
      Action next = std::move(end.core->actions.front());
      end.core->actions.pop_front();
      perform(end, std::move(next));
    }
    if (end.has_ended || end.disk.has_stopped) return;
  } while (core_next_due(*end.core, end.now()) <= end.mono_ms);
}

// What a flush of the spool's files covers: all that was handed in, but for what is in memory alone.
void flushed_note(AgentEnd& end) {
  if (end.spool.unwritten.empty()) end.flushed_until = end.handed_in;
}

void flush(AgentEnd& end) {
  for (const std::string& path : spool_unflushed(end.spool)) (void)end.calls.sync(path);
  if (!end.disk.has_stopped && end.spool.fsync != AgentConfig::Fsync::never) flushed_note(end);
}

void tick(AgentEnd& end) {
  end.ticked_ms = end.mono_ms;
  core_spool_tick(*end.core, end.spool, end.clock());
  flush(end);
  drive(end);
}

}  // namespace

AgentEnd::AgentEnd(uint64_t seed, AgentConfig c, SpoolLimits l) : disk(seed), calls(disk.calls()), config(std::move(c)), limits(l) {
  disk.folders.insert("/spool");
}

void agent_begin(AgentEnd& end) {
  end.core.emplace();
  end.sent.clear();
  end.wants_connect = end.is_open = end.has_ended = false;
  core_init(*end.core, end.config, {no_chance, next_uuid, no_facts, {}}, end.now());
  Result<Spool> spool = spool_open(end.calls, "/spool", end.config, {next_uuid(), end.clock(), end.limits});
  end.has_spool = spool.ok();
  end.spool = std::move(spool.value);
  end.spool.disk = &end.calls;
  if (end.has_spool) core_spool_attach(*end.core, end.now(), end.spool);
  flush(end);
  end.ticked_ms = end.mono_ms;
  drive(end);
}

bool agent_hand_in(AgentEnd& end, const std::string& name, size_t bytes) {
  Event event;
  event.check.emplace();
  event.check->metadata.name = name;
  event.check->output.assign(bytes, 'x');
  core_event(*end.core, end.now(), std::move(event));
  drive(end);
  if (end.disk.has_stopped) return false;
  end.handed_in++;
  if (end.spool.fsync == AgentConfig::Fsync::always) flushed_note(end);
  return true;
}

void agent_pass(AgentEnd& end, int64_t ms) {
  end.mono_ms += ms;
  end.unix_ms += ms;
  if (!end.core || end.has_ended || end.disk.has_stopped) return;
  if (end.has_spool && end.mono_ms - end.ticked_ms >= 1000) tick(end);
  if (!end.disk.has_stopped && !end.has_ended) drive(end);
}

void agent_open(AgentEnd& end, const std::string& ack_header) {
  end.wants_connect = false;
  end.is_open = true;
  end.sent.clear();
  core_connected(*end.core, end.now(), false, ack_header);
  drive(end);
}

void agent_refuse(AgentEnd& end) {
  end.wants_connect = false;
  core_disconnected(*end.core, end.now());
  drive(end);
}

void agent_message(AgentEnd& end, const std::string& text) {
  core_message(*end.core, end.now(), text);
  drive(end);
}

void agent_pong(AgentEnd& end, const std::string& payload) {
  core_pong(*end.core, end.now(), payload);
  drive(end);
}

void agent_cut(AgentEnd& end) {
  end.is_open = false;
  end.sent.clear();
  core_disconnected(*end.core, end.now());
  drive(end);
}

void agent_stop(AgentEnd& end) {
  core_stop(*end.core, end.now());
  drive(end);
}

void agent_give_up(AgentEnd& end) {
  if (end.has_ended && end.has_spool && !end.disk.has_stopped) {
    core_spool_close(*end.core, end.spool);
    if (end.spool.fsync != AgentConfig::Fsync::never && end.spool.unwritten.empty()) end.flushed_until = end.handed_in;
  }
  end.core.reset();
  end.spool = {};
  end.has_spool = end.is_open = end.wants_connect = false;
  end.sent.clear();
}

}  // namespace picket
