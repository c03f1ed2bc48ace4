// agent/core/link.cc - see link.h.
#include "agent/core/link.h"

#include <algorithm>
#include <utility>

#include "common/text/url.h"

namespace picket {
namespace {

void timers_clear(Link& link) { link.config_deadline = link.ping_at = link.pong_deadline = link.session_deadline = kNever; }

// wss://host -> wss://host:8081. An IPv6 address keeps its brackets.
std::string url_with_port(const std::string& url) {
  size_t host = url.find("://");
  if (host == std::string::npos) return url;
  host += 3;
  size_t path = url.find_first_of("/?", host);
  std::string authority = url.substr(host, path == std::string::npos ? path : path - host);
  size_t bracket = authority.rfind(']'), colon = authority.rfind(':');
  bool has_port = colon != std::string::npos && (bracket == std::string::npos || colon > bracket);
  if (has_port) return url;
  return url.substr(0, host) + authority + ":8081" + (path == std::string::npos ? "" : url.substr(path));
}

// Waits delay_ms and makes the next one longer: times the multiplier, plus up to as much again by chance.
void wait_after_failure(Link& link, const AgentConfig& config, double (*random)(), int64_t now) {
  if (link.delay_ms == 0) link.delay_ms = config.retry_min_ms;
  link.delay_ms = std::min(link.delay_ms, config.retry_max_ms);
  link.retry_at = now + link.delay_ms;
  double next = double(link.delay_ms) * config.retry_multiplier;
  link.delay_ms = int64_t(std::min(next + random() * next, double(config.retry_max_ms)));
}

}  // namespace

void link_init(Link& link, const AgentConfig& config, double (*random)(), int64_t now) {
  for (const std::string& url : config.backend_urls) link.urls.push_back(url_with_port(url));
  for (size_t i = link.urls.size(); i > 1; i--) std::swap(link.urls[i - 1], link.urls[std::min(i - 1, size_t(random() * double(i)))]);
  link.retry_at = now;
}

std::string link_dial(Link& link) {
  link.state = Link::connecting;
  std::string url = link.urls[link.next_url % link.urls.size()];
  link.next_url = (link.next_url + 1) % link.urls.size();
  link.url = url_shown(url);
  return url;
}

void link_opened(Link& link, const AgentConfig& config, bool expects_config, double (*random)(), int64_t now) {
  link.state = expects_config ? Link::waiting : Link::up;
  link.opened_at = now;
  link.had_second_look = false;
  timers_clear(link);
  if (expects_config) link.config_deadline = now + kConfigWaitMs;
  link.ping_at = now + config.heartbeat_interval_ms;
  link.pong_deadline = now + config.heartbeat_timeout_ms;
  if (config.max_session_ms > 0) link.session_deadline = now + int64_t(double(config.max_session_ms) * (0.5 + random() / 2));
}

void link_configured(Link& link) {
  if (link.state != Link::waiting) return;
  link.state = Link::up;
  link.config_deadline = kNever;
}

void link_pong(Link& link, const AgentConfig& config, int64_t now) {
  if (!link_is_open(link)) return;
  link.pong_deadline = now + config.heartbeat_timeout_ms;
  link.had_second_look = false;
}

void link_closed(Link& link, const AgentConfig& config, double (*random)(), int64_t now) {
  if (link.state == Link::stopped) return;
  bool was_open = link.state != Link::connecting;
  link.state = Link::down;
  timers_clear(link);
  if (!was_open) return wait_after_failure(link, config, random, now);
  link.short_sessions = now - link.opened_at < kShortSessionMs ? link.short_sessions + 1 : 0;
  if (link.short_sessions > kShortSessionsMax) return wait_after_failure(link, config, random, now);
  link.delay_ms = 0;
  link.retry_at = now;
}

LinkWants link_tick(Link& link, const AgentConfig& config, int64_t now) {
  if (link.state == Link::down && now >= link.retry_at) return LinkWants::dial;
  if (!link_is_open(link)) return LinkWants::nothing;
  // We slept, or had no processor: a pong may lie in the socket unread, or no ping was sent at all. That is no silence of the backend.
  if (now - link.pong_deadline >= kLateMs && !std::exchange(link.had_second_look, true)) {
    link.pong_deadline = now + kSecondLookMs;
    link.ping_at = now + config.heartbeat_interval_ms;
    return LinkWants::ping;
  }
  if (now >= link.pong_deadline || now >= link.session_deadline) {
    LinkWants wants = now >= link.pong_deadline ? LinkWants::give_up : LinkWants::leave;
    link.state = Link::closing;
    timers_clear(link);
    return wants;
  }
  if (now >= link.config_deadline) {
    link_configured(link);
    return LinkWants::go_on;
  }
  if (now >= link.ping_at) {
    // A late wake-up (sleep, heavy load) must not send a burst of pings.
    link.ping_at += config.heartbeat_interval_ms;
    if (link.ping_at <= now) link.ping_at = now + config.heartbeat_interval_ms;
    return LinkWants::ping;
  }
  return LinkWants::nothing;
}

int64_t link_next_due(const Link& link) {
  if (link.state == Link::down) return link.retry_at;
  if (!link_is_open(link)) return kNever;
  return std::min({link.config_deadline, link.ping_at, link.pong_deadline, link.session_deadline});
}

}  // namespace picket
