// backend/api/list.cc - lists: a page at once, everything else in batches, streamed when long.
//
// A list of ten thousand events is some 20 MB: it is read kListBatch rows a turn and written as the client takes it, so
// neither the loop nor the memory notices. A page is sent at once, because its token stands in front of it; so it ends
// before it is large, and the token leads on.
#include "common/text/log.h"
#include "common/os/os.h"
#include "backend/api/api_state.h"

namespace picket {

inline constexpr int64_t kListBatch = 256;           // rows in one turn of the loop
inline constexpr int64_t kPageMax = 10'000;          // rows of one page; the continue token leads on
inline constexpr size_t kPageBytesMax = 2u << 20;    // of one page, as long as it holds one object
inline constexpr size_t kListStreamAt = 256u << 10;  // bytes; longer lists are streamed
inline constexpr size_t kListQueueMax = 256u << 10;  // bytes waiting for a slow client; reading pauses there

struct ListJob {
  CallPtr call;
  ListSource source;
  std::string after_ns, after;
  std::string out = "[";
  int64_t kept = 0, limit = 0;  // 0 = all
  std::string last_token;
  Status failure;
  HttpStream* stream = nullptr;
  // Set when the client went away; shared, because the stream may report it after our end.
  std::shared_ptr<bool> gone = std::make_shared<bool>(false);
  int64_t moved_ms = 0;  // when the client last took something
  size_t queued = 0;     // what it had left to take then
  uint64_t rights = 0;   // Api.rights when they were asked for last
};

// "name", across namespaces "ns/name" ("/ns/entity/check" is the reference's form for events).
static void token_parse(const ListSource& source, std::string token, std::string* ns, std::string* key) {
  if (!source.across) {
    *key = token;
    return;
  }
  if (!token.empty() && token[0] == '/') token.erase(0, 1);
  size_t slash = token.find('/');
  *ns = token.substr(0, slash);
  if (slash != token.npos) *key = token.substr(slash + 1);
}

static std::string token_of(const ListSource& source, const ListItem& item) { return source.across ? item.ns + "/" + item.key : item.key; }

namespace {
enum class Step { more, done, done_more_left, failed };
}  // namespace

static Step list_batch(ListJob* job) {
  auto items = job->source.next(job->after_ns, job->after, kListBatch);
  if (!items.ok()) return job->failure = items.status, Step::failed;
  for (const ListItem& item : items.value) {
    bool keep = !job->source.keep || job->source.keep(item);
    const bool full = job->limit > 0 && (job->kept == job->limit || (job->kept > 0 && job->out.size() > kPageBytesMax));
    if (keep && full) return Step::done_more_left;
    if (job->limit == 0 && job->out.size() > kListStreamAt) return Step::more;
    job->after_ns = item.ns;
    job->after = item.key;
    if (!keep) continue;
    if (Status damaged = json_check(item.json); !damaged.ok()) {  // it would make the whole list no JSON
      log_error("api", "stored object is damaged and omitted from a list",
                {{"path", job->call->request.path}, {"namespace", item.ns}, {"name", item.key}, {"error", damaged.message}});
      continue;
    }
    if (job->kept++ > 0) job->out += ',';
    job->out += job->source.show ? job->source.show(item) : item.json;
    job->last_token = token_of(job->source, item);
  }
  return static_cast<int64_t>(items.value.size()) < kListBatch ? Step::done : Step::more;
}

static void list_finish(ListJob* job, bool more_left) {
  job->out += ']';
  Headers headers;
  // A negative limit lists everything and still names a token, as 6.9 does.
  if (more_left || (job->call->page.limit < 0 && job->kept > 0)) headers.emplace_back("Sensu-Continue", page_token(job->last_token));
  if (!job->stream) return answer_json(job->call, 200, std::move(job->out), std::move(headers));
  http_stream_write(job->stream, std::move(job->out));
  http_stream_end(job->stream);
}

// A part must not be taken for the whole: an answer that has begun is cut short.
static void list_fail(ListJob* job) {
  if (!job->stream && job->failure.code == Err::denied) return answer_denied(job->call, 403, 4, job->failure.message);
  if (!job->stream) return answer_unread(job->call, job->failure);
  http_stream_abort(job->stream);
}

// False: there was no room to begin, which is the answer.
static bool list_stream(ListJob* job) {
  if (!job->stream) {
    if (!http_has_room(job->call->exchange, job->out.size())) return answer_no_room(job->call), false;
    HttpExchange* exchange = std::exchange(job->call->exchange, nullptr);
    call_count(*job->call, 200);
    Headers headers = {{"Content-Type", "application/json"}};
    page_headers(*job->call, &headers);
    stale_header(*job->call, &headers);
    job->stream = http_stream(exchange, 200, std::move(headers), [gone = job->gone] { *gone = true; });
    if (!job->stream) *job->gone = true;
  }
  if (!*job->gone) http_stream_write(job->stream, std::exchange(job->out, ""));
  return true;
}

// Whether a client that is slow has taken anything since it was last asked; after the write timeout it is given up.
static bool list_given_up(ListJob* job) {
  const size_t queued = http_stream_queued(job->stream);
  if (queued != std::exchange(job->queued, queued)) job->moved_ms = os_mono_ms();
  return os_mono_ms() - job->moved_ms >= job->call->backend->config.api_write_timeout_ms;
}

// One turn; true when the job is over and may be deleted.
static bool list_turn(ListJob* job) {
  if (*job->gone) return true;
  const uint64_t rights = job->call->api->rights;
  if (std::exchange(job->rights, rights) != rights && !call_still_may(*job->call)) {
    job->failure = fail(Err::denied, "unauthorized to perform action");
    return list_fail(job), true;
  }
  if (job->stream && (http_stream_queued(job->stream) > kListQueueMax || !http_stream_has_room(job->stream, kListStreamAt))) {
    if (!list_given_up(job)) return false;
    http_stream_abort(job->stream);
    return true;
  }
  job->moved_ms = os_mono_ms();
  Step step = list_batch(job);
  if (step == Step::failed) list_fail(job);
  else if (step != Step::more) list_finish(job, step == Step::done_more_left);
  else if (job->limit == 0 && job->out.size() > kListStreamAt) return !list_stream(job);
  return step != Step::more;
}

// Lists being made hold so much that this one has to wait.
static bool lists_are_full(const Api* api) {
  size_t held = 0;
  for (const ListJob* job : api->lists) held += job->out.capacity();
  return held > kListsHeldMax;
}

void list_start(const CallPtr& call, ListSource source) {
  if (call->api->lists.size() >= kListsMax) return answer_error(call, 503, 0, "too many concurrent list requests; try again");
  auto* job = new ListJob;
  job->call = call;
  job->rights = call->api->rights;
  job->source = std::move(source);
  int64_t limit = call->page.limit;
  job->limit = limit < 0 ? kPageMax : std::min(limit, kPageMax);
  token_parse(job->source, call->page.after, &job->after_ns, &job->after);
  if (!lists_are_full(call->api) && list_turn(job)) {
    delete job;
    return;
  }
  call->api->lists.insert(job);
  api_wake(call->api);
}

bool lists_step(Api* api) {
  auto jobs = api->lists;  // a turn may end the job
  size_t held = 0;
  for (ListJob* job : jobs) {
    if (held > kListsHeldMax) break;
    const bool over = list_turn(job);
    held += over ? 0 : job->out.capacity();
    if (!over) continue;
    api->lists.erase(job);
    delete job;
  }
  return !api->lists.empty();
}

void lists_end(Api* api) {
  for (ListJob* job : api->lists) {
    if (job->stream && !*job->gone) http_stream_abort(job->stream);
    else answer_error(job->call, 503, 0, "the backend is stopping");
    delete job;
  }
  api->lists.clear();
}

}  // namespace picket
