// tests/backend/etcd/etcd_json_test.cc - what a real etcd 3.4.23 said (tests/corpus/etcd_json), and what it must not be able to do.
#include <doctest/doctest.h>

#include "backend/etcd/etcd_json.h"
#include "tests/support/corpus.h"

using namespace picket;

namespace {

std::string said(const std::string& name) {
  std::string text = file_text("tests/corpus/etcd_json/" + name + ".json");
  REQUIRE_MESSAGE(!text.empty(), name);
  return text;
}

}  // namespace

TEST_CASE("ranges, writes and transactions as etcd answers them") {
  CHECK(etcd_range_read(said("range_nothing")).value.kvs.empty());
  const EtcdRangeAnswer page = etcd_range_read(said("range_page")).value;
  REQUIRE(page.kvs.size() == 2);
  CHECK(page.header.cluster_id == 15810938805855410483u);
  CHECK(page.header.revision == 7);
  CHECK(page.kvs[1].key == "l/1");
  CHECK(page.kvs[1].value == "value 1");
  CHECK(page.kvs[1].mod_revision == 4);
  CHECK(page.more);
  CHECK(page.count == 5);
  CHECK(etcd_header_read(said("put")).value.revision == 2);
  CHECK(etcd_delete_read(said("delete")).value.deleted == 1);

  const EtcdTxnAnswer done = etcd_txn_read(said("txn_done")).value;
  CHECK(done.succeeded);
  REQUIRE(done.answers.size() == 3);
  CHECK(done.answers[0].kind == EtcdOpAnswer::put);
  CHECK(done.answers[1].kind == EtcdOpAnswer::range);
  CHECK(done.answers[1].found.kvs[0].value == "1");
  CHECK(done.answers[2].kind == EtcdOpAnswer::deleted);
  CHECK(done.answers[2].deleted_count == 1);
  const EtcdTxnAnswer not_done = etcd_txn_read(said("txn_not_done")).value;
  CHECK_FALSE(not_done.succeeded);
  CHECK(not_done.answers[0].found.kvs[0].value == "y");
}

TEST_CASE("leases, members and health as etcd answers them") {
  const EtcdLease lease = etcd_lease_read(said("lease_grant")).value;
  CHECK(lease.ttl_s == 600);
  CHECK(etcd_lease_keepalive_read(said("lease_keepalive")).value.id == lease.id);
  CHECK(etcd_lease_keepalive_read(said("lease_keepalive")).value.ttl_s == 600);
  CHECK(etcd_lease_keepalive_read(said("lease_keepalive_ended")).value.ttl_s == 0);

  CHECK(etcd_members_read(said("members")).value.members.size() == 3);
  const EtcdMembers added = etcd_members_read(said("member_added")).value;
  CHECK(added.added != 0);
  REQUIRE(added.members.size() == 4);
  const EtcdMembers list = etcd_members_read(said("members_learner")).value;
  int learners = 0;
  for (const EtcdMember& m : list.members) learners += m.learner && m.id == added.added && m.name.empty();
  CHECK(learners == 1);

  const EtcdStatus status = etcd_status_read(said("status")).value;
  CHECK(status.version == "3.4.23");
  CHECK(status.leader == status.header.member_id);
  CHECK(status.db_bytes == 20480);
  CHECK(etcd_status_read(said("status_no_quorum")).value.leader == 0);
  CHECK(etcd_alarms_read(said("alarms_none")).value.empty());
  CHECK(etcd_alarms_read(said("alarms_no_space")).value[0].kind == EtcdAlarm::no_space);
  CHECK(etcd_health_read(said("health")).value);
  CHECK_FALSE(etcd_health_read(said("health_no_quorum")).value);
  CHECK(etcd_version_read(said("version")).value == "3.4.23");
}

TEST_CASE("the messages of a watch") {
  CHECK(etcd_watch_read(said("watch_created")).value.created);
  const EtcdWatchMessage events = etcd_watch_read(said("watch_events")).value;
  REQUIRE(events.events.size() == 4);
  CHECK(events.events[0].kv.value == "one");
  CHECK(events.events[2].kv.mod_revision == events.events[1].kv.mod_revision);
  CHECK(events.events[3].deleted);
  CHECK(events.events[3].kv.key == "w/1");
  CHECK(etcd_watch_read(said("watch_fragment_0")).value.fragment);
  CHECK_FALSE(etcd_watch_read(said("watch_fragment_1")).value.fragment);
  const EtcdWatchMessage compacted = etcd_watch_read(said("watch_compacted")).value;
  CHECK(compacted.canceled);
  CHECK(compacted.compact_revision == 4);
  CHECK(etcd_watch_read(R"({"error":{"grpc_code":14,"http_code":503,"message":"etcdserver: no leader"}})").status.message == "etcdserver: no leader");
}

TEST_CASE("an error has a code and etcd's sentence") {
  struct Row { const char* name; int http; Err code; const char* text; };
  const Row rows[] = {
      {"error_future_revision", 400, Err::precondition, "future revision"},
      {"error_compacted", 400, Err::precondition, "has been compacted"},
      {"error_no_lease", 404, Err::not_found, "requested lease not found"},
      {"error_not_json", 404, Err::not_found, "status 404: Not Found"},
      {"error_bad_json", 400, Err::invalid, "cannot unmarshal"},
      {"error_too_large", 400, Err::too_large, "request is too large"},
      {"error_no_member", 404, Err::not_found, "member not found"},
      {"error_not_in_sync", 412, Err::precondition, "in sync with leader"},
      {"error_second_learner", 412, Err::precondition, "too many learner members"},
      {"error_no_space", 429, Err::io, "database space exceeded"},
      {"error_no_quorum", 500, Err::timeout, "deadline exceeded"},
  };
  for (const Row& r : rows) {
    CAPTURE(std::string(r.name));
    const Status s = etcd_error_read(r.http, said(r.name));
    CHECK(s.code == r.code);
    CHECK(s.message.find(r.text) != std::string::npos);
    CHECK(etcd_is_no_space(s) == (r.code == Err::io));
  }
  CHECK(etcd_error_read(503, "").message == "etcd answers with status 503");
}

TEST_CASE("requests are what the gateway takes") {
  EtcdRange range;
  range.key = "l/";
  range.range_end = etcd_prefix_end("l/");
  range.limit = 2;
  range.sort = EtcdRange::by_mod_revision;
  CHECK(etcd_range_json(range) == R"({"key":"bC8=","range_end":"bDA=","limit":"2","sort_order":"ASCEND","sort_target":"MOD"})");
  EtcdTxn txn;
  EtcdCompare absent;
  absent.target = EtcdCompare::create;
  absent.key = "x";
  txn.compare.push_back(absent);
  txn.success.push_back(EtcdPut{"x", "y", 7});
  CHECK(etcd_txn_json(txn) ==
        R"({"compare":[{"target":"CREATE","result":"EQUAL","key":"eA==","create_revision":"0"}],)"
        R"("success":[{"request_put":{"key":"eA==","value":"eQ==","lease":"7"}}],"failure":[]})");
  CHECK(etcd_watch_json({"w/", "w0", 9}) == R"({"create_request":{"key":"dy8=","range_end":"dzA=","start_revision":"9","fragment":true}})");
  CHECK(etcd_member_add_json({"http://a:1"}, true) == R"({"peerURLs":["http://a:1"],"isLearner":true})");
  CHECK(etcd_prefix_end("a\xff") == "b");
  CHECK(etcd_prefix_end("\xff") == std::string(1, '\0'));
}

TEST_CASE("answers that are none") {
  struct Row { const char* text; const char* error; };
  const Row rows[] = {
      {"", "expected"},
      {"[]", "expected"},
      {R"({"kvs":{}})", "kvs: expected"},
      {R"({"kvs":[{"key":"%%"}]})", "kvs[0].key: expected base64, got \"%%\""},
      {R"({"kvs":[{"mod_revision":"12x"}]})", "expected a whole number of 64 bits, got \"12x\""},
      {R"({"kvs":[{"mod_revision":"99999999999999999999"}]})", "expected a whole number of 64 bits"},
      {R"({"count":1.5})", "expected a whole number"},
      {R"({"more":"yes"})", "more: expected"},
      {R"({} {})", "expected nothing more"},
  };
  for (const Row& r : rows) {
    CAPTURE(std::string(r.text));
    const Result<EtcdRangeAnswer> got = etcd_range_read(r.text);
    CHECK_FALSE(got.ok());
    CAPTURE(got.status.message);
    CHECK(got.status.message.find(r.error) != std::string::npos);
  }
  CHECK(etcd_range_read(R"({"new field":[1,{"a":2}],"kvs":null,"count":3})").value.count == 3);  // of a later etcd
  std::string many = R"({"kvs":[{})";
  for (int i = 0; i < 1'000'000; i++) many += ",{}";
  CHECK(etcd_range_read(many + "]}").status.code == Err::too_large);
  std::string members = R"({"members":[{})";
  for (size_t i = 0; i < kEtcdMembersMax; i++) members += ",{}";
  CHECK(etcd_members_read(members + "]}").status.message.find("at most 64 members") != std::string::npos);
}

TEST_CASE("etcd from 3.4 on has what we need") {
  for (const char* fits : {"3.4.0", "3.4.23", "3.5.9", "3.6.0-rc.1", "4.0"}) CHECK_MESSAGE(etcd_version_fits(fits), std::string(fits));
  for (const char* not_one : {"3.3.13", "2.3", "", "x", "3", "3."}) CHECK_FALSE_MESSAGE(etcd_version_fits(not_one), std::string(not_one));
}
