// checks/kinds/check_network.cc - the checks udp and time.
#include "checks/run/query_retry.h"
#include "checks/io/datagram.h"
#include "checks/protocol/sntp.h"
#include "checks/run/dialog_client.h"
#include "common/os/os.h"

namespace picket {
namespace {

using Started = Result<std::shared_ptr<void>>;

// ---- udp ----

const OptionRow kUdpRows[] = {
    {"send", nullptr, 's', kText, "", "TEXT", "Text to send; \\r \\n \\t \\xHH are escapes.", kHow},
    {"expect", nullptr, 'e', kText, "", "TEXT", "Critical if the response does not contain this text.", kJudged},
};

struct UdpCheck {
  Limits time;
  std::string send, expect;
  CheckDone done;
  uint64_t began = uv_hrtime();
  DatagramPtr socket;
  bool over = false;
};

void on_udp(UdpCheck* u, const DatagramEvent& event) {
  if (u->over) return;
  if (event.kind == DatagramEvent::opened) return datagram_send(u->socket.get(), u->send);
  u->over = true;
  if (event.kind == DatagramEvent::failed) return u->done(report_failure(CheckState::critical, event.error));
  Report report;
  bool good = event.bytes.find(u->expect) != std::string_view::npos;
  report.state = good ? CheckState::ok : CheckState::critical;
  report.summary = (good ? "answer \"" : "\"" + u->expect + "\" is not in the response \"") + std::string(event.bytes.substr(0, 80)) + "\"";
  judge_elapsed(report, since(u->began), u->time);
  u->done(std::move(report));
}

Started start_udp(uv_loop_t* loop, const Options& o, const CheckFiles&, CheckDone done) {
  Result<StreamTarget> target = target_from(o, 0);
  if (!target.ok()) return target.status;
  auto u = std::make_shared<UdpCheck>();
  if (Status s = limits_into(o, {{"", &u->time}}); !s.ok()) return s;
  if (o.text("send").empty()) return fail(Err::invalid, "--send is missing: UDP can be checked only by a response, so a request is needed");
  u->send = dialog_unescape(o.text("send")), u->expect = dialog_unescape(o.text("expect"));
  u->done = std::move(done);
  u->socket = datagram_dial(loop, target.value, [raw = u.get()](const DatagramEvent& e) { on_udp(raw, e); });
  return std::shared_ptr<void>(std::move(u));
}

// ---- time ----

const OptionRow kTimeRows[] = {
    {"warning", nullptr, 'w', kText, "0.5", "RANGE", "Offset of the local clock in seconds, in either direction.", kJudged},
    {"critical", nullptr, 'c', kText, "5", "RANGE", "Likewise.", kJudged},
    {"unsynchronised", nullptr, 'u', kText, "critical", "STATE", "State if the server is not synchronised.", kJudged},
    {"host", nullptr, 'H', kText, "pool.ntp.org", "HOST", "Time server, also as an argument.", kWhich},
    {"port", nullptr, 'p', kInteger, "123", "PORT", "Port of the time server.", kWhich},
    {"ipv4", nullptr, '4', kBoolean, "false", "", "Use IPv4 only.", kWhich},
    {"ipv6", nullptr, '6', kBoolean, "false", "", "Use IPv6 only.", kWhich},
    {"samples", nullptr, 'n', kInteger, "4", "COUNT", "Number of queries; the one with the shortest round trip counts.", kHow},
};

struct TimeCheck {
  uv_loop_t* loop = nullptr;
  Limits limits;
  CheckState unsynchronised = CheckState::critical;
  std::string server;
  size_t wanted = 4;
  std::vector<SntpSample> samples;
  int64_t sent_ns = 0;
  CheckDone done;
  DatagramPtr socket;
  Ticker again;
  bool over = false;
};

void time_finish(TimeCheck* t, Report report) {
  if (std::exchange(t->over, true)) return;
  t->again.stop();
  t->done(std::move(report));
}

void time_ask(TimeCheck* t) {
  t->sent_ns = os_unix_ns();
  datagram_send(t->socket.get(), sntp_question(t->sent_ns));
}

void on_time(TimeCheck* t, const DatagramEvent& event) {
  constexpr uint64_t kAgainMs = 1000, kPauseMs = 20;
  if (t->over) return;
  if (event.kind == DatagramEvent::failed) return time_finish(t, report_failure(CheckState::critical, event.error));
  if (event.kind == DatagramEvent::opened) return t->again.start(t->loop, 0, kAgainMs, [t] { time_ask(t); });
  Result<SntpSample> sample = sntp_answer(event.bytes, t->sent_ns, os_unix_ns());
  if (sample.status.code == Err::precondition) return;
  if (!sample.ok()) return time_finish(t, report_failure(CheckState::critical, t->server + ": " + sample.status.message));
  t->samples.push_back(sample.value);
  if (t->samples.size() >= t->wanted) return time_finish(t, judge_time(t->server, t->samples, t->limits, t->unsynchronised));
  t->again.start(t->loop, kPauseMs, kAgainMs, [t] { time_ask(t); });
}

Started start_time(uv_loop_t* loop, const Options& o, const CheckFiles&, CheckDone done) {
  auto t = std::make_shared<TimeCheck>();
  Result<StreamTarget> target = target_from(o, 123);
  if (!target.ok()) return target.status;
  if (Status s = limits_into(o, {{"", &t->limits}}); !s.ok()) return s;
  if (Status s = state_into(o, "unsynchronised", &t->unsynchronised); !s.ok()) return s;
  if (o.integer("samples") < 1 || o.integer("samples") > 20) return fail(Err::invalid, "--samples: between 1 and 20");
  t->loop = loop, t->server = target.value.host;
  t->wanted = size_t(o.integer("samples")), t->done = std::move(done);
  t->socket = datagram_dial(loop, target.value, [raw = t.get()](const DatagramEvent& e) { on_time(raw, e); });
  return std::shared_ptr<void>(std::move(t));
}

}  // namespace

extern const CheckRow kCheckUdp = {
    "udp", "Check a UDP port: response to a request.", "",
    "picket check udp -H game1 -p 27015 -s status -e players",
    kUdpRows, count_of(kUdpRows), nullptr, start_udp, CheckState::critical, kConnectionRows, 0};
extern const CheckRow kCheckTime = {
    "time", "Check the clock of this machine against a time server (SNTP).", "",
    "picket check time -H ntp.example.org -w 0.1 -c 1",
    kTimeRows, count_of(kTimeRows), nullptr, start_time, CheckState::critical};

}  // namespace picket
