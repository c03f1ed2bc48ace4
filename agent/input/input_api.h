// agent/input/input_api.h - the agent's HTTP API: a table of routes over the core. Pure; http_listener.cc listens.
//
// The reference's routes (/healthz, /version, /events, /metrics), those of the 1.x client (/info, /results, /settings, /brew),
// and ours: /brand, and /ping/NAME for scripts that have nothing but curl. On the local status socket also /status.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "agent/core/core.h"
#include "agent/input/ping_book.h"

namespace picket {

struct ApiRequest {
  std::string method, path, query;  // still escaped
  std::string content_type, authorization, body;
  std::string host, origin, referer, fetch_site;  // what a browser says of the page that asks
  std::string own_host;                           // this machine's name
  bool body_too_large = false;
  bool is_status_socket = false;  // the caller got through the file's permissions
};

struct ApiAnswer {
  int status = 200;
  std::string content_type, body;  // no type: no header
  std::vector<std::pair<std::string, std::string>> headers;
  std::vector<Event> events;  // to be queued
};

struct ApiStats {  // what the core does not know
  int64_t resident_kb = 0;
  uint64_t spool_bytes = 0, spool_records = 0, spool_unwritten = 0;
  std::string spool_trouble;    // why the disk takes nothing
  int64_t spool_oldest_ms = 0;  // wall clock, 0 = empty
  uint64_t statsd_lines = 0, statsd_bad = 0;
  std::string url;
};

// A web page makes the browser on this machine ask us: its result would be taken for one of this machine. "": no page asks. /healthz
// answers
// every caller, by whatever name.
std::string api_page_problem(const Core& core, const ApiRequest& request);

// `pings`: what is known of pings, and changed by them; null: nothing is kept.
ApiAnswer api_answer(const Core& core, const ApiStats& stats, const ApiRequest& request, Now now, PingBook* pings = nullptr);

ApiAnswer api_too_many(const Core& core);  // in place of an answer whose events are beyond input-rate-limit

// Parts of the answers that have their own file (status.cc).
std::string api_metrics_text(const Core& core, const ApiStats& stats);
std::string api_status_json(const Core& core, const ApiStats& stats, Now now);

}  // namespace picket
