// checks/kinds/check_ping.cc - the check ping.
#include "checks/run/query_retry.h"
#include "checks/os/ping.h"
#include "checks/run/dialog_client.h"

namespace picket {
namespace {

using Started = Result<std::shared_ptr<void>>;

const OptionRow kPingRows[] = {
    {"warning", nullptr, 'w', kText, "", "RANGE", "Average round trip time in milliseconds.", kJudged},
    {"critical", nullptr, 'c', kText, "", "RANGE", "Likewise.", kJudged},
    {"loss-warning", nullptr, 'l', kText, "20", "RANGE", "Packet loss in percent.", kJudged},
    {"loss-critical", nullptr, 'L', kText, "60", "RANGE", "Likewise.", kJudged},
    {"host", nullptr, 'H', kText, "127.0.0.1", "HOST", "Host name or address, also as an argument.", kWhich},
    {"port", nullptr, 'p', kInteger, "7", "PORT", "Not used by ping.", kWhich, kOptionHidden},
    {"ipv4", nullptr, '4', kBoolean, "false", "", "Use IPv4 only.", kWhich},
    {"ipv6", nullptr, '6', kBoolean, "false", "", "Use IPv6 only.", kWhich},
    {"count", nullptr, 'n', kInteger, "5", "COUNT", "Number of packets to send.", kHow},
    {"interval", nullptr, 'i', kDuration, "200ms", "SPAN", "Interval between packets.", kHow},
    {"wait", nullptr, 'W', kDuration, "1", "SPAN", "Time to wait for the last response.", kHow},
    {"size", nullptr, 's', kInteger, "56", "BYTES", "Payload size.", kHow},
};

struct PingCheck {
  uv_loop_t* loop = nullptr;
  PingRules rules;
  std::string host, address;
  int count = 5, sent = 0;
  size_t size = 56, back = 0;
  uint64_t interval_ms = 200, wait_ms = 1000;
  std::vector<double> round_trips;
  CheckDone done;
  ResolvePtr resolving;
  PingPtr ping;
  Ticker ticker;
  bool over = false;
};

void ping_finish(PingCheck* p) {
  if (std::exchange(p->over, true)) return;
  p->ticker.stop();
  p->done(judge_ping(p->host == p->address ? p->host : p->host + " (" + p->address + ")", p->round_trips, p->rules));
}

void ping_tick(PingCheck* p) {
  if (p->sent == p->count) return ping_finish(p);
  ping_send(p->ping.get(), p->sent++);
  if (p->sent == p->count) p->ticker.start(p->loop, p->wait_ms, 0, [p] { ping_finish(p); });
}

void on_ping_reply(PingCheck* p, int number, double seconds) {
  if (p->over || number >= p->sent || !std::isnan(p->round_trips[size_t(number)])) return;  // not ours, or twice
  p->round_trips[size_t(number)] = seconds;
  if (++p->back == size_t(p->count)) ping_finish(p);
}

void on_ping_address(PingCheck* p, const Status& status, const std::vector<Address>& found) {
  if (!status.ok()) return p->over = true, p->done(report_failure(CheckState::critical, status.message));
  p->address = address_text(found[0]);
  Result<PingPtr> ping = ping_open(p->loop, found[0], p->size, [p](int number, double seconds) { on_ping_reply(p, number, seconds); });
  if (!ping.ok())
    return p->over = true,
           p->done(report_failure(ping.status.code == Err::denied ? CheckState::unknown : CheckState::critical,
                                  p->host + ": " + ping.status.message));
  p->ping = std::move(ping.value);
  p->ticker.start(p->loop, 0, p->interval_ms, [p] { ping_tick(p); });
}

Started start_ping(uv_loop_t* loop, const Options& o, const CheckFiles&, CheckDone done) {
  auto p = std::make_shared<PingCheck>();
  Result<StreamTarget> target = target_from(o, 7);
  if (!target.ok()) return target.status;
  if (Status s = limits_into(o, {{"", &p->rules.rtt}, {"loss", &p->rules.loss}}); !s.ok()) return s;
  if (o.integer("count") < 1 || o.integer("count") > 1000) return fail(Err::invalid, "--count: between 1 and 1000");
  if (o.integer("size") < 8 || o.integer("size") > 60'000) return fail(Err::invalid, "--size: between 8 and 60000 bytes");
  if (o.duration_ms("interval") < 10 || o.duration_ms("wait") < 1) return fail(Err::invalid, "--interval is at least 10ms, --wait 1ms");
  p->loop = loop, p->host = target.value.host;
  p->count = int(o.integer("count")), p->size = size_t(o.integer("size"));
  p->interval_ms = uint64_t(o.duration_ms("interval")), p->wait_ms = uint64_t(o.duration_ms("wait"));
  p->round_trips.assign(size_t(p->count), NAN);
  p->done = std::move(done);
  p->resolving = resolve(loop, p->host, 7, target.value.family,
                         [raw = p.get()](const Status& s, const std::vector<Address>& a) { on_ping_address(raw, s, a); });
  return std::shared_ptr<void>(std::move(p));
}

}  // namespace

extern const CheckRow kCheckPing = {
    "ping", "Check a host by echo requests: round trip time and packet loss.", "Needs no privileges where the system allows it (net.ipv4.ping_group_range).",
    "picket check ping -H gateway -w 50 -c 200 --loss-warning 10 --loss-critical 50",
    kPingRows, count_of(kPingRows), nullptr, start_ping, CheckState::critical};

}  // namespace picket
