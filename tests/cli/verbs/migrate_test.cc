// tests/cli/verbs/migrate_test.cc - the plan of a move, the users of etcd, and the comparison after it.
#include <doctest/doctest.h>

#include "cli/verbs/migrate_compare.h"
#include "cli/verbs/migrate_plan.h"
#include "common/tls/crypto.h"

using namespace picket;

namespace {

std::string entity(const std::string& name, const std::string& user = "agent", const std::string& labels = "{}") {
  return R"({"entity_class":"agent","user":")" + user + R"(","metadata":{"name":")" + name + R"(","namespace":"default","labels":)" +
      labels + "}}";
}

std::string event(const std::string& host, const std::string& check, int status, int64_t timestamp) {
  return R"({"timestamp":)" + std::to_string(timestamp) + R"(,"entity":)" + entity(host) + R"(,"check":{"status":)" +
      std::to_string(status) + R"(,"metadata":{"name":")" + check + R"(","namespace":"default"}}})";
}

std::string text_of(const std::vector<PlanSection>& plan) {
  std::string out;
  for (const PlanSection& s : plan)
    for (const std::string& line : s.lines) out += s.title + (s.is_work ? "!" : "") + ": " + line + "\n";
  return out;
}

HostRow row(const Comparison& c, const std::string& host) {
  for (const HostRow& h : c.hosts)
    if (h.name == "default/" + host) return h;
  return {};
}

}  // namespace

TEST_CASE("users of etcd: both generations, keys between them, and what is none") {
  const Result<UserHashes> h = user_hashes_parse(
      "/sensu.io/users/alice\n{\"username\":\"alice\",\"password\":\"$2a$10$aaa\",\"groups\":[\"ops\"]}\n\n"
      "{\"username\":\"bob\",\"password\":\"\",\"password_hash\":\"$2a$10$bbb\"}\n{\"username\":\"eve\",\"password\":\"plain\"}\n{broken\n");
  REQUIRE(h.ok());
  CHECK(h.value == UserHashes{{"alice", "$2a$10$aaa"}, {"bob", "$2a$10$bbb"}});
  CHECK_FALSE(user_hashes_parse("").ok());
  const std::string value = base64_encode(R"({"username":"carol","password_hash":"$2b$12$c"})");
  CHECK(user_hashes_of_etcd(R"({"kvs":[{"key":"eA==","value":")" + value + R"("},{"value":"%%"}]})").value ==
        UserHashes{{"carol", "$2b$12$c"}});
  CHECK_FALSE(user_hashes_of_etcd("not json").ok());
  CHECK_FALSE(user_hashes_of_etcd("{}").ok());
}

TEST_CASE("the plan names which agents would be refused, and why") {
  Snapshot old;
  old.objects["Entity"] = {entity("a"), entity("b", "fleet"), entity("c", "fleet2"), entity("d", "cn-of-d"),
                           entity("e", "agent", R"({"db_password":"REDACTED"})")};
  old.objects["User"] = {R"({"username":"agent"})", R"({"username":"fleet"})", R"({"username":"fleet2"})"};
  old.objects["Event"] = {event("a", "keepalive", 0, 5), event("b", "keepalive", 2, 5), event("a", "disk", 1, 5)};
  old.objects["CheckConfig"] = {R"({"metadata":{"name":"c","namespace":"x"},"secrets":[{"name":"TOKEN","secret":"t"}]})"};
  PlanFacts facts;
  facts.default_password = true;
  facts.hashes = {{"fleet", "$2a$1"}};
  const std::string text = text_of(plan_make(old, facts));
  for (const char* words :
       {"Agents that would be refused!: all that log in as agent from other machines: its password is Sensu's default",
        "they log in as fleet2, whose hash is not known (below): default/c",
        "no user is named cn-of-d: these come in by a client certificate",
        "silent now, and silent after the move, without a second alert: default/b",
        "State: 3 events with history and occurrences; 2 open incidents are not told again", "CheckConfig x/c wants the secrets TOKEN",
        "Entity default/e: label db_password is REDACTED; its agent brings the secret", "Users!: with their passwords: fleet\n"}) {
    CAPTURE(std::string(words));
    CHECK(text.find(words) != text.npos);
  }
  CHECK(text.find("as fleet, whose") == text.npos);
}

TEST_CASE("the plan counts as carried only what would be taken") {
  const std::string rest = "$" + std::string(53, 'a'), key = R"("metadata":{"name":"7f63b5bc-41f4-4b3e-b59b-5431afd7e6a2"})";
  Snapshot old;
  for (const char* name : {"good", "dear", "odd", "bare"}) old.objects["User"].push_back("{\"username\":\"" + std::string(name) + "\"}");
  for (const char* user : {"good", "dear", "ghost"}) old.objects["APIKey"].push_back("{" + key + ",\"username\":\"" + user + "\"}");
  old.objects["APIKey"].push_back(R"({"metadata":{"name":"short"},"username":"good"})");
  old.objects["CheckConfig"] = {"{}", "{}", "{}"};
  old.objects["Event"] = {event("a", "disk", 2, 5), R"({"entity":{},"metrics":{}})"};
  PlanFacts facts;
  facts.carried["CheckConfig"] = 2;
  plan_users(facts, old, {{"good", "$2a$10" + rest}, {"dear", "$2a$31" + rest}, {"odd", "$2a$10" + rest}, {"hidden", "$2a$10" + rest}},
             {"good", "dear"});
  const std::string text = text_of(plan_make(old, facts));
  for (const char* words :
       {"CheckConfig: 2 of 3; the rest is refused, as named above", "State: 1 event with history and occurrences; 1 open incident is",
        "with their passwords: good\n", "dear is not carried: password_hash: a bcrypt cost of 31 takes too long",
        "odd is not carried: picket refuses it", "without: bare", "a key of dear waits for its user (above)",
        "a key of ghost is not carried: there is no such user", "a key of good is not carried: the name of a key is the key",
        "1 key goes on as it is"}) {
    CAPTURE(std::string(words));
    CHECK(text.find(words) != text.npos);
  }
  CHECK(text.find("hidden") == text.npos);
}

TEST_CASE("a silence of nobody that got a creator is the same, one of somebody else is not") {
  Snapshot before, now;
  auto silence = [](const char* name, const std::string& creator) {
    return R"({"metadata":{"name":")" + std::string(name) + R"(","namespace":"default"},"subscription":"a","check":"b")" + creator + "}";
  };
  before.objects["Silenced"] = {silence("a:b", ""), silence("c:b", R"(,"creator":"")"), silence("d:b", R"(,"creator":"alice")")};
  now.objects["Silenced"] = {silence("a:b", R"(,"creator":"admin")"), silence("c:b", R"(,"creator":"admin")"),
                             silence("d:b", R"(,"creator":"admin")")};
  CHECK(snapshots_compare(before, now).objects == std::vector<std::string>{"Silenced default/d:b is otherwise here"});
}

TEST_CASE("the comparison shows which agents are over, which are silent, and what is worse") {
  Snapshot before, now;
  for (const char* name : {"well", "silent", "missing", "down", "worse", "waiting"}) {
    before.objects["Entity"].push_back(entity(name));
    if (std::string(name) != "missing") now.objects["Entity"].push_back(entity(name));
    before.objects["Event"].push_back(event(name, "keepalive", std::string(name) == "down" ? 2 : 0, 100));
    before.objects["Event"].push_back(event(name, "disk", 1, 100));
  }
  now.objects["Entity"].push_back(entity("fresh"));
  now.objects["Event"] = {event("well", "keepalive", 0, 200),    event("well", "disk", 0, 200),       event("silent", "keepalive", 0, 100),
                          event("down", "keepalive", 2, 150),    event("worse", "keepalive", 0, 200), event("worse", "disk", 2, 200),
                          event("waiting", "keepalive", 0, 200), event("waiting", "disk", 1, 100)};
  const Comparison c = snapshots_compare(before, now);
  CHECK(row(c, "well").state == HostState::well);
  CHECK(row(c, "well").notes == std::vector<std::string>{"disk (1 before, 0 now): well again"});
  CHECK(row(c, "silent").state == HostState::silent);
  CHECK(row(c, "missing").state == HostState::missing);
  CHECK(row(c, "down").state == HostState::down);
  CHECK(row(c, "worse").notes == std::vector<std::string>{"disk (1 before, 2 now): worse than before"});
  CHECK(row(c, "waiting").notes == std::vector<std::string>{"disk: no result since the move"});
  CHECK(c.fresh == std::vector<std::string>{"default/fresh"});
  CHECK_FALSE(comparison_is_good(c));
  CHECK(comparison_is_good(snapshots_compare({}, {})));
}

TEST_CASE("objects are compared without what a backend fills in") {
  Snapshot before, now;
  const std::string body = R"("type":"pipe","command":"x")";
  before.objects["Handler"] = {R"({"metadata":{"name":"h","namespace":"default","created_by":"admin"},)" + body + "}",
                               R"({"metadata":{"name":"gone","namespace":"default"},)" + body + "}"};
  now.objects["Handler"] = {R"({"metadata":{"name":"h","namespace":"default","labels":{"sensu.io/managed_by":"sensuctl"}},)" + body + "}"};
  before.objects["Silenced"] = {R"({"metadata":{"name":"a:b","namespace":"default"},"expire_at":5})"};
  now.taken_s = 10;
  const Comparison c = snapshots_compare(before, now);
  CHECK(c.objects == std::vector<std::string>{"Handler default/gone is not here"});
}

TEST_CASE("a record is read as it was written, and nothing else is taken for one") {
  Snapshot s;
  s.url = "http://old:8080";
  s.version = "5.11.1";
  s.taken_s = 7;
  s.objects["Entity"] = {entity("a"), entity("b")};
  const Result<Snapshot> read = snapshot_parse(snapshot_json(s));
  REQUIRE(read.ok());
  CHECK(read.value.objects == s.objects);
  CHECK(read.value.version == "5.11.1");
  CHECK(read.value.taken_s == 7);
  for (const char* text : {"", "[]", "{}", "{\"objects\":[]}"}) CHECK_FALSE(snapshot_parse(text).ok());
}
