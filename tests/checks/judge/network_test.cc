// tests/checks/judge/network_test.cc - dialogues, DNS, time and pages, and what is said of them.
#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

#include "checks/protocol/dialog.h"
#include "checks/protocol/dns_message.h"
#include "checks/judge/network.h"
#include "checks/protocol/sntp.h"

using namespace picket;

// A conversation as text: "<" is what the server says, a byte at a time or at once; what we say and the verdict are gathered.
struct Seen { std::string said, text; CheckState state = CheckState::unknown; bool done = false, secure = false; };

static void feed(Seen& t, const Dialog& dialog, DialogEvent event, std::string& received) {
  if (t.done) return;
  DialogStep s = dialog(event, received);
  t.said += s.send;
  t.secure |= s.kind == DialogStep::secure;
  if (s.kind == DialogStep::done) t.done = true, t.state = s.state, t.text = s.text;
}

static Seen talk(const Dialog& dialog, const std::vector<std::string>& server, bool by_bytes, bool end = true) {
  Seen t;
  std::string received;
  feed(t, dialog, DialogEvent::opened, received);
  for (const std::string& s : server) {
    if (s == "TLS") {
      feed(t, dialog, DialogEvent::secured, received);
      continue;
    }
    for (size_t i = 0; i < s.size(); i += by_bytes ? 1 : s.size()) {
      received += s.substr(i, by_bytes ? 1 : s.size());
      feed(t, dialog, DialogEvent::bytes, received);
    }
  }
  if (end) feed(t, dialog, DialogEvent::ended, received);
  return t;
}

static const std::string kZero(1, '\0');
static std::string mysql_packet(int number, const std::string& body) { return std::string{char(body.size()), 0, 0, char(number)} + body; }
static std::string postgres_message(char kind, const std::string& body) { return std::string{kind, 0, 0, 0, char(body.size() + 4)} + body; }

TEST_CASE("dialogs: what servers say, and what is made of it") {
  const std::string greeting = mysql_packet(0,
                                            "\x0a"
                                            "10.11.6-MariaDB" +
                                                kZero + std::string(40, 'x'));
  const std::string refused = mysql_packet(2, std::string("\xff\x15\x04#28000Access denied for user", 31)),
                    many = mysql_packet(0, std::string("\xff\x10\x04Too many connections", 23));
  const std::string starting = "SFATAL" + kZero + "C57P03" + kZero + "Mthe database system is starting up" + kZero + kZero;
  const std::string no_user = "SFATAL" + kZero + "C28000" + kZero + "Mrole does not exist" + kZero + kZero;
  Pattern any = pattern_parse("").value, nine = pattern_parse("OpenSSH_9").value;
  struct Row { const char* why; Dialog dialog; std::vector<std::string> server; CheckState state; const char* text; };
  const auto ok = CheckState::ok, critical = CheckState::critical;
  const Row rows[] = {
      {"tcp: connected is enough", dialog_tcp({}), {}, ok, "connected"},
      {"tcp: expected", dialog_tcp({"PING", "PONG"}), {"xxPONGyy"}, ok, "the response contains \"PONG\""},
      {"tcp: something else", dialog_tcp({"PING", "PONG"}), {"NO"}, critical, "\"PONG\" is not in the response \"NO\""},
      {"tcp: silence", dialog_tcp({"", "", true}), {}, critical, "connection closed before a response"},
      {"smtp: well", dialog_smtp({}), {"220-hello\r\n220 mx\r\n", "250-mx\r\n250 SIZE\r\n"}, ok, "250-mx"},
      {"smtp: busy", dialog_smtp({}), {"421 too busy\r\n"}, critical, "greeting 421 too busy"},
      {"smtp: no TLS there", dialog_smtp({"me", "220", true}), {"220 mx\r\n", "250 mx\r\n"}, critical, "the server does not offer STARTTLS"},
      {"smtp: TLS", dialog_smtp({"me", "220", true}), {"220 mx\r\n", "250-mx\r\n250 STARTTLS\r\n", "220 go\r\n", "TLS", "250 mx\r\n"}, ok, "250 mx"},
      {"smtp: gone", dialog_smtp({}), {"220 mx\r\n"}, critical, "connection closed before the end of the greeting"},
      {"ssh", dialog_ssh("", any), {"hello\r\nSSH-2.0-OpenSSH_9.2\r\n"}, ok, "SSH-2.0-OpenSSH_9.2"},
      {"ssh: another version",
       dialog_ssh("OpenSSH_9", nine),
       {"SSH-2.0-dropbear\n"},
       critical,
       "version SSH-2.0-dropbear does not match OpenSSH_9"},
      {"ssh: old", dialog_ssh("", any), {"SSH-1.5-x\n"}, critical, "the server uses an old protocol: SSH-1.5-x"},
      {"ssh: none", dialog_ssh("", any), {"HTTP/1.1 400\r\n"}, critical, "connection closed before an SSH banner"},
      {"redis", dialog_redis({}), {"+PONG\r\n"}, ok, "PONG"},
      {"redis: a password", dialog_redis({}), {"-NOAUTH Authentication required.\r\n"}, ok, "responds, password required"},
      {"redis: with one", dialog_redis({"", "secret"}), {"+OK\r\n", "+PONG\r\n"}, ok, "PONG"},
      {"redis: a wrong one", dialog_redis({"", "secret"}), {"-WRONGPASS no\r\n"}, critical, "WRONGPASS no"},
      {"redis: loading", dialog_redis({}), {"-LOADING Redis is loading\r\n"}, critical, "LOADING Redis is loading"},
      {"redis: none", dialog_redis({}), {"HTTP/1.1 400 Bad Request\r\n"}, critical, "not a Redis server: HTTP/1.1 400 Bad Request"},
      {"mysql: refused is well", dialog_mysql("picket"), {greeting, refused}, ok, "version 10.11.6-MariaDB"},
      {"mysql: full", dialog_mysql("picket"), {many}, critical, "error 1040: Too many connections"},
      {"mysql: another way to log in", dialog_mysql("picket"), {greeting, mysql_packet(2, "\xfe" "caching_sha2_password" + kZero), refused}, ok, "version 10.11.6-MariaDB"},
      {"mysql: none", dialog_mysql("picket"), {"HTTP/1.1 400 Bad Request\r\n"}, critical, "not a MySQL server"},
      {"mysql: cut off", dialog_mysql("picket"), {greeting}, critical, "connection closed during the login"},
      {"postgres: password wanted", dialog_postgres({}), {postgres_message('R', std::string("\0\0\0\x0a", 4))}, ok, "accepts connections"},
      {"postgres: no such user", dialog_postgres({}), {postgres_message('E', no_user)}, ok, "accepts connections"},
      {"postgres: starting", dialog_postgres({}), {postgres_message('E', starting)}, critical, "the database system is starting up (57P03)"},
      {"postgres: none", dialog_postgres({}), {"HTTP/1.1 400"}, critical, "not a PostgreSQL server"},
      {"postgres: no TLS", dialog_postgres({"a", "", true}), {"N"}, critical, "the server does not support TLS"},
      {"postgres: TLS",
       dialog_postgres({"a", "", true}),
       {"S", "TLS", postgres_message('R', std::string(4, '\0')) + postgres_message('Z', "I")},
       ok,
       "accepts connections"},
      {"imap to TLS", dialog_start_tls("imap"), {"* OK hi\r\n", "a OK go\r\n", "TLS"}, ok, ""},
      {"pop3 without", dialog_start_tls("pop3"), {"+OK hi\r\n", "-ERR what\r\n"}, critical, "no TLS: -ERR what"},
      {"ftp, a long greeting", dialog_start_tls("ftp"), {"220-hi\r\n220 there\r\n", "234 go\r\n", "TLS"}, ok, ""},
  };
  for (const Row& r : rows)
    for (bool by_bytes : {false, true}) {
      CAPTURE(r.why);
      CAPTURE(by_bytes);
      // (a copy: dialogs have a state. Postgres' one letter about TLS and bytes of a banner may come alone.)
      Seen t = talk(Dialog(r.dialog), r.server, by_bytes);
      CHECK(t.done);
      bool first_bytes_decide = std::string(r.text).find("is not in the response \"NO") == 0;
      if (by_bytes && first_bytes_decide) continue;
      CHECK(t.state == r.state);
      CHECK(t.text == r.text);
    }
  CHECK(talk(dialog_smtp({"me", "220", true}), {"220 mx\r\n", "250 STARTTLS\r\n", "220 go\r\n"}, false, false).secure);
  CHECK(talk(dialog_redis({"bob", "secret"}), {}, false).said == "*3\r\n$4\r\nAUTH\r\n$3\r\nbob\r\n$6\r\nsecret\r\n");
  CHECK(!dialog_start_tls("gopher"));
  CHECK(dialog_unescape("a\\r\\n\\x41\\\\") == "a\r\nA\\");
}

// ---- dns ----

TEST_CASE("dns: questions, answers, and what is no answer") {
  Result<std::string> q = dns_question(0x1234, "www.example.org.", dns_type_number("mx"));
  REQUIRE(q.ok());
  CHECK(q.value.substr(12) == std::string("\3www\7example\3org\0\0\x0f\0\1", 21));
  CHECK(!dns_question(1, "a..b", 1).ok());
  CHECK(!dns_question(1, std::string(64, 'a'), 1).ok());
  CHECK(dns_reverse_name("192.0.2.7") == "7.2.0.192.in-addr.arpa");
  CHECK(dns_reverse_name("2001:db8::1") == "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
  CHECK(dns_reverse_name("host.name") == "host.name");
  const std::string head("\x12\x34\x84\x00\0\1\0\3\0\0\0\0", 12), question = q.value.substr(12);
  const std::string mx("\xc0\x0c\0\x0f\0\1\0\0\1\0\0\x07\0\x0a\2mx\xc0\x10", 19), a("\xc0\x10\0\1\0\1\0\0\0\x3c\0\4\xc0\0\2\7", 16),
      aaaa = std::string("\xc0\x10\0\x1c\0\1\0\0\0\x3c\0\x10", 12) + std::string("\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1", 16);
  Result<DnsAnswer> answer = dns_answer(head + question + mx + a + aaaa);
  REQUIRE_MESSAGE(answer.ok(), answer.status.message);
  CHECK(answer.value.id == 0x1234);
  CHECK(answer.value.authoritative);
  REQUIRE(answer.value.records.size() == 3);
  CHECK(answer.value.records[0].text == "10 mx.example.org");
  CHECK(answer.value.records[0].ttl == 256);
  CHECK(answer.value.records[1].text == "192.0.2.7");
  CHECK(answer.value.records[2].text == "2001:db8:0:0:0:0:0:1");
  const std::string whole = head + question + mx + a + aaaa;
  for (size_t i = 0; i < whole.size(); i++) CHECK(!dns_answer(whole.substr(0, i)).ok());
  CHECK(!dns_answer(head + std::string("\xc0\x0c\0\1\0\1", 6)).ok());  // a name that points to itself
}

// ---- time ----

TEST_CASE("time: the offset from four times, and refusals") {
  const int64_t sent = 1'700'000'000'123'456'789, received = sent + 20'000'000;  // 20 ms there and back
  std::string q = sntp_question(sent);
  auto answer_at = [&](int64_t server_ns, int stratum, int leap) {
    std::string m = q, t = sntp_question(server_ns).substr(40);
    m[0] = char(0x24 | leap << 6), m[1] = char(stratum);
    return m.replace(24, 8, q.substr(40)).replace(32, 8, t).replace(40, 8, t);
  };
  Result<SntpSample> s = sntp_answer(answer_at(sent + 10'000'000 + 1'500'000'000, 2, 0), sent, received);
  REQUIRE_MESSAGE(s.ok(), s.status.message);
  CHECK(s.value.offset == doctest::Approx(1.5));
  CHECK(s.value.delay == doctest::Approx(0.02));
  CHECK(sntp_answer(answer_at(sent, 0, 0), sent, received).status.message.find("rejected by the server") != std::string::npos);
  CHECK(sntp_answer(answer_at(sent, 2, 0), sent + 1'000'000, received).status.code == Err::precondition);
  CHECK(!sntp_answer(q, sent, received).ok());  // our own question comes back
  CHECK(!sntp_answer(q.substr(0, 47), sent, received).ok());
  SntpSample far = s.value, near = s.value;
  far.delay = 1, far.offset = 9, near.offset = -0.7;
  CHECK(judge_time("t", {far, near}, limits_parse("0.5", "5").value, CheckState::critical).state == CheckState::warning);
  near.leap = 3;
  CHECK(judge_time("t", {near}, {}, CheckState::critical).state == CheckState::critical);
}

TEST_CASE("ping: the mean of what came back, and what was lost") {
  PingRules rules{limits_parse("20", "100").value, limits_parse("20", "60").value};
  CHECK(report_print("ping", judge_ping("h", {0.01, 0.03}, rules), {}) ==
        "PING OK: h: 2 of 2 received, 20.0 ms round trip | rtt=0.02s;0.02;0.1;0 loss=0%;20;60;0;100 rtt_min=0.01s;;;0 rtt_max=0.03s;;;0\n");
  CHECK(judge_ping("h", {0.01, NAN, NAN}, rules).state == CheckState::critical);
  CHECK(judge_ping("h", {0.05, 0.05}, rules).state == CheckState::warning);
  CHECK(judge_ping("h", {NAN, NAN}, {}).state == CheckState::critical);  // whatever the rules
}

TEST_CASE("http and certificates") {
  Http1Message m;
  m.headers = {{"Server", "nginx/1.2"}};
  m.body = "hello world";
  auto state = [&](int status, HttpRules rules) {
    Report r;
    m.status = status;
    judge_http(r, m, {}, rules);
    return r.state;
  };
  CHECK(state(200, {}) == CheckState::ok);
  CHECK(state(302, {}) == CheckState::ok);
  CHECK(state(404, {}) == CheckState::warning);
  CHECK(state(500, {}) == CheckState::critical);
  HttpRules rules;
  rules.statuses = "404,5xx";
  CHECK(state(404, rules) == CheckState::ok);
  CHECK(state(503, rules) == CheckState::ok);
  CHECK(state(200, rules) == CheckState::critical);
  rules = {};
  rules.contains = "world", rules.pattern_text = "^hello", rules.pattern = pattern_parse("^hello").value;
  CHECK(state(200, rules) == CheckState::ok);
  rules.lacks_text = "o w", rules.lacks = pattern_parse("o w").value;
  CHECK(state(200, rules) == CheckState::critical);
  rules = {};
  rules.headers = {{"server", "nginx"}, {"X-No", ""}};
  CHECK(state(200, rules) == CheckState::critical);
  CHECK(!http_statuses_check("20").ok());
  CHECK(http_statuses_check("200,3xx").ok());

  const int64_t now = 1'700'000'000;
  TlsCertificate leaf{"CN=host", "CN=ca", {"host"}, now - 86400, now + 20 * 86400, "EC 256"},
      middle{"CN=ca", "CN=root", {}, now - 86400, now + 5 * 86400, "RSA 2048"};
  auto judged = [&](std::vector<TlsCertificate> chain, const char* problem, bool wanted = true) {
    Report r;
    judge_certificate(r, chain, problem, {limits_parse("30:", "3:").value, wanted}, now);
    return r;
  };
  CHECK(judged({leaf}, "").state == CheckState::warning);
  CHECK(judged({leaf, middle}, "").summary == "the certificate of CN=ca in its chain expires in 5 d 0 h");
  CHECK(judged({leaf}, "unknown").state == CheckState::critical);
  CHECK(judged({leaf}, "unknown", false).state == CheckState::ok);
  CHECK(judged({}, "").state == CheckState::critical);
  leaf.not_after = now - 86400;
  CHECK(judged({leaf}, "it has expired").summary == "it has expired");
}

TEST_CASE("what MariaDB 10.11, PostgreSQL 15 and Redis 7 said") {
  struct Row {
    const char* file;
    CheckState state;
    const char* text;
  };
  const Row rows[] = {
      {"mysql_accepted", CheckState::ok, "version 10.11.19-MariaDB-0+deb12u1"},
      {"mysql_refused", CheckState::ok, "version 10.11.19-MariaDB-0+deb12u1"},
      {"mysql_locked", CheckState::ok, "version 10.11.19-MariaDB-0+deb12u1"},
      {"mysql_socket_user", CheckState::ok, "version 10.11.19-MariaDB-0+deb12u1"},
      {"mysql_limit", CheckState::critical,
       "error 1226: User 'lim' has exceeded the 'max_connections_per_hour' resource (current value: 1)"},
      {"postgres_trust", CheckState::ok, "accepts connections, version 15.18 (Debian 15.18-0+deb12u1)"},
      {"postgres_scram", CheckState::ok, "accepts connections"},
      {"postgres_no_database", CheckState::ok, "accepts connections"},
      {"postgres_no_role", CheckState::ok, "accepts connections"},
      {"postgres_reject", CheckState::ok, "accepts connections"},
      {"postgres_wants_tls", CheckState::ok, "accepts connections"},
      {"postgres_too_many", CheckState::critical,
       "remaining connection slots are reserved for non-replication superuser connections (53300)"},
      {"postgres_limit", CheckState::critical, "too many connections for role \"lim\" (53300)"},
      {"redis_pong", CheckState::ok, "PONG"},
      {"redis_wants_password", CheckState::ok, "responds, password required"},
      {"redis_wrong_password", CheckState::critical, "WRONGPASS invalid username-password pair or user is disabled."},
      {"redis_too_many", CheckState::critical, "ERR max number of clients reached"},
  };
  for (const Row& r : rows) {
    CAPTURE(r.file);
    std::ifstream file(std::string("tests/corpus/dialog/") + r.file, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)), {});
    REQUIRE(!bytes.empty());
    auto dialog = [&] {
      return r.file[0] == 'm' ? dialog_mysql("me")
          : r.file[0] == 'p'  ? dialog_postgres({})
                              : dialog_redis({"", bytes[0] == '+' || bytes[1] == 'W' ? "x" : ""});
    };
    Seen t = talk(dialog(), {bytes}, true);
    CHECK(t.state == r.state);
    CHECK(t.text == r.text);
    bool was_well = false;  // a part of an answer is no good one
    for (size_t cut = 0; cut < bytes.size(); cut++) {
      t = talk(dialog(), {bytes.substr(0, cut)}, true);
      CHECK(t.done);
      CHECK((!was_well || t.state == CheckState::ok));
      was_well = t.state == CheckState::ok;
    }
    CHECK((!was_well || std::string_view(r.file) == "postgres_scram"));  // what the server thinks of our leaving comes after its answer
  }
}
