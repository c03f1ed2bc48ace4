// cli/verbs/migrate_compare.cc - two snapshots as tables by place, and what differs; see migrate_compare.h.
#include "cli/verbs/migrate_compare.h"

#include <algorithm>
#include <map>

#include "cli/show/ctl_resource.h"
#include "cli/verbs/migrate_plan.h"
#include "cli/verbs/write_rules.h"
#include "common/json/json.h"
#include "common/rules/resource_types.h"

namespace picket {
namespace {

struct Seen {
  int64_t status = 0, timestamp = 0;
};
using ByCheck = std::map<std::string, Seen>;
using ByHost = std::map<std::string, ByCheck>;

ByHost events_of(const Snapshot& s) {
  ByHost out;
  for (const std::string& e : snapshot_of(s, "Event")) {
    const std::string check = text_at(e, {"check", "metadata", "name"});
    if (check.empty()) continue;
    out[place_text(json_at(e, {"entity"}))][check] = {integer_at(e, {"check", "status"}), integer_at(e, {"timestamp"})};
  }
  return out;
}

std::map<std::string, std::string> entities_of(const Snapshot& s) {
  std::map<std::string, std::string> out;
  for (const std::string& e : snapshot_of(s, "Entity"))
    if (!is_of_old_backend(e)) out[place_text(e)] = text_at(e, {"entity_class"});
  return out;
}

const ByCheck& checks_of(const ByHost& events, const std::string& host) {
  static const ByCheck none;
  const auto found = events.find(host);
  return found == events.end() ? none : found->second;
}

std::string names_text(const std::vector<std::string>& names) {
  constexpr size_t kShown = 6;
  std::string out;
  for (size_t i = 0; i < std::min(kShown, names.size()); i++) out += (i ? ", " : "") + names[i];
  return names.size() > kShown ? out + " and " + std::to_string(names.size() - kShown) + " more" : out;
}

void note(HostRow& row, const std::vector<std::string>& names, const std::string& what) {
  if (!names.empty()) row.notes.push_back(names_text(names) + ": " + what);
}

// Its checks beside the keepalive.
void compare_checks(HostRow& row, const ByCheck& before, const ByCheck& now) {
  std::vector<std::string> absent, waiting, worse, better;
  for (const auto& [check, was] : before) {
    if (check == "keepalive") continue;
    const auto found = now.find(check);
    if (found == now.end()) absent.push_back(check);
    else if (found->second.timestamp <= was.timestamp) waiting.push_back(check);
    else if (found->second.status != was.status)
      (found->second.status == 0 ? better : worse)
          .push_back(check + " (" + std::to_string(was.status) + " before, " + std::to_string(found->second.status) + " now)");
  }
  note(row, absent, "no result here");
  note(row, waiting, "no result since the move");
  note(row, worse, "worse than before");
  if (!row.notes.empty()) row.state = HostState::changed;
  note(row, better, "well again");
}

HostRow compare_agent(const std::string& host, const ByCheck& before, const ByCheck& now, bool is_known) {
  HostRow row{host, HostState::well, {}};
  const auto was = before.find("keepalive"), is = now.find("keepalive");
  const bool was_down = was != before.end() && was->second.status != 0;
  if (!is_known) return row.state = HostState::missing, row.notes.push_back("its agent has never been here"), row;
  if (is == now.end()) return row.state = HostState::silent, row.notes.push_back("it has no keepalive here"), row;
  const bool is_down = is->second.status != 0;
  if (is_down && was_down) return row.state = HostState::down, row.notes.push_back("silent before the move, too"), row;
  if (is_down || (was != before.end() && is->second.timestamp <= was->second.timestamp))
    return row.state = HostState::silent, row.notes.push_back(is_down ? "its keepalive fails here" : "no keepalive since the move"), row;
  compare_checks(row, before, now);
  return row;
}

// ---- objects ----

// What a backend fills in by itself, and what a move changes on purpose.
std::string comparable(const ResourceType& type, const std::string& body) {
  std::string out = canonical(type, body);
  for (const char* key : {"expire", "expire_at", "begin", "created_at", "last_seen", "system", "sensu_agent_version"})
    out = json_drop(out, key);
  std::string metadata(json_at(out, {"metadata"}));
  if (metadata.empty()) return json_sorted(out);
  metadata = json_drop(metadata, "created_by");
  std::string labels(json_at(metadata, {"labels"}));
  if (!labels.empty() && labels != "null") labels = json_drop(labels, "sensu.io/managed_by");
  metadata = json_set(metadata, "labels", labels.empty() || labels == "{}" ? "null" : labels);
  if (std::string_view a = json_at(metadata, {"annotations"}); a.empty() || a == "{}") metadata = json_set(metadata, "annotations", "null");
  return json_sorted(json_set(out, "metadata", json_sorted(metadata)));
}

std::string key_of(const std::string& body) {
  if (std::string name = text_at(body, {"username"}); !name.empty()) return name;
  std::string place = place_text(body);
  return place.empty() ? text_at(body, {"name"}) : place;
}

// A silence that named nobody gets the one who carried it.
std::string without_creator(const std::string& body) { return json_drop(body, "creator"); }

bool is_same(const ResourceType& type, const std::string& before, const std::string& now) {
  const bool is_nobodys = std::string_view(type.type) == "Silenced" && text_at(before, {"creator"}).empty();
  if (!is_nobodys) return comparable(type, before) == comparable(type, now);
  return comparable(type, without_creator(before)) == comparable(type, without_creator(now));
}

void compare_kind(const ResourceType& type, const Snapshot& before, const Snapshot& now, std::vector<std::string>& out) {
  std::map<std::string, std::string> here;
  for (const std::string& body : snapshot_of(now, type.type)) here[key_of(body)] = body;
  for (const std::string& body : snapshot_of(before, type.type)) {
    const auto found = here.find(key_of(body));
    const std::string name = std::string(type.type) + " " + key_of(body);
    const int64_t end = integer_at(body, {"expire_at"});
    const bool has_ended = std::string_view(type.type) == "Silenced" && end > 0 && end <= now.taken_s;
    if (found == here.end()) {
      if (!has_ended) out.push_back(name + " is not here");
    } else if (!is_same(type, body, found->second)) {
      out.push_back(name + " is otherwise here");
    }
  }
}

// Names of keys are secrets, entities are hosts, and events are compared with them.
bool is_compared(std::string_view type) { return type != "APIKey" && type != "Entity" && type != "Event" && type != "TessenConfig"; }

}  // namespace

const char* host_state_text(HostState state) {
  static const char* const kTexts[] = {"well", "changed", "silent", "missing", "down"};
  return kTexts[int(state)];
}

Comparison snapshots_compare(const Snapshot& before, const Snapshot& now) {
  Comparison c;
  const auto then_events = events_of(before), now_events = events_of(now);
  const auto then_hosts = entities_of(before), now_hosts = entities_of(now);
  std::vector<HostRow> proxies;
  for (const auto& [host, entity_class] : then_hosts) {
    const bool is_known = now_hosts.count(host) > 0;
    if (entity_class == "agent") {
      c.hosts.push_back(compare_agent(host, checks_of(then_events, host), checks_of(now_events, host), is_known));
      continue;
    }
    HostRow row{host, is_known ? HostState::well : HostState::missing, {}};
    if (is_known) compare_checks(row, checks_of(then_events, host), checks_of(now_events, host));
    else row.notes.push_back("this proxy entity is not here");
    proxies.push_back(std::move(row));
  }
  c.hosts.insert(c.hosts.end(), proxies.begin(), proxies.end());
  for (const auto& [host, entity_class] : now_hosts)
    if (entity_class == "agent" && !then_hosts.count(host)) c.fresh.push_back(host);
  for (const char* type : kWriteOrder)
    if (is_compared(type)) compare_kind(*ctl_type(type), before, now, c.objects);
  return c;
}

bool comparison_is_good(const Comparison& c) {
  return c.objects.empty() && std::all_of(c.hosts.begin(), c.hosts.end(), [](const HostRow& h) {
           return h.state == HostState::well || h.state == HostState::down;
         });
}

}  // namespace picket
