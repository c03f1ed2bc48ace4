// cli/verbs/migrate.cc - migrate plan, run and check: a fleet of Sensu Go moves to the backend that is configured.
//
// The old backend is only read. `run` may be repeated: what has not changed is left, and an event that this backend has judged itself
// is never written over.
#include <algorithm>

#include "backend/auth/auth.h"
#include "cli/show/ctl_resource.h"
#include "cli/show/table.h"
#include "cli/verbs/apply.h"
#include "cli/verbs/dump_for.h"
#include "cli/verbs/migrate_compare.h"
#include "cli/verbs/migrate_plan.h"
#include "common/json/json.h"
#include "common/options/options.h"
#include "common/os/os.h"
#include "common/tls/crypto.h"

namespace picket {
namespace {

constexpr size_t kRecordMax = 1u << 30;  // of a record; larger ones are refused
constexpr size_t kUsersMax = 64u << 20;  // of a file of users
constexpr size_t kBatchBytes = 200'000;  // of events in one request: an api-request-limit of its default takes it
constexpr size_t kBatchEvents = 1000;
constexpr const char* kBeginOfUsers = "/sensu.io/users/";
constexpr const char* kEndOfUsers = "/sensu.io/users0";  // the byte after the slash

// ---- the old backend ----

Status log_in(Ctl& old, const std::string& user, const std::string& password) {
  const CtlReply reply = client_call(old, "GET", "/auth", "", {{"Authorization", "Basic " + base64_encode(user + ":" + password)}});
  if (Status s = reply_status(reply); !s.ok()) return because("log in to the old backend", s);
  old.config.access_token = text_at(reply.body, {"access_token"});
  old.config.expires_at = integer_at(reply.body, {"expires_at"});
  const int64_t now_ms = old.clock ? old.clock() : old.now_ms;
  if (old.config.expires_at * 1000 <= now_ms) old.config.expires_at = INT64_MAX / 1000;  // by another clock: a 401 will say it
  return {};
}

// A client of its own, whose tokens stay in memory. They live for minutes; a large fleet takes longer.
Result<Ctl> old_backend(const Ctl& ctl) {
  Ctl old = ctl;
  old.config = CtlConfig();
  old.config.api_url = flag_text(ctl, "from");
  old.config.timeout_ms = ctl.config.timeout_ms;
  old.config.trusted_ca_file = flag_text(ctl, "from-trusted-ca-file");
  old.config.insecure = flag_on(ctl, "from-insecure-skip-tls-verify");
  old.config.api_key = flag_text(ctl, "from-api-key");
  if (old.config.api_url.empty()) return fail(Err::invalid, "--from names the API of the old backend, like http://old:8080");
  if (!old.config.api_key.empty()) return old;
  const std::string user = flag_text(ctl, "from-username"), password = flag_text(ctl, "from-password");
  if (password.empty())
    return fail(Err::invalid, "--from-password (or --from-password-file), or --from-api-key is needed for " + old.config.api_url);
  old.renew = [user, password](Ctl& client) { return log_in(client, user, password); };
  if (Status s = old.renew(old); !s.ok()) return s;
  return old;
}

Result<Snapshot> record_read(const std::string& path) {
  Result<std::string> text = os_read_file(path, kRecordMax);
  if (!text.ok()) return because("open " + path, text.status);
  Result<Snapshot> s = snapshot_parse(text.value);
  return s.ok() ? s : Result<Snapshot>(because(path, s.status));
}

// It holds API keys: nobody else reads it.
Status record_write(const Ctl& ctl, const Snapshot& old) {
  const std::string path = flag_text(ctl, "record");
  return path.empty() ? Status() : os_write_file(path, snapshot_json(old), 0600);
}

bool lets_in(Ctl& old, const std::string& user, const std::string& password) {
  const CtlReply reply = client_call(old, "GET", "/auth/test", "", {{"Authorization", "Basic " + base64_encode(user + ":" + password)}});
  return reply.transport.ok() && reply.code == 200;
}

// ---- users ----

// etcd 3.4 and later, and 3.3, which 5.x has in it.
Result<UserHashes> users_of_etcd(Ctl& ctl, const std::string& url) {
  Status last;
  for (const char* version : {"/v3", "/v3beta"}) {
    HttpClientRequest request;
    request.method = "POST";
    request.url = url + version + "/kv/range";
    request.body = JsonObject().add("key", base64_encode(kBeginOfUsers)).add("range_end", base64_encode(kEndOfUsers)).done();
    request.timeout_ms = ctl.config.timeout_ms;
    request.tls.ca_file = flag_text(ctl, "from-trusted-ca-file");
    request.tls.insecure = flag_on(ctl, "from-insecure-skip-tls-verify");
    const CtlReply reply = ctl.transport(request);
    last = reply_status(reply);
    if (last.ok()) return user_hashes_of_etcd(reply.body);
    if (!reply.transport.ok()) break;
  }
  return because("ask etcd at " + url + " for its users", last);
}

Result<UserHashes> hashes_of(Ctl& ctl) {
  const std::string file = flag_text(ctl, "users"), etcd = flag_text(ctl, "etcd");
  if (!etcd.empty()) return users_of_etcd(ctl, etcd);
  if (file.empty()) return UserHashes();
  Result<std::string> text = os_read_file(file, kUsersMax);
  if (!text.ok()) return because("open " + file, text.status);
  Result<UserHashes> hashes = user_hashes_parse(text.value);
  return hashes.ok() ? hashes : Result<UserHashes>(because(file, hashes.status));
}

// ---- what is carried, as resources of the form that files have ----

bool is_written(std::string_view type) { return type != "User" && type != "APIKey" && type != "Event" && type != "TessenConfig"; }

std::string documents_of(const Snapshot& old, const UserHashes& hashes) {
  std::string out;
  auto add = [&](const char* type, const std::string& body) { out += wrap_resource(*ctl_type(type), body) + "\n"; };
  for (const auto& [type, bodies] : old.objects)
    for (const std::string& sent : bodies) {
      if (!is_written(type) || is_of_old_backend(sent)) continue;
      const std::string body = canonical(*ctl_type(type), sent);
      add(type.c_str(), type == "Silenced" ? silence_with_end(sent, body, old.taken_s) : body);
    }
  for (const std::string& user : snapshot_of(old, "User"))
    if (const auto hash = hashes.find(text_at(user, {"username"})); hash != hashes.end())
      add("User", json_set(user, "password_hash", json_quote(hash->second)));
  return out;
}

struct Old {
  Snapshot snapshot;
  PlanFacts facts;
  std::vector<FileResource> resources;
  FileReading reading;  // what this version of picket refuses
};

// What `run` would write, for the plan to say.
void facts_take(Old& old, const UserHashes& known) {
  std::vector<std::string> users;
  for (const FileResource& r : old.resources) {
    old.facts.carried[r.type->type]++;
    if (std::string_view(r.type->type) == "User") users.push_back(text_at(r.body, {"username"}));
  }
  plan_users(old.facts, old.snapshot, known, users);
}

Result<Old> old_read(Ctl& ctl) {
  Result<Ctl> client = old_backend(ctl);
  if (!client.ok()) return client.status;
  Result<Snapshot> snapshot = snapshot_take(client.value);
  if (!snapshot.ok()) return because("the old backend", snapshot.status);
  Result<UserHashes> hashes = hashes_of(ctl);
  if (!hashes.ok()) return hashes.status;
  Old old{std::move(snapshot.value), {}, {}, {}};
  old.facts.default_password = lets_in(client.value, "agent", kDefaultPassword);
  old.reading.style = FileStyle::apply;
  auto resources = resources_parse(ctl, documents_of(old.snapshot, hashes.value), "old backend", &old.reading);
  if (!resources.ok()) return resources.status;
  old.resources = std::move(resources.value);
  facts_take(old, hashes.value);
  if (Status s = record_write(ctl, old.snapshot); !s.ok()) return s;
  return old;
}

// ---- run: keys and events ----

struct Sent {
  int64_t taken = 0;
  size_t left = 0;
};

Status send_some(Ctl& ctl, const std::string& path, const char* member, const std::string& list, Sent& sent) {
  const CtlReply reply = client_call(ctl, "POST", path, std::string("{\"") + member + "\":[" + list + "]}");
  if (reply.transport.ok() && reply.code == 404)
    return fail(Err::not_found, ctl.config.api_url + " is no picket backend, or an older one: it takes nothing over");
  if (Status s = reply_status(reply); !s.ok()) return s;
  sent.taken += integer_at(reply.body, {"taken"});
  const std::string_view left = json_at(reply.body, {"left_out"});
  if (left.empty() || json_type(left) != JsonType::array) return {};
  for (std::string_view one : json_items(left).value) {
    const std::string check = text_at(one, {"check"}), ns = text_at(one, {"namespace"});
    if (text_at(one, {"why"}) == "this backend has a newer result") continue;  // its host is over
    sent.left++;
    ctl.write_err("left out " + std::string(member) + " " + (ns.empty() ? "" : ns + "/") + text_at(one, {"entity"}) +
                  (check.empty() ? "" : "/" + check) + ": " + text_at(one, {"why"}) + "\n");
  }
  return {};
}

Status send_all(Ctl& ctl, const std::string& path, const char* member, const std::vector<std::string>& bodies, Sent& sent) {
  std::string list;
  size_t count = 0;
  for (const std::string& body : bodies) {
    if (count > 0 && (list.size() + body.size() > kBatchBytes || count >= kBatchEvents)) {
      if (Status s = send_some(ctl, path, member, list, sent); !s.ok()) return s;
      list.clear(), count = 0;
    }
    list += (count++ ? "," : "") + body;
  }
  return count ? send_some(ctl, path, member, list, sent) : Status();
}

std::vector<std::string> events_to_send(const Snapshot& old) {
  std::vector<std::string> out;
  for (const std::string& e : snapshot_of(old, "Event"))
    if (is_event_carried(e)) out.push_back(e);
  return out;
}

Result<int64_t> grace_of(const Ctl& ctl) {
  Result<int64_t> ms = duration_parse_ms(flag_text(ctl, "grace"));
  return ms.ok() ? Result<int64_t>(ms.value / 1000) : Result<int64_t>(because("--grace", ms.status));
}

void print_plan(Ctl& ctl, const Old& old) {
  ctl.write_out("Old backend: " + old.snapshot.url + ", version " + old.snapshot.version + "\n");
  for (const PlanSection& s : plan_make(old.snapshot, old.facts)) {
    if (s.lines.empty()) continue;
    ctl.write_out("\n" + s.title + (s.is_work ? "  (to do)" : "") + "\n");
    for (const std::string& line : s.lines) ctl.write_out("  " + line + "\n");
  }
  if (old.reading.refused) ctl.write_out("\nRefused by picket: " + std::to_string(old.reading.refused) + ", as named above\n");
}

}  // namespace

Status run_migrate_plan(Ctl& ctl) {
  if (Status s = need_args(ctl, 0); !s.ok()) return s;
  Result<Old> old = old_read(ctl);
  if (!old.ok()) return old.status;
  print_plan(ctl, old.value);
  return {};
}

Status run_migrate_run(Ctl& ctl) {
  if (Status s = need_args(ctl, 0); !s.ok()) return s;
  Result<int64_t> grace_s = grace_of(ctl);
  if (!grace_s.ok()) return grace_s.status;
  Result<Old> old = old_read(ctl);
  if (!old.ok()) return old.status;
  Apply apply{ctl, false, ""};
  apply.quiet = true;
  apply_all(apply, old.value.resources);
  ctl.write_out("definitions: " + apply_counts(apply) + "\n");
  if (apply.gone) return apply_status(apply);
  Sent keys, events;
  if (Status s = send_all(ctl, "/api/picket/v1/import/apikeys", "apikeys", snapshot_of(old.value.snapshot, "APIKey"), keys); !s.ok())
    return because("API keys", s);
  const std::string path = "/api/picket/v1/import/events?grace=" + std::to_string(grace_s.value);
  if (Status s = send_all(ctl, path, "events", events_to_send(old.value.snapshot), events); !s.ok()) return because("events", s);
  ctl.write_out("API keys: " + std::to_string(keys.taken) + ", events with their past: " + std::to_string(events.taken) +
                "; nobody is silent for " + flag_text(ctl, "grace") + "\n");
  const size_t failed = size_t(apply.refused) + old.value.reading.refused + keys.left + events.left;
  if (failed) return fail(Err::invalid, std::to_string(failed) + " could not be carried, as named above");
  return {};
}

Status run_migrate_check(Ctl& ctl) {
  if (Status s = need_args(ctl, 0); !s.ok()) return s;
  const std::string record = flag_text(ctl, "record");
  Result<Ctl> client = record.empty() ? old_backend(ctl) : Result<Ctl>(ctl);
  if (!client.ok()) return client.status;
  Result<Snapshot> before = record.empty() ? snapshot_take(client.value) : record_read(record);
  if (!before.ok()) return because("what was before", before.status);
  Result<Snapshot> now = snapshot_take(ctl);
  if (!now.ok()) return because("this backend", now.status);
  const Comparison c = snapshots_compare(before.value, now.value);
  std::vector<TableRow> rows;
  for (const HostRow& h : c.hosts) rows.push_back({h.name, host_state_text(h.state), join(h.notes, "; ")});
  ctl.write_out(table_draw({"Host", "State", "What"}, rows));
  for (const std::string& line : c.objects) ctl.write_out(line + "\n");
  for (const std::string& host : c.fresh) ctl.write_out(host + " is new: the old backend did not know it\n");
  return comparison_is_good(c) ? say(ctl, "all that was there is here") : fail(Err::invalid, "not all is as it was, as named above");
}

}  // namespace picket
