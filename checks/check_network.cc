// checks/check_network.cc - the checks udp, dns, ping and time.
#include <algorithm>

#include "checks/datagram.h"
#include "checks/dns_message.h"
#include "checks/os_ping.h"
#include "checks/sntp.h"
#include "checks/talk.h"
#include "common/os.h"

namespace picket {
namespace {

using Started = Result<std::shared_ptr<void>>;

uint16_t random_id() {
  uint16_t id = 0;
  os_random(&id, sizeof id);
  return id;
}

// A timer that asks again when nothing comes: datagrams get lost. Freed by its close.
struct Ticker {
  uv_timer_t* timer = nullptr;
  std::function<void()> tick;
  void start(uv_loop_t* loop, uint64_t first_ms, uint64_t every_ms, std::function<void()> f) {
    tick = std::move(f);
    if (!timer) uv_timer_init(loop, timer = new uv_timer_t);
    timer->data = this;
    uv_timer_start(
        timer,
        [](uv_timer_t* t) {
          if (t->data) static_cast<Ticker*>(t->data)->tick();
        },
        first_ms, every_ms);
  }
  void stop() {
    if (timer) uv_timer_stop(timer);
  }
  Ticker() = default;
  Ticker(const Ticker&) = delete;
  ~Ticker() {
    if (!timer) return;
    timer->data = nullptr;
    uv_close(reinterpret_cast<uv_handle_t*>(timer), [](uv_handle_t* h) { delete reinterpret_cast<uv_timer_t*>(h); });
  }
};

Report failure(CheckState state, std::string why) {
  Report report = report_unknown(std::move(why));
  report.state = state;
  return report;
}

double since(uint64_t began) { return double(uv_hrtime() - began) / 1e9; }

void judge_elapsed(Report& report, double seconds, const Limits& limits) {
  CheckState state = limits_judge(limits, seconds);
  report.state = state_worst(report.state, state);
  report.summary += (state == CheckState::ok ? ", " : ", that took ") + span_text(seconds);
  report.perf.insert(report.perf.begin(), {"time", seconds, "s", limits, 0});
}

// ---- udp ----

const OptionRow kUdpRows[] = {
    {"send", nullptr, 's', kText, "", "TEXT", "What to say; \\r \\n \\t \\xHH are known.", kHow},
    {"expect", nullptr, 'e', kText, "", "TEXT", "Critical when the answer does not hold this.", kJudged},
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
  if (event.kind == DatagramEvent::failed) return u->done(failure(CheckState::critical, event.error));
  Report report;
  bool good = event.bytes.find(u->expect) != std::string_view::npos;
  report.state = good ? CheckState::ok : CheckState::critical;
  report.summary = (good ? "answer \"" : "\"" + u->expect + "\" is not in the answer \"") + std::string(event.bytes.substr(0, 80)) + "\"";
  judge_elapsed(report, since(u->began), u->time);
  u->done(std::move(report));
}

Started start_udp(uv_loop_t* loop, const Options& o, const CheckFiles&, CheckDone done) {
  Result<StreamTarget> target = target_from(o, 0);
  if (!target.ok()) return target.status;
  auto u = std::make_shared<UdpCheck>();
  if (Status s = limits_into(o, {{"", &u->time}}); !s.ok()) return s;
  if (o.text("send").empty())
    return fail(Err::invalid, "--send is missing: of a port of UDP only an answer can be seen, so something has to be asked");
  u->send = dialog_unescape(o.text("send")), u->expect = dialog_unescape(o.text("expect"));
  u->done = std::move(done);
  u->socket = datagram_dial(loop, target.value, [raw = u.get()](const DatagramEvent& e) { on_udp(raw, e); });
  return std::shared_ptr<void>(std::move(u));
}

// ---- dns ----

const OptionRow kDnsRows[] = {
    {"warning", nullptr, 'w', kText, "", "RANGE", "Seconds until the answer.", kJudged},
    {"critical", nullptr, 'c', kText, "", "RANGE", "Likewise.", kJudged},
    {"expect", nullptr, 'a', kList, "", "TEXT,...", "All of these must be among the records.", kJudged},
    {"authoritative", nullptr, 'A', kBoolean, "false", "", "Critical when the answer is only remembered.", kJudged},
    {"name", nullptr, 'n', kText, "", "NAME", "What to ask for; a word without a dash is one too. For PTR an address will do.", kWhich},
    {"type", nullptr, 'q', kText, "A", "TYPE", "A, AAAA, CAA, CNAME, MX, NS, PTR, SOA, SRV or TXT.", kWhich},
    {"server", nullptr, 's', kText, "", "ADDRESS", "Whom to ask; the system's first server when empty.", kWhich},
    {"port", nullptr, 'p', kInteger, "53", "PORT", "Its port.", kWhich},
};

struct DnsCheck {
  uv_loop_t* loop = nullptr;
  Limits time;
  std::vector<std::string> expect;
  bool authoritative = false;
  std::string name, question, received;
  StreamTarget server;
  int type = 0, id = 0;
  CheckDone done;
  uint64_t began = uv_hrtime();
  DatagramPtr socket;
  StreamPtr stream;  // for answers that no datagram holds
  Ticker again;
  bool over = false;
};

void dns_finish(DnsCheck* d, Report report) {
  if (std::exchange(d->over, true)) return;
  d->again.stop();
  d->done(std::move(report));
}

bool same_record(const std::string& text, const std::string& wanted) { return text_same(text, wanted) || text_same(text + ".", wanted); }

Report dns_judge(DnsCheck* d, const DnsAnswer& a) {
  if (a.code != 0) return failure(CheckState::critical, d->name + ": " + d->server.host + " says " + dns_code_name(a.code));
  Report report;
  std::string found;
  size_t count = 0;
  uint32_t ttl = UINT32_MAX;
  for (const DnsRecord& r : a.records) {
    if (r.type != d->type) continue;
    found += (count++ ? ", " : "") + r.text;
    ttl = std::min(ttl, r.ttl);
  }
  report.summary = d->name + " is " + found;
  if (count == 0) report = failure(CheckState::critical, d->name + " has no such record");
  for (const std::string& wanted : d->expect) {
    bool there = std::any_of(a.records.begin(), a.records.end(),
                             [&](const DnsRecord& r) { return r.type == d->type && same_record(r.text, wanted); });
    if (!there) report.state = CheckState::critical, report.summary += ", not " + wanted;
  }
  if (d->authoritative && !a.authoritative)
    report.state = CheckState::critical, report.summary += ", and the server does not answer for this zone itself";
  report.perf.push_back({"records", double(count), "", {}, 0});
  if (count > 0) report.perf.push_back({"ttl", double(ttl), "s", {}, 0});
  return report;
}

void dns_answered(DnsCheck* d, std::string_view message, bool by_stream);

void on_dns_stream(DnsCheck* d, const StreamEvent& event) {
  if (d->over) return;
  auto length = [](size_t n) { return std::string{char(n >> 8), char(n)}; };
  if (event.kind == StreamEvent::opened) return stream_send(d->stream.get(), length(d->question.size()) + d->question);
  if (event.kind == StreamEvent::failed) return dns_finish(d, failure(CheckState::critical, event.error));
  if (event.kind == StreamEvent::ended) return dns_finish(d, failure(CheckState::critical, "the answer was cut short"));
  d->received += event.bytes;
  if (d->received.size() < 2) return;
  size_t wanted = size_t(static_cast<unsigned char>(d->received[0])) << 8 | static_cast<unsigned char>(d->received[1]);
  if (d->received.size() >= wanted + 2) dns_answered(d, std::string_view(d->received).substr(2, wanted), true);
}

void dns_answered(DnsCheck* d, std::string_view message, bool by_stream) {
  Result<DnsAnswer> answer = dns_answer(message);
  if (answer.ok() && answer.value.id != d->id) return;  // to another question
  if (!answer.ok()) return dns_finish(d, failure(CheckState::critical, answer.status.message));
  if (answer.value.truncated && !by_stream) {
    d->again.stop();
    d->stream = stream_dial(d->loop, d->server, [d](const StreamEvent& e) { on_dns_stream(d, e); });
    return;
  }
  Report report = dns_judge(d, answer.value);
  judge_elapsed(report, since(d->began), d->time);
  dns_finish(d, std::move(report));
}

void on_dns(DnsCheck* d, const DatagramEvent& event) {
  if (d->over || d->stream) return;
  if (event.kind == DatagramEvent::failed) return dns_finish(d, failure(CheckState::critical, event.error));
  if (event.kind == DatagramEvent::data) return dns_answered(d, event.bytes, false);
  d->again.start(d->loop, 0, 1000, [d] { datagram_send(d->socket.get(), d->question); });
}

unsigned dns_reads(const Options& o) { return o.text("server").empty() ? kReadNameServers : 0; }

Status dns_question_from(const Options& o, const CheckFiles& files, DnsCheck* d) {
  d->name = o.args.size() == 1 && o.text("name").empty() ? o.args[0] : o.text("name");
  if (d->name.empty()) return fail(Err::invalid, "which name? Write picket check dns www.example.org");
  d->type = dns_type_number(o.text("type"));
  if (d->type == 0) return fail(Err::invalid, "--type \"" + o.text("type") + "\": write A, AAAA, CAA, CNAME, MX, NS, PTR, SOA, SRV or TXT");
  if (o.integer("port") < 1 || o.integer("port") > 65535) return fail(Err::invalid, "--port: between 1 and 65535");
  d->id = random_id();
  Result<std::string> question = dns_question(d->id, d->type == dns_type_number("PTR") ? dns_reverse_name(d->name) : d->name, d->type);
  d->question = question.value;
  d->server = {o.text("server"), int(o.integer("port")), 0};
  if (!d->server.host.empty() || !question.ok()) return question.status;
  if (files.name_servers.empty()) return fail(Err::unavailable, "the system names no server (/etc/resolv.conf): say which with --server");
  d->server.host = files.name_servers[0];
  return {};
}

Started start_dns(uv_loop_t* loop, const Options& o, const CheckFiles& files, CheckDone done) {
  auto d = std::make_shared<DnsCheck>();
  d->loop = loop;
  d->done = std::move(done);
  if (Status s = limits_into(o, {{"", &d->time}}); !s.ok()) return s;
  d->expect = o.list("expect"), d->authoritative = o.boolean("authoritative");
  if (Status s = dns_question_from(o, files, d.get()); !s.ok()) return s;
  d->socket = datagram_dial(loop, d->server, [raw = d.get()](const DatagramEvent& e) { on_dns(raw, e); });
  return std::shared_ptr<void>(std::move(d));
}

// ---- time ----

const OptionRow kTimeRows[] = {
    {"warning", nullptr, 'w', kText, "0.5", "RANGE", "Seconds our clock is off, in either direction.", kJudged},
    {"critical", nullptr, 'c', kText, "5", "RANGE", "Likewise.", kJudged},
    {"unsynchronised", nullptr, 'u', kText, "critical", "STATE", "What it means that the server itself has lost the time.", kJudged},
    {"host", nullptr, 'H', kText, "pool.ntp.org", "HOST", "The time server; a word without a dash is one too.", kWhich},
    {"port", nullptr, 'p', kInteger, "123", "PORT", "Its port.", kWhich},
    {"ipv4", nullptr, '4', kBoolean, "false", "", "By IPv4 only.", kWhich},
    {"ipv6", nullptr, '6', kBoolean, "false", "", "By IPv6 only.", kWhich},
    {"samples", nullptr, 'n', kInteger, "4", "COUNT", "How often to ask; the answer with the shortest way counts.", kHow},
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
  if (event.kind == DatagramEvent::failed) return time_finish(t, failure(CheckState::critical, event.error));
  if (event.kind == DatagramEvent::opened) return t->again.start(t->loop, 0, kAgainMs, [t] { time_ask(t); });
  Result<SntpSample> sample = sntp_answer(event.bytes, t->sent_ns, os_unix_ns());
  if (sample.status.code == Err::precondition) return;
  if (!sample.ok()) return time_finish(t, failure(CheckState::critical, t->server + ": " + sample.status.message));
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

// ---- ping ----

const OptionRow kPingRows[] = {
    {"warning", nullptr, 'w', kText, "", "RANGE", "Milliseconds there and back, on average.", kJudged},
    {"critical", nullptr, 'c', kText, "", "RANGE", "Likewise.", kJudged},
    {"loss-warning", nullptr, 'l', kText, "20", "RANGE", "Percent that do not come back.", kJudged},
    {"loss-critical", nullptr, 'L', kText, "60", "RANGE", "Likewise.", kJudged},
    {"host", nullptr, 'H', kText, "127.0.0.1", "HOST", "Name or address; a word without a dash is one too.", kWhich},
    {"port", nullptr, 'p', kInteger, "7", "PORT", "Not used.", kWhich, kOptionHidden},
    {"ipv4", nullptr, '4', kBoolean, "false", "", "By IPv4 only.", kWhich},
    {"ipv6", nullptr, '6', kBoolean, "false", "", "By IPv6 only.", kWhich},
    {"count", nullptr, 'n', kInteger, "5", "COUNT", "How many to send.", kHow},
    {"interval", nullptr, 'i', kDuration, "200ms", "SPAN", "Time between two.", kHow},
    {"wait", nullptr, 'W', kDuration, "1", "SPAN", "For the last one to come back.", kHow},
    {"size", nullptr, 's', kInteger, "56", "BYTES", "Of what is sent.", kHow},
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
  if (!status.ok()) return p->over = true, p->done(failure(CheckState::critical, status.message));
  p->address = address_text(found[0]);
  Result<PingPtr> ping = ping_open(p->loop, found[0], p->size, [p](int number, double seconds) { on_ping_reply(p, number, seconds); });
  if (!ping.ok())
    return p->over = true,
           p->done(
               failure(ping.status.code == Err::denied ? CheckState::unknown : CheckState::critical, p->host + ": " + ping.status.message));
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

extern const CheckRow kCheckUdp = {
    "udp", "A UDP port: does it answer what we say?", "",
    "picket check udp -H game1 -p 27015 -s status -e players",
    kUdpRows, count_of(kUdpRows), nullptr, start_udp, CheckState::critical, kConnectionRows, 0};
extern const CheckRow kCheckDns = {
    "dns", "A name server's answer: is it there, is it right, how fast?", "",
    "picket check dns www.example.org -a 192.0.2.7\npicket check dns example.org -q MX -s 192.0.2.53 -A  # from the zone's own server\n"
    "picket check dns 192.0.2.7 -q PTR -w 0.1 -c 1",
    kDnsRows, count_of(kDnsRows), nullptr, start_dns, CheckState::critical, 0, 0, dns_reads};
extern const CheckRow kCheckPing = {
    "ping", "A host: does it answer echo requests, how fast, how many are lost?", "Without privileges where the system allows it (net.ipv4.ping_group_range).",
    "picket check ping -H gateway -w 50 -c 200 --loss-warning 10 --loss-critical 50",
    kPingRows, count_of(kPingRows), nullptr, start_ping, CheckState::critical};
extern const CheckRow kCheckTime = {
    "time", "This machine's clock, against a time server (SNTP).", "",
    "picket check time -H ntp.example.org -w 0.1 -c 1",
    kTimeRows, count_of(kTimeRows), nullptr, start_time, CheckState::critical};

}  // namespace picket
