// checks/run/dialog_client.cc - see dialog_client.h.
#include "checks/run/dialog_client.h"

#include "common/os/os.h"

namespace picket {
namespace {

struct Conversation {
  Talk talk;
  CheckDone done;
  StreamPtr stream;
  std::string received;
  uint64_t began = uv_hrtime();
  bool over = false;
};

void finish(Conversation* c, CheckState state, const std::string& text) {
  if (std::exchange(c->over, true)) return;
  double seconds = double(uv_hrtime() - c->began) / 1e9;
  Report report;
  report.state = state;
  report.summary = text + (text.empty() ? "" : ", ") + span_text(seconds);
  CheckState timely = limits_judge(c->talk.time, seconds);
  if (state == CheckState::ok && timely != CheckState::ok)
    report.summary = "slow response: " + span_text(seconds) + (text.empty() ? "" : ": " + text);
  report.state = state_worst(report.state, timely);
  const StreamTimes& times = stream_times(c->stream.get());
  report.perf = {{"time", seconds, "s", c->talk.time, 0}, {"connect", times.connect, "s", {}, 0}};
  if (const Tls* tls = stream_session(c->stream.get()); tls && tls_ready(tls)) {
    report.perf.push_back({"tls", times.tls, "s", {}, 0});
    report.details.push_back(std::string(tls_version(tls)) + ", " + tls_suite(tls));
    judge_certificate(report, tls_peer_chain(tls), tls_peer_problem(tls), c->talk.certificate, os_unix_ms() / 1000);
  }
  c->done(std::move(report));
}

void step(Conversation* c, DialogEvent event);

void secure(Conversation* c) {
  c->received.clear();  // nothing said in the clear counts after it
  if (Status s = stream_secure(c->stream.get(), c->talk.tls_options); !s.ok()) finish(c, CheckState::unknown, s.message);
}

void step(Conversation* c, DialogEvent event) {
  for (size_t before = SIZE_MAX; !c->over;) {
    DialogStep next = c->talk.dialog(event, c->received);
    if (!next.send.empty()) stream_send(c->stream.get(), next.send);
    if (next.kind == DialogStep::done) return finish(c, next.state, next.text);
    if (next.kind == DialogStep::secure) return secure(c);
    if (c->received.size() > kDialogReceivedMax)
      return finish(c, CheckState::critical, "response larger than " + bytes_text(kDialogReceivedMax));
    bool more = event == DialogEvent::bytes && !c->received.empty() && c->received.size() < before;  // it took something: there may be more
    before = c->received.size();
    if (!more || next.send.empty()) return;
  }
}

void on_stream(Conversation* c, const StreamEvent& event) {
  if (c->over) return;
  switch (event.kind) {
    case StreamEvent::opened: return c->talk.tls ? secure(c) : step(c, DialogEvent::opened);
    case StreamEvent::secured:
      return c->talk.stop_at_tls ? finish(c, CheckState::ok, tls_version(stream_session(c->stream.get()))) : step(c, DialogEvent::secured);
    case StreamEvent::data: return c->received.append(event.bytes), step(c, DialogEvent::bytes);
    case StreamEvent::ended: return step(c, DialogEvent::ended), finish(c, CheckState::critical, "connection closed");
    case StreamEvent::failed: return finish(c, CheckState::critical, event.error);
  }
}

}  // namespace

Result<StreamTarget> target_from(const Options& options, int usual_port) {
  StreamTarget t;
  t.host = options.is_default("host") && options.args.size() == 1 ? options.args[0] : options.text("host");
  t.port = int(options.integer("port"));
  if (t.port == 0) t.port = usual_port;
  if (t.host.empty()) return fail(Err::invalid, "--host is empty");
  if (options.args.size() > 1) return fail(Err::invalid, "\"" + options.args[1] + "\": unexpected argument; options begin with a dash");
  if (t.port < 1 || t.port > 65535) return fail(Err::invalid, "--port: expected a value between 1 and 65535");
  if (options.boolean("ipv4") && options.boolean("ipv6")) return fail(Err::invalid, "-4 and -6 exclude each other: use one of them");
  t.family = options.boolean("ipv4") ? 4 : options.boolean("ipv6") ? 6 : 0;
  return t;
}

Result<CertificateRules> certificate_rules_from(const Options& options) {
  CertificateRules rules;
  if (Status s = limits_into(options, {{"cert", &rules.days}}); !s.ok()) return s;
  rules.judged = !options.boolean("insecure");
  return rules;
}

StreamTls tls_from(const Options& options, const CheckFiles& files, const std::string& host) {
  const std::string& name = options.text("server-name");
  return {name.empty() ? host : name, files.tls};
}

unsigned reads_for_tls(const Options& options) { return options.boolean("tls") ? kReadTrust : 0; }

Result<Talk> talk_from(const Options& options, const CheckFiles& files, int usual_port) {
  Talk talk;
  Result<StreamTarget> target = target_from(options, usual_port);
  if (!target.ok()) return target.status;
  talk.target = target.value;
  if (Status s = limits_into(options, {{"", &talk.time}}); !s.ok()) return s;
  if (!options.values.count("tls")) return talk;
  Result<CertificateRules> certificate = certificate_rules_from(options);
  if (!certificate.ok()) return certificate.status;
  talk.certificate = certificate.value;
  talk.tls_options = tls_from(options, files, talk.target.host);
  talk.tls = options.boolean("tls");
  return talk;
}

Result<std::shared_ptr<void>> talk_start(uv_loop_t* loop, Talk talk, CheckDone done) {
  auto c = std::make_shared<Conversation>();
  c->talk = std::move(talk);
  c->done = std::move(done);
  c->stream = stream_dial(loop, c->talk.target, [raw = c.get()](const StreamEvent& event) { on_stream(raw, event); });
  return std::shared_ptr<void>(std::move(c));
}

}  // namespace picket
