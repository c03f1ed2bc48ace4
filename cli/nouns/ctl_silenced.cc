// cli/nouns/ctl_silenced.cc - silences: named by subscription and check, begun at dates people write.
#include <charconv>
#include <memory>

#include "cli/show/ctl_resource.h"
#include "common/json/json.h"
#include "common/options/options.h"
#include "common/time/timezone.h"

namespace picket {
namespace {

std::string silenced_url(const Ctl& ctl, const std::string& name) { return api_path(*ctl_type("silenced"), ctl.config.ns, name); }

// The argument, or what --subscription and --check make of it; without any of them a person is asked.
Result<std::string> silenced_name(Ctl& ctl) {
  if (!ctl.args.empty()) return ctl.args[0];
  std::string subscription = flag_text(ctl, "subscription"), check = flag_text(ctl, "check");
  if (subscription.empty() && check.empty()) {
    const std::pair<const char*, std::string*> questions[] = {{"Subscription:", &subscription}, {"Check:", &check}};
    for (auto [question, answer] : questions) {
      Result<std::string> got = ask(ctl, question, "");
      if (!got.ok()) return got.status;
      *answer = got.value;
    }
  }
  return (subscription.empty() ? "*" : subscription) + ":" + (check.empty() ? "*" : check);
}

bool digits(std::string_view* s, size_t least, size_t most, int* out) {
  size_t n = 0;
  *out = 0;
  while (n < most && n < s->size() && (*s)[n] >= '0' && (*s)[n] <= '9') *out = *out * 10 + ((*s)[n++] - '0');
  if (n < least) return false;
  s->remove_prefix(n);
  return true;
}

bool skip(std::string_view* s, char c) {
  if (s->empty() || (*s)[0] != c) return false;
  s->remove_prefix(1);
  return true;
}

// 2006-01-02T15:04:05-07:00, also with blanks in place of the T and before the offset.
bool parse_rfc3339(std::string text, int64_t* out) {
  if (text.size() > 10 && text[10] == ' ') text[10] = 'T';
  if (size_t blank = text.find(' '); blank != text.npos) text.erase(blank, 1);
  Result<ZonedTime> parsed = rfc3339_parse(text);
  *out = parsed.value.unix_s;
  return parsed.ok();
}

constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// Jan 02 2006 3:04PM MST; no zone is the local one.
bool parse_legacy(std::string_view s, int64_t* out) {
  int month = 0, day = 0, year = 0, hour = 0, minute = 0;
  for (int i = 0; i < 12; i++)
    if (s.substr(0, 3) == kMonths[i]) month = i + 1;
  if (!month) return false;
  s.remove_prefix(3);
  if (!skip(&s, ' ') || !digits(&s, 1, 2, &day) || !skip(&s, ' ') || !digits(&s, 4, 4, &year) || !skip(&s, ' ') ||
      !digits(&s, 1, 2, &hour) || !skip(&s, ':') || !digits(&s, 2, 2, &minute))
    return false;
  bool evening = skip(&s, 'P');
  if ((!evening && !skip(&s, 'A')) || !skip(&s, 'M')) return false;
  if (day < 1 || day > month_days(year, month) || hour < 1 || hour > 12 || minute > 59) return false;
  skip(&s, ' ');
  Result<std::shared_ptr<const Timezone>> zone = s.empty() ? timezone_local() : timezone_load(s);
  if (!zone.ok()) return false;
  int64_t wall = wall_time_unix(year, month, day, hour % 12 + (evening ? 12 : 0), minute);
  *out = wall - timezone_offset(*zone.value, wall - timezone_offset(*zone.value, wall));
  return true;
}

int64_t local_unix(int year, int month, int day, int hour, int minute) {
  const std::shared_ptr<const Timezone> zone = timezone_local();
  const int64_t wall = wall_time_unix(year, month, day, hour, minute);
  return wall - timezone_offset(*zone, wall - timezone_offset(*zone, wall));
}

// 2026-12-01 22:00, or with a T: of this machine's clock.
bool parse_local(std::string_view s, int64_t* out) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0;
  if (!digits(&s, 4, 4, &year) || !skip(&s, '-') || !digits(&s, 1, 2, &month) || !skip(&s, '-') || !digits(&s, 1, 2, &day)) return false;
  if (!s.empty() && ((!skip(&s, ' ') && !skip(&s, 'T')) || !digits(&s, 1, 2, &hour) || !skip(&s, ':') || !digits(&s, 2, 2, &minute)))
    return false;
  if (!s.empty() || month < 1 || month > 12 || day < 1 || day > month_days(year, month) || hour > 23 || minute > 59) return false;
  *out = local_unix(year, month, day, hour, minute);
  return true;
}

// 22:00: the next one after `after_s`.
bool parse_clock(std::string_view s, int64_t after_s, int64_t* out) {
  int hour = 0, minute = 0;
  if (!digits(&s, 1, 2, &hour) || !skip(&s, ':') || !digits(&s, 2, 2, &minute) || !s.empty() || hour > 23 || minute > 59) return false;
  const WallTime w = wall_time(after_s, timezone_offset(*timezone_local(), after_s));
  for (int day = 0; day < 2; day++)
    if ((*out = local_unix(int(w.year), w.month, w.day + day, hour, minute)) > after_s) return true;
  return false;
}

bool parse_time(const std::string& text, int64_t after_s, int64_t* out) {
  return parse_rfc3339(text, out) || parse_legacy(text, out) || parse_local(text, out) || parse_clock(text, after_s, out);
}

Result<int64_t> begin_of(const Ctl& ctl, const std::string& text) {
  int64_t at = 0;
  if (text == "0" || text == "now" || text.empty()) return ctl.now_ms / 1000;
  if (parse_time(text, ctl.now_ms / 1000, &at)) return at;
  Result<int64_t> later = text[0] == '+' ? duration_parse_ms(text.substr(1)) : Result<int64_t>(fail(Err::invalid, ""));
  if (later.ok()) return (ctl.now_ms + later.value) / 1000;
  return fail(Err::invalid,
              "unknown format for provided date " + text + "; expected now, +2h, 22:00, 2026-12-01 22:00, or 2026-12-01T22:00:00+01:00");
}

// Seconds, a span, or the time of the end.
Result<int64_t> expire_of(const std::string& text, int64_t begin_s) {
  int64_t number = 0, at = 0;
  auto r = std::from_chars(text.data(), text.data() + text.size(), number);
  if (r.ec == std::errc() && r.ptr == text.data() + text.size()) return number;
  if (Result<int64_t> span = duration_parse_ms(text); span.ok() && span.value >= 1000) return span.value / 1000;
  if (parse_time(text, begin_s, &at))
    return at > begin_s ? Result<int64_t>(at - begin_s)
                        : Result<int64_t>(fail(Err::invalid, "the silence would end before it begins: " + text));
  return fail(Err::invalid,
              "expiry " + json_quote(text) +
                  " is unknown; expected seconds, a span like 90m, 1h or 2d, a time like 06:00 or 2026-12-01 22:00, or -1");
}

struct Answers {
  std::string subscription, check, begin, expire, reason;
  bool on_resolve = false;
};

Status ask_all(Ctl& ctl, bool update, Answers* a) {
  std::string on_resolve = a->on_resolve ? "y" : "n";
  const std::pair<const char*, std::string*> questions[] = {
      {"Subscription:", &a->subscription}, {"Check:", &a->check},
      {"Begin time:", &a->begin},          {"Expiry in Seconds:", &a->expire},
      {"Expire on Resolve (y/n):", &on_resolve}, {"Reason:", &a->reason}};
  for (auto [question, answer] : questions) {
    if (update && (answer == &a->subscription || answer == &a->check)) continue;
    Result<std::string> got = ask(ctl, question, *answer, answer == &a->reason && !update);
    if (!got.ok()) return got.status;
    *answer = got.value;
  }
  a->on_resolve = on_resolve == "y" || on_resolve == "yes" || on_resolve == "true";
  return {};
}

Status apply(const Ctl& ctl, const Answers& a, std::string* object) {
  Result<int64_t> begin = begin_of(ctl, a.begin);
  if (!begin.ok()) return begin.status;
  Result<int64_t> expiry = expire_of(a.expire, begin.value);
  if (!expiry.ok()) return expiry.status;
  const int64_t expire = expiry.value;
  auto put = [&](const char* key, const std::string& text) {
    *object = text.empty() ? json_drop(*object, key) : json_set(*object, key, json_quote(text));
  };
  put("subscription", a.subscription);
  put("check", a.check);
  put("reason", a.reason);
  // The end follows from begin and expire, unless neither says anything about it.
  if (expire > 0 || expire != integer_at(*object, {"expire"})) *object = json_set(*object, "expire_at", "0");
  *object = json_set(*object, "expire", std::to_string(expire));
  *object = json_set(*object, "expire_on_resolve", a.on_resolve ? "true" : "false");
  *object = json_set(*object, "begin", std::to_string(begin.value));
  return {};
}

}  // namespace

Status run_silenced_create(Ctl& ctl) {
  if (Status s = need_args(ctl, 0); !s.ok()) return s;
  Answers a = {flag_text(ctl, "subscription"), flag_text(ctl, "check"),  flag_text(ctl, "begin"),
               flag_text(ctl, "expire"),       flag_text(ctl, "reason"), flag_on(ctl, "expire-on-resolve")};
  if (flag_on(ctl, "interactive")) {
    if (a.begin == "0") a.begin = "now";
    if (Status s = ask_all(ctl, false, &a); !s.ok()) return s;
  }
  if (a.check.empty() && a.subscription.empty()) return fail(Err::invalid, "must specify --check or --subscription");
  const ResourceType& type = command_type(ctl);
  JsonObject metadata;
  metadata.add("namespace", ctl.config.ns);
  std::string object = json_set(canonical(type, "{}"), "metadata", metadata.done());
  if (Status s = apply(ctl, a, &object); !s.ok()) return s;
  std::string named =
      json_set(object, "metadata",
               json_set(json_at(object, {"metadata"}), "name",
                        json_quote((a.subscription.empty() ? "*" : a.subscription) + ":" + (a.check.empty() ? "*" : a.check))));
  if (Status s = type.validate(canonical(type, named)); !s.ok()) return s;
  Status s = client_send(ctl, "POST", api_path(type, ctl.config.ns), object);
  return s.ok() ? say(ctl, "Created") : s;
}

Status run_silenced_update(Ctl& ctl) {
  if (ctl.args.size() > 1) return usage_error(ctl);
  Result<std::string> name = silenced_name(ctl);
  if (!name.ok()) return name.status;
  auto change = [&](std::string* object) -> Status {
    Answers a = {text_at(*object, {"subscription"}),
                 text_at(*object, {"check"}),
                 "now",
                 std::to_string(integer_at(*object, {"expire"})),
                 text_at(*object, {"reason"}),
                 true_at(*object, {"expire_on_resolve"})};
    if (Status s = ask_all(ctl, true, &a); !s.ok()) return s;
    return apply(ctl, a, object);
  };
  return edit_resource(ctl, command_type(ctl), name.value, change, "Updated");
}

Status run_silenced_delete(Ctl& ctl) {
  if (ctl.args.size() > 1) return usage_error(ctl);
  Result<std::string> name = silenced_name(ctl);
  if (!name.ok()) return name.status;
  if (!flag_on(ctl, "skip-confirm") && !confirm_delete(ctl, name.value, "silence resource")) return say(ctl, "Canceled");
  Status s = client_send(ctl, "DELETE", silenced_url(ctl, name.value));
  return s.ok() ? say(ctl, "Deleted") : s;
}

Status run_silenced_info(Ctl& ctl) {
  if (ctl.args.size() > 1) return usage_error(ctl);
  Result<std::string> name = silenced_name(ctl);
  if (!name.ok()) return name.status;
  Result<std::string> got = client_get(ctl, silenced_url(ctl, name.value));
  if (got.status.code == Err::not_found) return fail(Err::not_found, "silenced entry not found");
  if (!got.ok()) return got.status;
  return show_info(ctl, command_view(ctl), canonical(command_type(ctl), got.value));
}

Status run_silenced_list(Ctl& ctl) {
  if (Status s = need_args(ctl, 0); !s.ok()) return s;
  std::string subscription = flag_text(ctl, "subscription"), check = flag_text(ctl, "check");
  std::string ns = list_namespace(ctl), path = api_path(command_type(ctl), ns);
  if (ns.empty() && !subscription.empty()) return fail(Err::invalid, "the subscription and all-namespaces flags are mutually exclusive");
  if (!subscription.empty() && !check.empty()) path += "/" + path_escape(subscription + ":" + check);
  else if (!subscription.empty()) path += "/subscriptions/" + path_escape(subscription);
  else if (!check.empty()) path += "/checks/" + path_escape(check);
  auto items = client_list(ctl, path, list_query(ctl));
  if (!items.ok()) return items.status;
  for (std::string& item : items.value) item = canonical(command_type(ctl), item);
  return show_list(ctl, command_view(ctl), items.value);
}

}  // namespace picket
