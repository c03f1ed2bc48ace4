// backend/cluster/cluster_log_read.cc - the reading half of the machine: catch-up by keys, the watch, records handed out in order.
#include "backend/cluster/cluster_log_read.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace picket {
namespace {

constexpr int kEpochDigits = 13, kNumberDigits = 10;

std::string padded(int64_t v, size_t digits) {
  std::string s = std::to_string(v);
  return s.size() < digits ? std::string(digits - s.size(), '0') + s : s;
}

bool starts_with(std::string_view s, std::string_view prefix) { return s.substr(0, prefix.size()) == prefix; }

int64_t number_of(std::string_view digits) {
  int64_t v = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), v);
  return error == std::errc() && end == digits.data() + digits.size() && v > 0 ? v : 0;
}

std::string_view member_of(const ClusterLog& log, std::string_view key) {
  const std::string prefix = log.config.prefix + "m/";
  return starts_with(key, prefix) ? key.substr(prefix.size()) : std::string_view();
}

void index_again(ClusterLog& log, int64_t at) {
  log.reading = ClusterLog::Reading::index;
  log.to_fetch.clear();
  log.index_call = log.fetch_call = 0;
  log.index_ms = at;
}

std::vector<uint64_t> tags_of(const OwnRecord& r) {
  std::vector<uint64_t> tags;
  for (const OwnBatch& b : r.batches) tags.push_back(b.tag);
  return tags;
}

// A record, whichever way it came. Those up to the position have been handed out.
void record_seen(ClusterLog& log, std::string_view key, std::string value, int64_t revision, int64_t now) {
  if (revision <= log.position) return;
  log.position = revision;
  const LogPlace place = log_record_place(log.config.prefix, key);
  if (place.epoch == 0) return;
  LogApply apply{revision, std::move(value), {}};
  if (log.has_flight && place.epoch == log.flight.epoch && place.number == log.flight.number) {
    apply.tags = tags_of(log.flight);
    cluster_log_own(log, now);
  }
  log.unapplied += apply.value.size();
  log.actions.push_back(std::move(apply));
}

void member_seen(ClusterLog& log, std::string_view name, LogEvent& e, int64_t now) {
  log.actions.push_back(LogMember{std::string(name), std::move(e.value), e.deleted});
  if (name != log.config.member || log.epoch == 0 || e.revision < log.epoch) return;
  if (e.deleted || e.created != log.epoch) return cluster_log_fenced(log, now);
  log.heard_ms = now;
  cluster_log_committed(log, now);
}

void event_seen(ClusterLog& log, LogEvent& e, int64_t now) {
  if (const std::string_view member = member_of(log, e.key); !member.empty()) {
    if (e.revision <= log.position) return;
    member_seen(log, member, e, now);
  } else if (!e.deleted) {
    record_seen(log, e.key, std::move(e.value), e.revision, now);
  }
  log.position = std::max(log.position, e.revision);
}

void watch_begin(ClusterLog& log, int64_t now) {
  log.reading = ClusterLog::Reading::watch;
  log.position = std::max(log.position, log.index_revision);
  log.heard_ms = now;
  log.caught_up++;
  log.actions.push_back(LogWatch{log.position + 1});
  cluster_log_write(log, now);
}

void fetch_next(ClusterLog& log, int64_t now) {
  if (log.fetch_call != 0 || log.unapplied > kLogUnappliedLow || now < log.index_ms) return;
  if (log.to_fetch.empty()) return watch_begin(log, now);
  LogFetch fetch{++log.calls, log.index_revision, {}};
  for (size_t i = 0; i < log.to_fetch.size() && i < kLogFetchMax; i++) fetch.keys.push_back(log.to_fetch[i].key);
  log.fetch_call = fetch.call;
  log.actions.push_back(std::move(fetch));
}

void pace(ClusterLog& log) {
  const bool full = log.unapplied > (log.paused ? kLogUnappliedLow : kLogUnappliedMax);
  if (full == log.paused) return;
  log.paused = full;
  log.actions.push_back(LogRead{!full});
}

}  // namespace

std::string log_record_key(std::string_view prefix, int64_t epoch, int64_t number) {
  return std::string(prefix) + "l/" + padded(epoch, kEpochDigits) + "/" + padded(number, kNumberDigits);
}

LogPlace log_record_place(std::string_view prefix, std::string_view key) {
  if (!starts_with(key, prefix) || !starts_with(key.substr(prefix.size()), "l/")) return {};
  key.remove_prefix(prefix.size() + 2);
  const size_t slash = key.find('/');
  if (slash == std::string_view::npos) return {};
  const LogPlace place{number_of(key.substr(0, slash)), number_of(key.substr(slash + 1))};
  return place.epoch == 0 || place.number == 0 ? LogPlace{} : place;
}

std::string log_member_key(std::string_view prefix, std::string_view member) { return std::string(prefix) + "m/" + std::string(member); }

void reading_tick(ClusterLog& log, int64_t now) {
  switch (log.reading) {
    case ClusterLog::Reading::index:
      if (log.index_call != 0 || now < log.index_ms) return;
      log.index_call = ++log.calls;
      log.actions.push_back(LogIndex{log.index_call});
      return;
    case ClusterLog::Reading::fetch: return fetch_next(log, now);
    case ClusterLog::Reading::rebuild: return;
    case ClusterLog::Reading::watch:
      if (log.paused || log.epoch == 0 || now - log.heard_ms < kLogSilentMs) return;
      log.heard_ms = now;
      log.rewatched++;
      log.actions.push_back(LogElsewhere{});
  }
}

int64_t reading_due(const ClusterLog& log) {
  switch (log.reading) {
    case ClusterLog::Reading::index: return log.index_call == 0 ? log.index_ms : kLogNever;
    case ClusterLog::Reading::fetch: return log.fetch_call == 0 && log.unapplied <= kLogUnappliedLow ? log.index_ms : kLogNever;
    case ClusterLog::Reading::rebuild: return kLogNever;
    case ClusterLog::Reading::watch: return log.paused || log.epoch == 0 ? kLogNever : log.heard_ms + kLogSilentMs;
  }
  return kLogNever;
}

void cluster_log_indexed(ClusterLog& log, uint64_t call, Result<LogIndexAnswer> answer, int64_t now) {
  if (call != log.index_call || log.reading != ClusterLog::Reading::index) return;
  log.index_call = 0;
  if (!answer.ok()) return index_again(log, now + kLogAgainMs);
  LogIndexAnswer& a = answer.value;
  for (LogMember& m : a.members) log.actions.push_back(std::move(m));
  if (log.position < a.trimmed) {
    log.reading = ClusterLog::Reading::rebuild;
    log.actions.push_back(LogRebuild{a.trimmed});
    return;
  }
  for (LogKey& k : a.records)
    if (k.revision > log.position) log.to_fetch.push_back(std::move(k));
  log.index_revision = a.revision;
  log.reading = ClusterLog::Reading::fetch;
  fetch_next(log, now);
}

void cluster_log_fetched(ClusterLog& log, uint64_t call, Result<std::vector<LogValue>> answer, int64_t now) {
  if (call != log.fetch_call || log.reading != ClusterLog::Reading::fetch) return;
  log.fetch_call = 0;
  const size_t asked = std::min(log.to_fetch.size(), kLogFetchMax);
  if (answer.ok() && answer.value.size() == asked) {
    for (LogValue& v : answer.value) record_seen(log, v.key, std::move(v.value), v.revision, now);
    log.to_fetch.erase(log.to_fetch.begin(), log.to_fetch.begin() + static_cast<int64_t>(asked));
    return fetch_next(log, now);
  }
  index_again(log, now + kLogAgainMs);  // that revision was compacted, or nobody answers
}

void cluster_log_rebuilt(ClusterLog& log, int64_t position, LogWriter own, int64_t now) {
  if (log.has_flight && log.flight.epoch == own.epoch && log.flight.number <= own.number) {
    log.actions.push_back(LogUnknown{tags_of(log.flight)});
    cluster_log_own(log, now);
  }
  log.position = std::max(log.position, position);
  index_again(log, now);
  reading_tick(log, now);
}

void cluster_log_seen(ClusterLog& log, std::vector<LogEvent> events, int64_t now) {
  if (log.reading != ClusterLog::Reading::watch) return;
  for (LogEvent& e : events) event_seen(log, e, now);
  pace(log);
  cluster_log_write(log, now);
}

void cluster_log_compacted(ClusterLog& log, int64_t now) {
  if (log.reading != ClusterLog::Reading::watch) return;
  index_again(log, now);
  reading_tick(log, now);
}

void cluster_log_applied(ClusterLog& log, size_t bytes, int64_t now) {
  log.unapplied -= std::min(bytes, log.unapplied);
  pace(log);
  if (log.reading == ClusterLog::Reading::fetch) fetch_next(log, now);
}

}  // namespace picket
