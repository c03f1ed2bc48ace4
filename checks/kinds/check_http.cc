// checks/kinds/check_http.cc - the check http: requests over a stream, one after the other along redirects.
#include <algorithm>

#include "checks/run/dialog_client.h"
#include "common/tls/crypto.h"
#include "common/os/os.h"
#include "common/text/url.h"

namespace picket {
namespace {

constexpr size_t kBodyMax = 8u << 20;  // of an answer; a longer one is UNKNOWN

const OptionRow kRows[] = {
    {"warning", nullptr, 'w', kText, "", "RANGE", "Response time in seconds, body included.", kJudged},
    {"critical", nullptr, 'c', kText, "", "RANGE", "Likewise.", kJudged},
    {"status", nullptr, 'e', kText, "", "LIST", "Status codes to treat as OK, e.g. 200,204,3xx; default: 2xx and 3xx OK, 4xx warning, others critical.", kJudged},
    {"string", nullptr, 's', kText, "", "TEXT", "Text that must be in the body.", kJudged},
    {"regex", nullptr, 'r', kText, "", "REGEX", "Pattern that must match in the body.", kJudged},
    {"lacks", nullptr, 0, kText, "", "REGEX", "Pattern that must not match in the body.", kJudged},
    {"header", nullptr, 0, kList, "", "NAME:TEXT", "Header that must be present, and text it must contain.", kJudged},
    {"size-warning", nullptr, 0, kText, "", "RANGE", "Body size in bytes.", kJudged},
    {"size-critical", nullptr, 0, kText, "", "RANGE", "Likewise.", kJudged},
    {"on-redirect", nullptr, 'f', kText, "ok", "WORD", "State of a redirect (ok, warning, critical), or follow.", kJudged},
    {"redirects-max", nullptr, 0, kInteger, "10", "COUNT", "Maximum number of redirects to follow.", kHow},
    {"url", nullptr, 'u', kText, "", "URL", "URL to request, also as an argument.", kWhich},
    {"address", nullptr, 'I', kText, "", "ADDRESS", "Connect to this address instead of the URL's host.", kWhich},
    {"ipv4", nullptr, '4', kBoolean, "false", "", "Use IPv4 only.", kWhich},
    {"ipv6", nullptr, '6', kBoolean, "false", "", "Use IPv6 only.", kWhich},
    {"method", nullptr, 'j', kText, "GET", "WORD", "HEAD, POST, ...", kHow},
    {"data", nullptr, 'd', kText, "", "TEXT", "Request body; implies POST.", kHow},
    {"send-header", nullptr, 0, kList, "", "NAME: TEXT", "Request headers.", kHow},
    {"authorization-file", nullptr, 0, kText, "", "FILE", "File with user:password, or a complete Authorization value, e.g. \"Bearer ...\".", kHow},
};

struct Fetch {
  uv_loop_t* loop = nullptr;
  HttpRules rules;
  CertificateRules certificate;
  Options options;
  CheckFiles files;
  Url url;
  std::string method, authorization;
  int redirects_left = 0;
  bool follow = false, over = false;
  CheckDone done;
  StreamPtr stream;
  std::unique_ptr<Http1> http;
  uint64_t began = uv_hrtime(), sent = 0, first_byte = 0;
};

void fetch_start(Fetch* f);

void finish(Fetch* f, Report report) {
  if (!std::exchange(f->over, true)) f->done(std::move(report));
}

void finish_critical(Fetch* f, const std::string& why) {
  Report report;
  report.state = CheckState::critical;
  report.summary = f->url.scheme + "://" + url_authority(f->url) + f->url.path + ": " + why;
  finish(f, std::move(report));
}

HttpTimes times_of(const Fetch* f) {
  const StreamTimes& s = stream_times(f->stream.get());
  HttpTimes t;
  uint64_t now = uv_hrtime();
  t.resolve = s.resolve, t.connect = s.connect;
  if (stream_session(f->stream.get())) t.tls = s.tls;
  t.first_byte = double(f->first_byte - f->sent) / 1e9;
  t.transfer = double(now - f->first_byte) / 1e9;
  t.total = double(now - f->began) / 1e9;
  return t;
}

bool redirected(Fetch* f) {
  const Http1Message& m = f->http->message;
  bool redirect = m.status == 301 || m.status == 302 || m.status == 303 || m.status == 307 || m.status == 308;
  if (!f->follow || !redirect || !header_has(m.headers, "Location")) return false;
  if (f->redirects_left-- == 0) return finish_critical(f, "more redirects than --redirects-max"), true;
  Result<Url> next = url_parse(url_resolve(f->url, header_get(m.headers, "Location")));
  if (!next.ok()) return finish_critical(f, "redirect: " + next.status.message), true;
  bool other = next.value.host != f->url.host || next.value.port != f->url.port || next.value.scheme != f->url.scheme;
  if (other) f->authorization.clear();  // for the host it was given for
  if (m.status == 303 || (f->method == "POST" && m.status < 303)) f->method = "GET";
  f->url = next.value;
  fetch_start(f);
  return true;
}

void answered(Fetch* f) {
  Http1Message& m = f->http->message;
  if (m.status >= 100 && m.status < 200 && m.status != 101) return http1_start(*f->http, true);
  if (redirected(f)) return;
  Report report;
  judge_http(report, m, times_of(f), f->rules);
  if (const Tls* tls = stream_session(f->stream.get())) {
    report.details.push_back(std::string(tls_version(tls)) + ", " + tls_suite(tls));
    judge_certificate(report, tls_peer_chain(tls), tls_peer_problem(tls), f->certificate, os_unix_ms() / 1000);
  }
  finish(f, std::move(report));
}

void on_bytes(Fetch* f, std::string_view bytes) {
  if (f->first_byte == 0) f->first_byte = uv_hrtime();
  Http1* http = f->http.get();
  while (!bytes.empty() && !f->over && f->http.get() == http) {
    size_t used = http1_feed(*http, bytes);
    bytes.remove_prefix(used);
    if (http->error_status == 413) return http->message.body_too_large = true, answered(f);
    if (http->error_status != 0) return finish_critical(f, "invalid response: " + http->error);
    if (http->done) answered(f);
    if (used == 0) return;
  }
}

void on_end(Fetch* f) {
  if (!f->http->started) return finish_critical(f, "connection closed before a response");
  http1_end(*f->http);
  if (f->http->error_status != 0) return finish_critical(f, "truncated response: " + f->http->error);
  if (f->http->done) answered(f);
}

std::string request_text(const Fetch* f) {
  const std::string& data = f->options.text("data");
  bool body = !data.empty() && f->method != "GET" && f->method != "HEAD";
  std::string text =
      f->method + " " + f->url.path.substr(0, f->url.path.find('#')) + " HTTP/1.1\r\nHost: " + url_authority(f->url) + "\r\n";
  bool agent = false, type = false;
  for (const std::string& line : f->options.list("send-header")) {
    text += line + "\r\n";
    agent |= text_same(line.substr(0, line.find(':')), "User-Agent");
    type |= text_same(line.substr(0, line.find(':')), "Content-Type");
  }
  if (!agent) text += "User-Agent: picket-check\r\n";
  if (!f->authorization.empty()) text += "Authorization: " + f->authorization + "\r\n";
  if (body && !type) text += "Content-Type: application/x-www-form-urlencoded\r\n";
  if (body || f->method == "POST" || f->method == "PUT") text += "Content-Length: " + std::to_string(body ? data.size() : 0) + "\r\n";
  return text + "Accept: */*\r\nConnection: close\r\n\r\n" + (body ? data : "");
}

void on_stream(Fetch* f, const StreamEvent& event) {
  if (f->over) return;
  switch (event.kind) {
    case StreamEvent::opened:
      if (f->url.scheme == "https") {
        if (Status s = stream_secure(f->stream.get(), tls_from(f->options, f->files, f->url.host)); !s.ok())
          finish(f, report_unknown(s.message));
        return;
      }
      [[fallthrough]];
    case StreamEvent::secured: f->sent = uv_hrtime(); return stream_send(f->stream.get(), request_text(f));
    case StreamEvent::data: return on_bytes(f, event.bytes);
    case StreamEvent::ended: return on_end(f);
    case StreamEvent::failed:
      return f->http->started && !f->http->done ? finish_critical(f, "truncated response: " + event.error)
                                                : finish_critical(f, event.error);
  }
}

void fetch_start(Fetch* f) {
  if (f->url.scheme != "http" && f->url.scheme != "https")
    return finish_critical(f, "unsupported URL scheme; expected http:// or https://");
  f->http = std::make_unique<Http1>();
  f->http->body_max = kBodyMax;
  f->http->head_only = f->method == "HEAD";
  http1_start(*f->http, true);
  f->first_byte = 0;
  StreamTarget target;
  const std::string& address = f->options.text("address");
  target.host = address.empty() ? f->url.host : address;
  target.port = f->url.port != 0 ? f->url.port : f->url.scheme == "https" ? 443 : 80;
  target.family = f->options.boolean("ipv4") ? 4 : f->options.boolean("ipv6") ? 6 : 0;
  f->stream = stream_dial(f->loop, target, [f](const StreamEvent& event) { on_stream(f, event); });
}

// ---- options ----

Status rules_from(const Options& o, Fetch* f) {
  HttpRules& r = f->rules;
  if (Status s = limits_into(o, {{"", &r.time}, {"size", &r.size}}); !s.ok()) return s;
  if (Status s = pattern_into(o, "regex", &r.pattern); !s.ok()) return s;
  if (Status s = pattern_into(o, "lacks", &r.lacks); !s.ok()) return s;
  r.pattern_text = o.text("regex"), r.lacks_text = o.text("lacks");
  r.statuses = o.text("status"), r.contains = o.text("string");
  if (Status s = http_statuses_check(r.statuses); !s.ok()) return because("--status", s);
  for (const std::string& line : o.list("header")) {
    size_t colon = std::min(line.find(':'), line.size());
    size_t text = std::min(line.find_first_not_of(" :", colon), line.size());
    r.headers.emplace_back(line.substr(0, colon), line.substr(text));
  }
  f->follow = o.text("on-redirect") == "follow";
  return f->follow ? Status{} : state_into(o, "on-redirect", &r.on_redirect);
}

Status request_from(const Options& o, Fetch* f) {
  std::string url = o.args.size() == 1 && o.text("url").empty() ? o.args[0] : o.text("url");
  if (url.empty()) return fail(Err::invalid, "URL missing: expected e.g. picket check http https://www.example.org/");
  if (url.find("://") == std::string::npos) url = (o.boolean("tls") ? "https://" : "http://") + url;
  Result<Url> parsed = url_parse(url);
  if (!parsed.ok()) return parsed.status;
  f->url = parsed.value;
  f->method = o.text("data").empty() || !o.is_default("method") ? o.text("method") : "POST";
  f->redirects_left = int(std::clamp<int64_t>(o.integer("redirects-max"), 0, 100));
  for (const std::string& line : o.list("send-header"))
    if (!header_value_ok(line) || line.find(':') == std::string::npos)
      return fail(Err::invalid, "--send-header \"" + line + "\": expected NAME: TEXT");
  if (f->method.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ-") != std::string::npos || f->method.empty())
    return fail(Err::invalid, "--method \"" + f->method + "\": expected a word in capitals, e.g. GET");
  if (!f->url.user.empty()) f->authorization = "Basic " + base64_encode(f->url.user + ":" + f->url.password);
  const std::string& file = o.text("authorization-file");
  if (file.empty()) return {};
  const std::string& value = f->files.secret;
  f->authorization = value.find(' ') != std::string::npos ? value : "Basic " + base64_encode(value);
  return header_value_ok(f->authorization) ? Status{} : fail(Err::invalid, file + " contains control characters");
}

unsigned http_reads(const Options& o) {
  bool tls = o.boolean("tls") || o.text("on-redirect") == "follow" || text_same(o.text("url").substr(0, 6), "https:");
  for (const std::string& word : o.args) tls |= text_same(word.substr(0, 6), "https:");
  return (tls ? kReadTrust : 0) | (o.text("authorization-file").empty() ? 0 : kReadSecret);
}

Result<std::shared_ptr<void>> start_http(uv_loop_t* loop, const Options& options, const CheckFiles& files, CheckDone done) {
  auto f = std::make_shared<Fetch>();
  f->loop = loop;
  f->options = options;
  f->files = files;
  f->done = std::move(done);
  if (Status s = rules_from(options, f.get()); !s.ok()) return s;
  if (Status s = request_from(options, f.get()); !s.ok()) return s;
  Result<CertificateRules> certificate = certificate_rules_from(options);
  if (!certificate.ok()) return certificate.status;
  f->certificate = certificate.value;
  fetch_start(f.get());
  return std::shared_ptr<void>(std::move(f));
}

}  // namespace

extern const CheckRow kCheckHttp = {
    "http", "Check a web page: status, body, headers, certificate, duration of each phase.", "The phases (resolve, connect, tls, first_byte, transfer) are in the perfdata. With https the certificate is checked as well.",
    "picket check http https://www.example.org/ -w 1 -c 3 -s Welcome\n"
    "picket check http http://app:8080/health -e 200 -r '\"status\": *\"up\"'\n"
    "picket check http https://example.org -f follow --cert-warning 30:  # follow redirects; warn 30 days before expiry\n"
    "picket check http -u https://www.example.org/ -I 10.0.0.7  # one of several servers",
    kRows, count_of(kRows), nullptr, start_http, CheckState::critical, kTlsRows, 0, http_reads};

}  // namespace picket
