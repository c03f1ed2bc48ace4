// checks/kinds/check_dns.cc - the check dns.
#include <algorithm>

#include "checks/run/query_retry.h"
#include "checks/io/datagram.h"
#include "checks/protocol/dns_message.h"
#include "common/wire/http1.h"
#include "common/os/os.h"

namespace picket {
namespace {

using Started = Result<std::shared_ptr<void>>;

uint16_t random_id() {
  uint16_t id = 0;
  os_random(&id, sizeof id);
  return id;
}

const OptionRow kDnsRows[] = {
    {"warning", nullptr, 'w', kText, "", "RANGE", "Response time in seconds.", kJudged},
    {"critical", nullptr, 'c', kText, "", "RANGE", "Likewise.", kJudged},
    {"expect", nullptr, 'a', kList, "", "TEXT,...", "Records that must all be present.", kJudged},
    {"authoritative", nullptr, 'A', kBoolean, "false", "", "Critical if the answer is not authoritative.", kJudged},
    {"name", nullptr, 'n', kText, "", "NAME", "Name to look up, also as an argument; for PTR an address is accepted.", kWhich},
    {"type", nullptr, 'q', kText, "A", "TYPE", "Record type: A, AAAA, CAA, CNAME, MX, NS, PTR, SOA, SRV or TXT.", kWhich},
    {"server", nullptr, 's', kText, "", "ADDRESS", "Name server to query; empty = the system's first one.", kWhich},
    {"port", nullptr, 'p', kInteger, "53", "PORT", "Port of the name server.", kWhich},
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
  if (a.code != 0) return report_failure(CheckState::critical, d->name + ": " + d->server.host + " says " + dns_code_name(a.code));
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
  if (count == 0) report = report_failure(CheckState::critical, d->name + " has no such record");
  for (const std::string& wanted : d->expect) {
    bool there = std::any_of(a.records.begin(), a.records.end(),
                             [&](const DnsRecord& r) { return r.type == d->type && same_record(r.text, wanted); });
    if (!there) report.state = CheckState::critical, report.summary += ", not " + wanted;
  }
  if (d->authoritative && !a.authoritative) report.state = CheckState::critical, report.summary += ", and the answer is not authoritative";
  report.perf.push_back({"records", double(count), "", {}, 0});
  if (count > 0) report.perf.push_back({"ttl", double(ttl), "s", {}, 0});
  return report;
}

void dns_answered(DnsCheck* d, std::string_view message, bool by_stream);

void on_dns_stream(DnsCheck* d, const StreamEvent& event) {
  if (d->over) return;
  auto length = [](size_t n) { return std::string{char(n >> 8), char(n)}; };
  if (event.kind == StreamEvent::opened) return stream_send(d->stream.get(), length(d->question.size()) + d->question);
  if (event.kind == StreamEvent::failed) return dns_finish(d, report_failure(CheckState::critical, event.error));
  if (event.kind == StreamEvent::ended) return dns_finish(d, report_failure(CheckState::critical, "truncated answer"));
  d->received += event.bytes;
  if (d->received.size() < 2) return;
  size_t wanted = size_t(static_cast<unsigned char>(d->received[0])) << 8 | static_cast<unsigned char>(d->received[1]);
  if (d->received.size() >= wanted + 2) dns_answered(d, std::string_view(d->received).substr(2, wanted), true);
}

void dns_answered(DnsCheck* d, std::string_view message, bool by_stream) {
  Result<DnsAnswer> answer = dns_answer(message);
  if (answer.ok() && answer.value.id != d->id) return;  // to another question
  if (!answer.ok()) return dns_finish(d, report_failure(CheckState::critical, answer.status.message));
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
  if (event.kind == DatagramEvent::failed) return dns_finish(d, report_failure(CheckState::critical, event.error));
  if (event.kind == DatagramEvent::data) return dns_answered(d, event.bytes, false);
  d->again.start(d->loop, 0, 1000, [d] { datagram_send(d->socket.get(), d->question); });
}

unsigned dns_reads(const Options& o) { return o.text("server").empty() ? kReadNameServers : 0; }

Status dns_question_from(const Options& o, const CheckFiles& files, DnsCheck* d) {
  d->name = o.args.size() == 1 && o.text("name").empty() ? o.args[0] : o.text("name");
  if (d->name.empty()) return fail(Err::invalid, "name missing: expected e.g. picket check dns www.example.org");
  d->type = dns_type_number(o.text("type"));
  if (d->type == 0)
    return fail(Err::invalid, "--type \"" + o.text("type") + "\": expected A, AAAA, CAA, CNAME, MX, NS, PTR, SOA, SRV or TXT");
  if (o.integer("port") < 1 || o.integer("port") > 65535) return fail(Err::invalid, "--port: between 1 and 65535");
  d->id = random_id();
  Result<std::string> question = dns_question(d->id, d->type == dns_type_number("PTR") ? dns_reverse_name(d->name) : d->name, d->type);
  d->question = question.value;
  d->server = {o.text("server"), int(o.integer("port")), 0};
  if (!d->server.host.empty() || !question.ok()) return question.status;
  if (files.name_servers.empty()) return fail(Err::unavailable, "no name server in /etc/resolv.conf; use --server");
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

}  // namespace

extern const CheckRow kCheckDns = {
    "dns", "Check a DNS record: its presence, value and response time.", "",
    "picket check dns www.example.org -a 192.0.2.7\npicket check dns example.org -q MX -s 192.0.2.53 -A  # at an authoritative server\n"
    "picket check dns 192.0.2.7 -q PTR -w 0.1 -c 1",
    kDnsRows, count_of(kDnsRows), nullptr, start_dns, CheckState::critical, 0, 0, dns_reads};

}  // namespace picket
