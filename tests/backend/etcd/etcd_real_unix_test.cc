// tests/backend/etcd/etcd_real_unix_test.cc - every call and the watch against the real etcd. Nothing where it is not installed
// (apt-get install etcd-server).
#include <csignal>

#include "backend/etcd/etcd_child.h"
#include "tests/backend/etcd/real_etcd.h"
#include "tests/common/socket/tls_fixture.h"

using namespace picket;

namespace {

EtcdTxn create(const std::string& key, const std::string& value) {
  EtcdTxn txn;
  EtcdCompare absent;
  absent.target = EtcdCompare::create;
  absent.key = key;
  txn.compare.push_back(absent);
  txn.success.emplace_back(EtcdPut{key, value, 0});
  EtcdRange range;
  range.key = key;
  txn.failure.emplace_back(range);
  return txn;
}

bool missing() {
  if (!etcd_program().empty()) return false;
  MESSAGE("left out: no etcd on this machine; install the package etcd-server");
  return true;
}

EtcdRange prefix(const std::string& text) {
  EtcdRange range;
  range.key = text;
  range.range_end = etcd_prefix_end(text);
  return range;
}

}  // namespace

TEST_CASE("keys, transactions and leases of a real etcd") {
  if (missing()) return;
  NetTest t;
  RealEtcd etcd(t);
  RealClient c(t, {etcd.url});
  REQUIRE(c.answers());
  const std::string all_bytes = [] {
    std::string s;
    for (int i = 0; i < 256; i++) s += char(i);
    return s;
  }();
  CHECK(c.txn(create("a", all_bytes)).value.succeeded);
  const EtcdTxnAnswer again = c.txn(create("a", "other")).value;
  CHECK_FALSE(again.succeeded);
  REQUIRE(again.answers.size() == 1);
  CHECK(again.answers[0].found.kvs.at(0).value == all_bytes);
  for (int i = 0; i < 5; i++) CHECK(c.put("l/" + std::to_string(i), std::string(100'000, char('a' + i))).ok());
  EtcdRange page = prefix("l/");
  page.limit = 2;
  page.sort = EtcdRange::by_mod_revision;
  page.descending = true;
  const EtcdRangeAnswer got = c.range(page).value;
  REQUIRE(got.kvs.size() == 2);
  CHECK(got.more);
  CHECK(got.kvs[0].key == "l/4");
  CHECK(got.kvs[0].value == std::string(100'000, 'e'));
  auto deleted = c.wait<EtcdDeleteAnswer>([&](auto done) { etcd_delete(c.client, {"l/", etcd_prefix_end("l/")}, {}, done); });
  CHECK(deleted.value.deleted == 5);
  CHECK(c.put("big", std::string(2'000'000, 'x')).status.code == Err::too_large);

  const EtcdLease lease = c.wait<EtcdLease>([&](auto done) { etcd_lease_grant(c.client, 60, {}, done); }).value;
  CHECK(c.put("m/a", "alive", lease.id).ok());
  CHECK(c.wait<EtcdLease>([&](auto done) { etcd_lease_keepalive(c.client, lease.id, {}, done); }).value.ttl_s == 60);
  CHECK(c.wait<EtcdHeader>([&](auto done) { etcd_lease_revoke(c.client, lease.id, {}, done); }).ok());
  CHECK(c.range(prefix("m/")).value.kvs.empty());
  CHECK(c.wait<EtcdLease>([&](auto done) { etcd_lease_keepalive(c.client, lease.id, {}, done); }).value.ttl_s == 0);
  c.close();
  etcd.kill();
  t.close();
}

TEST_CASE("members and maintenance of a real etcd") {
  if (missing()) return;
  NetTest t;
  RealEtcd etcd(t);
  RealClient c(t, {etcd.url});
  REQUIRE(c.answers());
  const EtcdMembers one = c.wait<EtcdMembers>([&](auto done) { etcd_member_list(c.client, {}, done); }).value;
  REQUIRE(one.members.size() == 1);
  CHECK(one.members[0].client_urls == std::vector<std::string>{etcd.url});
  const std::string other = etcd.free_url();
  const EtcdMembers added = c.wait<EtcdMembers>([&](auto done) { etcd_member_add(c.client, {other}, true, {}, done); }).value;
  REQUIRE(added.members.size() == 2);
  CHECK(c.put("a", "a learner that never comes harms nothing").ok());
  auto promoted = c.wait<EtcdMembers>([&](auto done) { etcd_member_promote(c.client, added.added, {}, done); });
  CHECK(promoted.status.code == Err::precondition);
  CHECK(c.wait<EtcdMembers>([&](auto done) { etcd_member_update(c.client, added.added, {"http://127.0.0.1:9"}, {}, done); }).ok());
  CHECK(c.wait<EtcdMembers>([&](auto done) { etcd_member_remove(c.client, added.added, {}, done); }).value.members.size() == 1);
  CHECK(c.wait<EtcdMembers>([&](auto done) { etcd_member_remove(c.client, 1, {}, done); }).status.code == Err::not_found);

  const EtcdStatus status = c.wait<EtcdStatus>([&](auto done) { etcd_status(c.client, {}, done); }).value;
  CHECK(status.leader == one.members[0].id);
  CHECK(etcd_version_fits(c.wait<std::string>([&](auto done) { etcd_version(c.client, {}, done); }).value));
  CHECK(c.wait<std::vector<EtcdAlarm>>([&](auto done) { etcd_alarms(c.client, {}, done); }).value.empty());
  CHECK(c.wait<std::vector<EtcdAlarm>>([&](auto done) { etcd_disarm(c.client, {EtcdAlarm::no_space, status.leader}, {}, done); }).ok());
  CHECK(c.wait<EtcdHeader>([&](auto done) { etcd_defragment(c.client, {}, done); }).ok());
  CHECK_FALSE(c.wait<EtcdHeader>([&](auto done) { etcd_transfer_leadership(c.client, 1, {}, done); }).ok());
  c.close();
  etcd.kill();
  t.close();
}

TEST_CASE("a watch of a real etcd goes on after etcd was killed, and says what is compacted") {
  if (missing()) return;
  NetTest t;
  RealEtcd etcd(t);
  RealClient c(t, {etcd.url});
  REQUIRE(c.answers());
  std::string values;
  int opened = 0;
  int64_t compacted = 0;
  auto on_event = [&](const EtcdWatchEvent& e) {
    opened += e.kind == EtcdWatchEvent::opened;
    if (e.kind == EtcdWatchEvent::compacted) compacted = e.compact_revision;
    for (const EtcdEvent& x : e.events) values += (x.deleted ? "-" : "") + x.kv.value + " ";
  };
  etcd_watch(c.client, {"w/", etcd_prefix_end("w/"), 0}, on_event);
  REQUIRE(t.until([&] { return opened == 1; }));
  CHECK(c.put("w/1", "one").ok());
  CHECK(c.put("x", "not watched").ok());
  CHECK(c.wait<EtcdDeleteAnswer>([&](auto done) { etcd_delete(c.client, {"w/1", ""}, {}, done); }).ok());
  CHECK(t.until([&] { return values == "one - "; }));
  etcd.kill();
  CHECK(c.put("w/2", "lost").status.code == Err::unavailable);
  etcd.start();
  REQUIRE(c.answers());
  CHECK(c.put("w/3", "three").ok());
  CHECK(t.until([&] { return values == "one - three "; }));
  CHECK(opened == 2);

  EtcdTxn large;  // more than one message of a watch may have
  for (int i = 0; i < 12; i++) large.success.emplace_back(EtcdPut{"f/" + std::to_string(i), std::string(100'000, 'f'), 0});
  for (int i = 0; i < 5; i++) CHECK(c.txn(large).ok());
  const int64_t end = c.put("f/end", "end").value.revision;
  int64_t last = 0;
  size_t events = 0;
  etcd_watch(c.client, {"f/", etcd_prefix_end("f/"), 2}, [&](const EtcdWatchEvent& e) {
    for (const EtcdEvent& x : e.events) {
      CHECK(x.kv.mod_revision >= last);
      last = x.kv.mod_revision;
    }
    events += e.events.size();
  });
  CHECK(t.until([&] { return last == end; }));
  CHECK(events == 61);

  CHECK(c.wait<EtcdHeader>([&](auto done) { etcd_compact(c.client, end, {}, done); }).ok());
  EtcdWatch* late = etcd_watch(c.client, {"w/", etcd_prefix_end("w/"), 2}, on_event);
  CHECK(t.until([&] { return compacted > 0; }));
  etcd_watch_close(late);
  c.close();
  etcd.kill();
  t.close();
}

TEST_CASE("calls and a watch over TLS with a client's certificate, and none without") {
  if (missing()) return;
  Certificates& certs = certificates();
  REQUIRE(certs.issue("member", "ca", "subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\n"));
  NetTest t;
  RealEtcd etcd(t, "https",
                {"--cert-file", certs.path("member.pem"), "--key-file", certs.path("member.key"), "--trusted-ca-file", certs.path("ca.pem"),
                 "--client-cert-auth"});
  TlsOptions tls;
  tls.ca_file = certs.path("ca.pem");
  tls.cert_file = certs.path("client.pem");
  tls.key_file = certs.path("client.key");
  RealClient c(t, {etcd.url}, tls);
  REQUIRE(c.answers());
  std::string values;
  bool opened = false;
  etcd_watch(c.client, {"w/", etcd_prefix_end("w/"), 0}, [&](const EtcdWatchEvent& e) {
    opened = opened || e.kind == EtcdWatchEvent::opened;
    for (const EtcdEvent& x : e.events) values += x.kv.value;
  });
  REQUIRE(t.until([&] { return opened; }));
  const std::string large(1'000'000, 'x');
  CHECK(c.put("w/1", large).ok());
  CHECK(t.until([&] { return values == large; }));
  tls.cert_file = tls.key_file = "";
  RealClient bare(t, {etcd.url}, tls);
  CHECK(bare.put("a", "b").status.code == Err::unavailable);
  tls.ca_file = certs.path("otherca.pem");
  RealClient wrong(t, {etcd.url}, tls);
  CHECK(wrong.put("a", "b").status.message.find("certificate") != std::string::npos);
  for (RealClient* each : {&c, &bare, &wrong}) each->close();
  etcd.kill();
  t.close();
}

// ---- our child ----

namespace {

EtcdSettings settings_of(RealEtcd& at) {  // `at` gives directory and addresses; its own etcd is ended
  at.kill();
  EtcdSettings s;
  s.cluster = true;
  s.data_dir = at.dir + "/child";
  s.listen_client_urls = {at.url};
  s.listen_peer_urls = s.initial_advertise_peer_urls = {at.peer_url};
  s.initial_cluster = "default=" + at.peer_url;
  etcd_settings_complete(s);
  return s;
}

}  // namespace

TEST_CASE("our etcd is started again when it was killed, and ends when we stop it") {
  if (missing()) return;
  NetTest t;
  RealEtcd at(t);
  const EtcdSettings s = settings_of(at);
  RealClient c(t, etcd_endpoints_of(s));
  Result<EtcdChild*> child = etcd_child_start(&t.loop, c.client, s);
  REQUIRE(child.ok());
  REQUIRE(c.answers());
  CHECK(c.put("a", "kept").ok());
  const int pid = etcd_child_pid(child.value);
  kill(pid, SIGKILL);
  CHECK(t.until([&] { return !etcd_child_problem(child.value).empty(); }));
  CHECK(etcd_child_problem(child.value) == "etcd ended with signal 9");
  REQUIRE(t.until([&] { return etcd_child_pid(child.value) != 0; }));
  CHECK(etcd_child_pid(child.value) != pid);
  REQUIRE(c.answers());
  CHECK(c.range(prefix("a")).value.kvs.at(0).value == "kept");
  bool stopped = false;
  const int64_t before = os_mono_ms();
  etcd_child_stop(child.value, [&] { stopped = true; });
  CHECK(t.until([&] { return stopped; }, 15'000));
  CHECK(os_mono_ms() - before < 9000);
  c.close();
  t.close();
}

TEST_CASE("a port that is taken and a program that is missing are said with the remedy") {
  if (missing()) return;
  NetTest t;
  RealEtcd at(t);
  EtcdSettings s = settings_of(at);
  at.start();  // as Debian's package does
  RealClient c(t, {at.url});
  REQUIRE(c.answers());
  Result<EtcdChild*> child = etcd_child_start(&t.loop, c.client, s);
  REQUIRE(child.ok());
  CHECK(t.until([&] { return !etcd_child_problem(child.value).empty(); }));
  CHECK(etcd_child_problem(child.value).find("systemctl disable --now etcd") != std::string::npos);
  bool stopped = false;
  etcd_child_stop(child.value, [&] { stopped = true; });
  CHECK(t.until([&] { return stopped; }));
  s.program = "/nowhere/etcd";
  CHECK(etcd_child_start(&t.loop, c.client, s).status.message.find("there is no /nowhere/etcd") != std::string::npos);
  CHECK(etcd_program_find("no-such-etcd").status.message.find("apt-get install etcd-server") != std::string::npos);
  c.close();
  at.kill();
  t.close();
}
