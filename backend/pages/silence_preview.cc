// backend/pages/silence_preview.cc - which events a silence would hit, before it is made.
#include <algorithm>

#include "backend/api/api_state.h"
#include "backend/event/silence.h"
#include "backend/pages/event_rows.h"
#include "backend/pages/pages.h"
#include "common/rules/validate.h"

namespace picket {

namespace {

constexpr size_t kPreviewAtOnce = 64;  // events read in one turn of the loop
constexpr size_t kPreviewShownMax = 100;

struct PreviewJob : std::enable_shared_from_this<PreviewJob> {
  CallPtr call;
  SilenceIndex silence;  // of this one entry
  int64_t at_s = 0;      // a moment when it is active
  std::vector<std::string> keys;
  size_t at = 0;
  int64_t matches = 0, problems = 0;
  std::string shown = "[";
  size_t shown_count = 0;
};

// A subscription is a matter of the event's entity and check, so the event itself is asked.
bool is_hit(const PreviewJob& job, const EventRow& row) {
  auto stored = event_present(job.call->backend, {row.ns, row.entity, row.check});
  auto event = stored.ok() ? event_decode(event_json(stored.value), nullptr) : Result<Event>(stored.status);
  return event.ok() && event.value.entity && event.value.check && !silence_names(job.silence, event.value, job.at_s).empty();
}

void preview_take(PreviewJob* job, const EventRow& row) {
  job->matches++;
  if (row.status != 0) job->problems++;
  if (job->shown_count++ < kPreviewShownMax)
    job->shown += (job->shown.size() > 1 ? "," : "") + ("[" + json_quote(row.entity) + "," + json_quote(row.check) + "]");
}

void preview_step(const std::shared_ptr<PreviewJob>& job) {
  const RowTable& table = job->call->api->rows->table;
  for (const size_t end = std::min(job->keys.size(), job->at + kPreviewAtOnce); job->at < end; job->at++)
    if (auto it = table.find(job->keys[job->at]); it != table.end() && is_hit(*job, it->second)) preview_take(job.get(), it->second);
  if (job->at < job->keys.size()) return page_next_turn(job->call, [job] { preview_step(job); });
  if (!call_still_may(*job->call)) return answer_denied(job->call, 403, 4, "unauthorized to perform action");
  JsonObject o;
  o.add("matches", job->matches).add("problems", job->problems).add_raw("events", job->shown + "]");
  answer_json(job->call, 200, o.done());
}

// Whenever it begins and in whatever windows it silences: what it hits is what matters here.
bool silence_read(const CallPtr& call, Silenced* silence) {
  std::string text;
  if (!call_body(call, 1, &text)) return false;
  auto decoded = decode<Silenced>(text, Unknown::drop);
  if (!decoded.ok()) return answer_error(call, 400, 1, "json: cannot unmarshal: " + decoded.status.message), false;
  *silence = std::move(decoded.value);
  silence->metadata.ns = call->path.ns;
  silence_prepare(*silence, call->who.username, call->now_s);
  if (Status s = validate_silenced(*silence); !s.ok()) return answer_status(call, s), false;
  silence->windows.clear();
  silence->begin = silence->expire_at = silence->expire = 0;
  return true;
}

}  // namespace

void silence_preview(CallPtr call) {
  Silenced silence;
  if (!silence_read(call, &silence)) return;
  if (!page_may(*call, "list", call->path.ns, "events", ""))
    return answer_denied(call, 403, 4, "unauthorized to perform action: list events");
  event_rows_want(call->api, [call, silence] {
    if (Status s = event_rows_status(*call->api->rows); !s.ok()) return answer_status(call, s);
    auto job = std::make_shared<PreviewJob>();
    job->call = call;
    job->at_s = call->now_s;
    silence_put(job->silence, silence);
    for (const auto& [key, row] : call->api->rows->table)
      if (row.ns == call->path.ns && (silence.check.empty() || silence.check == "*" || silence.check == row.check))
        job->keys.push_back(key);
    std::sort(job->keys.begin(), job->keys.end());
    preview_step(job);
  });
}

}  // namespace picket
