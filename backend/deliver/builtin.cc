// backend/deliver/builtin.cc - webhooks over HTTP and lines into files; each ends in one log line and one sentence for the event.
#include "backend/deliver/builtin.h"

#include "common/text/log.h"
#include "common/socket/net.h"
#include "common/os/os.h"
#include "backend/deliver/answers.h"
#include "backend/deliver/retry.h"
#include "backend/notify/notify.h"

namespace picket {

void builtin_conclude(const std::string& handler, const char* type, Status s, const std::string& where, const DeliveryDone& done, int tries,
                      bool interrupted) {
  if (!s.ok() && tries > 1) s.message += " (tried " + std::to_string(tries) + " times)";
  if (s.ok()) log_info("pipelined", "event handler executed", {{"handler", handler}, {"type", type}, {"to", where}});
  else log_error("pipelined", "event handler failed", {{"handler", handler}, {"type", type}, {"to", where}, {"error", s.message}});
  const std::string answer = answer_first_line(s.message);
  done({s.ok(), (s.ok() ? "sent to " : "not sent to ") + where + (answer.empty() ? "" : ": " + answer), false, interrupted});
}

namespace {

void conclude(const std::string& handler, const char* type, Status s, const std::string& where, const DeliveryDone& done, int tries = 1,
              bool again = false) {
  if (again) {
    log_warn("pipelined", "event handler failed, retrying", {{"handler", handler}, {"type", type}, {"to", where}, {"error", s.message}});
    return done({false,
                 "tried " + std::to_string(tries) + " of " + std::to_string(kTriesMax) + " times, not sent to " + where + ": " + s.message,
                 false, false, true});
  }
  builtin_conclude(handler, type, std::move(s), where, done, tries, tries == 0);
}

// URLs of hooks are secrets in themselves: the log names the host only.
std::string host_of(const std::string& url) {
  size_t begin = url.find("://");
  begin = begin == std::string::npos ? 0 : begin + 3;
  size_t end = std::min(url.find('/', begin), url.size());
  size_t at = url.rfind('@', end);
  if (at != std::string::npos && at >= begin) begin = at + 1;
  return url.substr(begin, end - begin);
}

constexpr size_t kAnswerReadMax = 4096;  // bytes of an answer; with more the connection is closed

// An OK carries the answer, too. The head says how it went, also when the body was too long or broke off.
Status status_of(const HttpClientResponse& r, const std::string& body) {
  if (r.code == 0) return r.status;
  const std::string line = answer_first_line(body), text = "HTTP status " + std::to_string(r.code) + (line.empty() ? "" : ": " + line);
  return fail(r.code / 100 == 2 ? Err::ok : Err::invalid, text);
}

// Retry-After in seconds; a date, or anything else, says nothing to us.
int64_t retry_after(const HttpClientResponse& r) {
  int64_t seconds = 0;
  const std::string_view text = header_get(r.headers, "Retry-After");
  if (text.empty() || text.size() > 6) return 0;
  for (char c : text) {
    if (c < '0' || c > '9') return 0;
    seconds = seconds * 10 + (c - '0');
  }
  return seconds;
}

// Not reached, limited or overloaded: later it may work. What is refused is refused for good.
TryOutcome outcome_of(const HttpClientResponse& r, const std::string& body) {
  const bool again = r.code == 0 ? r.status.code != Err::invalid : r.code == 408 || r.code == 429 || r.code / 100 == 5;
  return {status_of(r, body), again, retry_after(r)};
}

// Its handlers trust what the backend trusts: trusted-ca-file beside the system's authorities.
TlsOptions tls_of(const BackendConfig& config) {
  TlsOptions tls;
  tls.ca_file = config.tls.ca_file;
  tls.and_system = true;
  tls.insecure = config.tls.insecure;
  return tls;
}

void keep_sent(DeliveryDone* done, const std::string& sent) {
  *done = [done = std::move(*done), sent](DeliveryOutcome o) {
    o.sent = sent;
    done(std::move(o));
  };
}

NotifyContext context_of(const Pipelines* p, const Handler& h, const Event& event) {
  NotifyContext context;
  context.dashboard_url = p->backend->config.dashboard_url;
  context.handler = h.metadata.name;
  if (!event.check || !event.entity) return context;
  if (auto live = p->incidents.live.find(event_key(event)); live != p->incidents.live.end()) context.begin_s = live->second.begin;
  return context;
}

// Asks and reads as much of the answer as is shown; services echo what they were sent, so it is masked before anybody sees it.
void webhook_try(Net* net, HttpClientRequest request, const std::shared_ptr<const Handler>& h, const TryDone& tried) {
  auto body = std::make_shared<std::string>();
  request.on_body = [body](std::string_view part) {
    body->append(part.substr(0, kAnswerReadMax - body->size()));
    return body->size() < kAnswerReadMax;
  };
  http_call(net, std::move(request), [tried, body, h](const HttpClientResponse& r) {
    TryOutcome outcome = outcome_of(r, delivery_redacted(*body, *h));
    outcome.status.message = delivery_redacted(std::move(outcome.status.message), *h);
    tried(std::move(outcome));
  });
}

std::string key_of(const Handler& h) { return h.metadata.ns + "/" + h.metadata.name; }

}  // namespace

void webhook_start(Pipelines* p, const Handler& h, const Event& event, const std::string& input, DeliveryDone done, bool test) {
  Result<WebhookCall> call = notify_webhook(*h.webhook, event, input, context_of(p, h, event));
  const std::string where = host_of(h.webhook->url);
  if (!call.ok()) return conclude(h.metadata.name, "webhook", call.status, where, done);
  HttpClientRequest request;
  request.method = std::move(call.value.method);
  request.url = std::move(call.value.url);
  for (auto& [name, value] : call.value.headers) request.headers.push_back({name, value});
  request.body = std::move(call.value.body);
  if (test) keep_sent(&done, request.body);
  request.tls = tls_of(p->backend->config);
  request.tls.insecure |= h.webhook->insecure_skip_tls_verify;
  request.timeout_ms = (h.timeout ? h.timeout : kWebhookTimeoutS) * 1000;
  request.redirects_max = 0;  // a hook that moved is to be corrected, not followed with its secrets
  retry_start(
      p, key_of(h),
      [net = p->backend->net, request = std::move(request), h = std::make_shared<const Handler>(h)](const TryDone& tried) {
        webhook_try(net, request, h, tried);
      },
      [name = h.metadata.name, where, done = std::move(done)](Status s, int tries, bool again) {
        conclude(name, "webhook", std::move(s), where, done, tries, again);
      },
      test ? 1 : kTriesMax);
}

static TryOutcome mail_outcome(Status s) {
  const bool again = s.code == Err::io || s.code == Err::timeout || s.code == Err::unavailable;
  return {std::move(s), again, 0};
}

// One try: a token first, where the server wants one.
static void mail_try(Backend* b, HandlerEmail email, const std::string& text, int64_t timeout_ms, const TryDone& tried) {
  if (!email.oauth2)
    return smtp_send(b->loop, b->net, tls_of(b->config), email, text, b->name, timeout_ms,
                     [tried](Status s) { tried(mail_outcome(std::move(s))); });
  mail_token(b->net, tls_of(b->config), *email.oauth2, timeout_ms, [=](Result<std::string> token) mutable {
    if (!token.ok()) return tried(mail_outcome(std::move(token.status)));
    email.password = std::move(token.value);
    smtp_send(b->loop, b->net, tls_of(b->config), email, text, b->name, timeout_ms, [tried, oauth2 = *email.oauth2](Status s) {
      if (s.code == Err::invalid) mail_token_forget(oauth2);
      tried(mail_outcome(std::move(s)));
    });
  });
}

void mail_start(Pipelines* p, const Handler& h, const Event& event, DeliveryDone done, bool test) {
  const std::string domain = p->backend->name;
  Result<std::string> mail = notify_mail(*h.email, event, os_unix_ms() / 1000, domain, os_uuid(), context_of(p, h, event));
  const std::string where = h.email->host;
  if (!mail.ok()) return conclude(h.metadata.name, "email", mail.status, where, done);
  const int64_t timeout_ms = (h.timeout ? h.timeout : kMailTimeoutS) * 1000;
  if (test) keep_sent(&done, mail.value);
  retry_start(
      p, key_of(h),
      [b = p->backend, h = std::make_shared<const Handler>(h), text = std::move(mail.value), timeout_ms](const TryDone& tried) {
        mail_try(b, *h->email, text, timeout_ms, [h, tried](TryOutcome o) {
          o.status.message = delivery_redacted(std::move(o.status.message), *h);
          tried(std::move(o));
        });
      },
      [name = h.metadata.name, where, done = std::move(done)](Status s, int tries, bool again) {
        conclude(name, "email", std::move(s), where, done, tries, again);
      },
      test ? 1 : kTriesMax);
}

}  // namespace picket
