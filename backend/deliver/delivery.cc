// backend/deliver/delivery.cc - one delivery: its mutator, then its handler.
#include <algorithm>

#include "common/text/log.h"
#include "common/basic/system_names.h"
#include "common/process/process.h"
#include "backend/deliver/pipelines.h"
#include "backend/deliver/answers.h"
#include "backend/deliver/builtin.h"

namespace picket {
namespace {

// One delivery on its way. Owned by the callbacks it waits for.
struct DeliveryInFlight {
  Pipelines* pipelines;
  Delivery delivery;
  std::string ns;
  std::string input;
  DeliveryDone done;
  Event event;  // for webhook and email
  int64_t mutator_began_us = 0;
};
using DeliveryPtr = std::shared_ptr<DeliveryInFlight>;

std::string outcome_text(const ProcessResult& r) {
  switch (r.outcome) {
    case ProcessResult::exited: return "exit status " + std::to_string(r.status);
    case ProcessResult::signalled: return "killed by signal " + std::to_string(r.status);
    case ProcessResult::timed_out: return "timed out";
    case ProcessResult::failed_to_start: return "cannot start: " + r.output;
  }
  return "";
}

std::string took(const ProcessResult& r) { return " after " + std::to_string(static_cast<int64_t>(r.duration * 1000)) + " ms"; }

// `assets`: what they add to the environment, before the definition's own variables.
ProcessRequest process_of(const DeliveryInFlight& c, const std::string& command, uint32_t timeout_s, const StringList& env_vars,
                          const std::vector<std::string>& assets) {
  ProcessRequest r;
  r.command = command;
  r.input = c.input;
  r.env = environment_with(environment_with(c.pipelines->environment, assets), env_vars);
  r.timeout_ms = int64_t{timeout_s} * 1000;
  return r;
}

void process_begin(const DeliveryPtr& c, ProcessRequest request, void (*ended)(const DeliveryPtr&, ProcessResult)) {
  auto self = std::make_shared<Process*>(nullptr);
  *self = process_run(c->pipelines->backend->loop, std::move(request), [c, self, ended](ProcessResult r) {
    c->pipelines->processes.erase(*self);
    ended(c, std::move(r));
  });
  c->pipelines->processes.insert(*self);
}

// `then` when they are there, which may be at once.
void with_assets(const DeliveryPtr& c, const StringList& names, void (*then)(const DeliveryPtr&, const std::vector<std::string>& assets)) {
  if (names.empty()) return then(c, {});
  deliver_assets_get(c->pipelines->assets, c->ns, names, [c, then](const std::vector<std::string>& assets) {
    if (c->pipelines->closed) return c->done({false, "the backend stopped before it started", true});
    then(c, assets);
  });
}

// Non-zero exits and timeouts are outcomes, not errors (B-61).
void pipe_ended(const DeliveryPtr& c, ProcessResult r) {
  const bool timed_out = r.outcome == ProcessResult::timed_out;
  const int status = timed_out ? 2 : r.status;
  r.output = delivery_redacted(std::move(r.output), *c->delivery.handler);
  log_info("pipelined", "event pipe handler executed",
           {{"handler", c->delivery.handler->metadata.name},
            {"namespace", c->ns},
            {"status", status},
            {"output", timed_out ? "Execution timed out\n" + r.output : r.output}});
  const bool ok = r.outcome == ProcessResult::exited && r.status == 0;
  std::string why = outcome_text(r) + took(r);
  if (const std::string line = answer_last_line(r.output); !line.empty()) why += ": " + line;
  c->done({ok, std::move(why)});
}

void pipe_start(const DeliveryPtr& c, const std::vector<std::string>& assets) {
  const Handler& h = *c->delivery.handler;
  ProcessRequest request = process_of(*c, h.command, h.timeout, h.env_vars, assets);
  request.output_max = kHandlerOutputMax;
  process_begin(c, std::move(request), pipe_ended);
}

// Webhooks and mails say themselves what they sent.
void keep_sent(const DeliveryPtr& c) {
  c->done = [done = std::move(c->done), sent = c->input](DeliveryOutcome o) {
    if (o.sent.empty()) o.sent = sent;
    done(std::move(o));
  };
}

void handler_start(const DeliveryPtr& c) {
  if (c->delivery.test) keep_sent(c);
  const Handler& h = *c->delivery.handler;
  if (h.type == "pipe") return with_assets(c, h.runtime_assets, pipe_start);
  if ((h.type == "tcp" || h.type == "udp") && h.socket) return socket_start(c->pipelines, c->delivery.handler, c->input, c->done);
  if (h.type == "webhook" && h.webhook) return webhook_start(c->pipelines, h, c->event, c->input, c->done, c->delivery.test);
  if (h.type == "email" && h.email) return mail_start(c->pipelines, h, c->event, c->done, c->delivery.test);
  if (h.type == "file" && h.file) return file_start(c->pipelines, h, c->input, c->done);
  c->done({false, "handler type \"" + h.type + "\" is not supported; expected pipe, tcp, udp, set, webhook, email or file"});
}

void mutator_ended(const DeliveryPtr& c, ProcessResult r) {
  backend_took(c->pipelines->backend->times.mutator, c->mutator_began_us);
  const std::string& name = c->delivery.mutator->metadata.name;
  if (r.outcome != ProcessResult::exited || r.status != 0 || r.output_dropped > 0) {
    const std::string why =
        r.output_dropped > 0 ? "its output is larger than " + std::to_string(kMutatorOutputMax) + " bytes" : outcome_text(r);
    log_error("pipelined", "mutator failed",
              {{"mutator", name},
               {"handler", c->delivery.handler->metadata.name},
               {"namespace", c->ns},
               {"why", why},
               {"output", r.output.substr(0, 1000)}});
    return c->done({false, "mutator " + name + ": " + why, true});
  }
  c->input = std::move(r.output);
  handler_start(c);
}

void mutator_start(const DeliveryPtr& c, const std::vector<std::string>& assets) {
  const Mutator& m = *c->delivery.mutator;
  ProcessRequest request = process_of(*c, m.command, m.timeout, m.env_vars, assets);
  request.output_max = kMutatorOutputMax;
  c->mutator_began_us = backend_clock_us();
  process_begin(c, std::move(request), mutator_ended);
}

bool is_path_variable(std::string_view name) { return name == "PATH" || name == "CPATH" || name == "LD_LIBRARY_PATH"; }

}  // namespace

std::vector<std::string> environment_with(const std::vector<std::string>& base, const StringList& env_vars) {
  std::vector<std::string> out = base;
  for (const std::string& v : env_vars) {
    const size_t equals = v.find('=');
    if (equals == std::string::npos || equals == 0) continue;
    const std::string prefix = environment_name(v.substr(0, equals)) + "=", value = v.substr(equals + 1);
    auto it = std::find_if(out.begin(), out.end(), [&](const std::string& x) { return x.compare(0, prefix.size(), prefix) == 0; });
    if (it == out.end()) out.push_back(prefix + value);
    else if (is_path_variable(prefix.substr(0, equals)) && it->size() > prefix.size())
      *it = prefix + value + kPathListSeparator + it->substr(prefix.size());
    else *it = prefix + value;
  }
  return out;
}

void delivery_start(Pipelines* p, const Delivery& delivery, const Event& event, DeliveryDone done) {
  auto c = std::make_shared<DeliveryInFlight>();
  c->pipelines = p;
  c->delivery = delivery;
  c->ns = event.entity->metadata.ns;
  c->input = delivery.input ? *delivery.input : std::string();
  c->done = std::move(done);
  if (const std::string& type = delivery.handler->type; type == "webhook" || type == "email") c->event = event;
  if (!delivery.mutator) return handler_start(c);
  with_assets(c, delivery.mutator->runtime_assets, mutator_start);
}

}  // namespace picket
