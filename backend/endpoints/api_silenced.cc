// backend/endpoints/api_silenced.cc - silences: their name is made of subscription and check, their expiry is absolute.
#include "backend/api/api_state.h"
#include "backend/endpoints/endpoints.h"
#include "backend/event/silence.h"

namespace picket {

static bool expired(const Silenced& s, int64_t now_s) { return s.expire_at > 0 && s.expire_at <= now_s; }

// ---- reading ----

namespace {
enum class Show { never_as_minus_one, as_stored };  // the list by check shows `expire` as stored: 6.9 does
}  // namespace

static std::string silenced_show(Silenced s, Show show) {
  if (show == Show::never_as_minus_one && s.expire_at == 0) s.expire = -1;
  return encode(s);
}

// Not paged, as in the reference.
static void silenced_answer(const CallPtr& call, Show show, const std::function<bool(const Silenced&)>& wanted) {
  auto selection = selection_parse(call->page);
  if (!selection.ok()) return answer_status(call, selection.status);
  std::string out = "[";
  auto listed = store_list(call->backend->store, "silenced", call->path.ns, "", "", 0);
  if (!listed.ok()) return answer_unread(call, listed.status);
  for (const StoredObject& object : listed.value) {
    auto s = decode<Silenced>(object.body);
    if (!s.ok() || expired(s.value, call->now_s) || !wanted(s.value)) continue;
    std::string json = silenced_show(s.value, show);
    if (!selection_matches(selection.value, "silenced", json)) continue;
    if (out.size() > 1) out += ',';
    out += json;
  }
  answer_json(call, 200, out + "]");
}

void silenced_list(CallPtr call) {
  silenced_answer(call, Show::never_as_minus_one, [](const Silenced&) { return true; });
}

void silenced_by_subscription(CallPtr call) {
  const std::string& prefix = call->path.id;
  silenced_answer(call, Show::never_as_minus_one,
                  [&](const Silenced& s) { return s.metadata.name.compare(0, prefix.size(), prefix) == 0; });
}

void silenced_by_check(CallPtr call) {
  silenced_answer(call, Show::as_stored, [&](const Silenced& s) { return !s.check.empty() && s.check == call->path.id; });
}

void silenced_get(CallPtr call) {
  auto found = store_get(call->backend->store, "silenced", call->path.ns, call->path.id);
  if (!found.ok() && found.status.code != Err::not_found) return answer_unread(call, found.status);
  auto s = found.ok() ? decode<Silenced>(found.value.body) : Result<Silenced>(found.status);
  if (found.ok() && !s.ok()) return answer_stored(call, found.value.body, found.value.body);
  if (!s.ok() || expired(s.value, call->now_s)) return answer_error(call, 404, 2, "silenced entry not found");
  answer_json(call, 200, silenced_show(s.value, Show::never_as_minus_one), {{"ETag", etag_of(*call, found.value.body)}});
}

// ---- writing ----

// A silence that is over does not stand in the way of a new one of its name.
static StoreWrite::Op create_op(const CallPtr& call, const std::string& name) {
  auto found = store_get(call->backend->store, "silenced", call->path.ns, name);
  auto old = found.ok() ? decode<Silenced>(found.value.body) : Result<Silenced>(found.status);
  return old.ok() && expired(old.value, call->now_s) ? StoreWrite::put : StoreWrite::create;
}

static void silenced_write(const CallPtr& call, bool create) {
  std::string text;
  if (!call_body(call, 1, &text)) return;
  auto decoded = decode<Silenced>(text, Unknown::drop);
  if (!decoded.ok()) return answer_error(call, 400, 1, "json: cannot unmarshal: " + decoded.status.message);
  Silenced s = std::move(decoded.value);
  Status status = resource_check_place(*call, s.metadata, !create);
  s.metadata.created_by = call->who.username;
  silence_prepare(s, call->who.username, call->now_s);
  if (status.ok()) status = call->route->type->validate(encode(s));
  if (!status.ok()) return answer_status(call, status);
  // The derived name is what is written, whatever the URL said: so the rights are asked for it.
  if (Status may = call_may_at(*call, call->path.ns, s.metadata.name); !may.ok()) return answer_denied(call, 403, 4, may.message);
  StoreWrite::Op op = create ? create_op(call, s.metadata.name) : StoreWrite::put;
  const std::string body = encode(s);
  Headers warnings = definition_warn(*call, s.metadata, "", body);
  store_put(call, {"silenced", call->path.ns, s.metadata.name, body, 0}, op, [call, warnings](Status stored) {
    stored = store_refusal(stored, call->path.ns);
    stored.ok() ? answer_json(call, 201, "", warnings) : answer_status(call, stored);
  });
}

void silenced_create(CallPtr call) { silenced_write(call, true); }
void silenced_put(CallPtr call) { silenced_write(call, false); }

}  // namespace picket
