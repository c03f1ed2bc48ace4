// tests/backend/auth/auth_test.cc - users, tokens, sessions and the first start, over a real store in a temporary directory.
#include <doctest/doctest.h>

#include <filesystem>

#include "backend/auth/auth.h"
#include "backend/access/jwt.h"
#include "backend/auth/password.h"
#include "common/tls/crypto.h"
#include "common/json/json.h"
#include "common/text/log.h"
#include "common/os/os.h"
#include "tests/support/temp_dir.h"

using namespace picket;
namespace fs = std::filesystem;

namespace {

const int64_t kNow = os_unix_ms() / 1000;

const LoginFrom kHere{true, "127.0.0.1", false};

struct World {
  std::string dir;
  uv_loop_t loop{};
  Store* store = nullptr;
  Auth* auth = nullptr;
  Seeded seeded;

  explicit World(const SeedOptions& seed = {}) {
    log_set_sink([](std::string_view) {});
    dir = temp_dir("auth");
    uv_loop_init(&loop);
    start(seed);
  }
  ~World() {
    stop();
    uv_loop_close(&loop);
    fs::remove_all(dir);
    log_set_sink({});
  }
  void start(const SeedOptions& seed = {}) {
    store = store_open(&loop, dir + "/picket.db").value;
    auto made = auth_seed(store, seed, kNow, {});
    REQUIRE(made.ok());
    seeded = made.value;
    auth = auth_open(&loop, store).value;
  }
  void stop() {
    bool closed = false;
    auth_close(auth, [&] { closed = true; });
    while (!closed) uv_run(&loop, UV_RUN_ONCE);
    store_close(store, {});
    uv_run(&loop, UV_RUN_DEFAULT);
  }
  void restart() { stop(), start(); }

  template <class T, class F>
  T wait(F start_it) {
    bool called = false;
    T out;
    start_it([&](T r) { out = std::move(r), called = true; });
    while (!called) uv_run(&loop, UV_RUN_ONCE);  // NOLINT(bugprone-infinite-loop): the callback sets it
    return out;
  }
  Result<Identity> login(const std::string& user, const std::string& password, bool local = true) {
    return login_at(user, password, {local, "192.0.2." + std::to_string(++callers), false});  // from a fresh address each
  }
  Result<Identity> login_at(const std::string& user, const std::string& password, const LoginFrom& from) {
    return wait<Result<Identity>>([&](auto done) { auth_login(auth, user, password, from, done); });
  }
  int callers = 0;
  Tokens issue(const Identity& who, int64_t now = kNow) {
    return wait<Result<Tokens>>([&](auto done) { auth_issue(auth, who, "http://host:8080", now, done); }).value;
  }
  Result<Tokens> refresh(const Tokens& t, int64_t now = kNow) {
    return wait<Result<Tokens>>([&](auto done) { auth_refresh(auth, "Bearer " + t.access, t.refresh, "", now, done); });
  }
  Status logout(const Tokens& t) {
    return wait<Status>([&](auto done) { auth_logout(auth, "Bearer " + t.access, t.refresh, kNow, done); });
  }
  Result<Identity> identify(const Tokens& t, int64_t now = kNow) { return auth_identify(auth, "Bearer " + t.access, now); }
  void put_user(const User& user) {
    StoreWrite w;
    w.object = {"users", "", user.username, encode(user), 0};
    REQUIRE(wait<Status>([&](auto done) { store_write(store, {w}, done); }).ok());
  }
  User user(const std::string& name) { return decode<User>(store_get(store, "users", "", name).value.body).value; }
};

}  // namespace

TEST_CASE("passwords: what was hashed matches, what Go's bcrypt made matches, the rest does not") {
  std::string hash = password_hash("correct horse").value;
  CHECK(password_matches("correct horse", hash));
  CHECK_FALSE(password_matches("correct horsf", hash));
  CHECK(password_matches("P@ssw0rd!", password_default_hash()));
  struct Row { const char *password, *hash, *why; bool matches; };
  static const Row kRows[] = {
#if HAVE_BCRYPT || HAVE_CRYPT
      {"U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "a published vector", true},
      {"U*V", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "another password", false},
      {"U*U", "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "$2b$ is the same algorithm", true},
      {"U*U", "$2a$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "an imported cost that would take a day", false},
#endif
      {"x", "", "no hash", false},
      {"x", "x", "the plain text is no hash", false},
      {"", "*0", "the mark of a failed crypt", false},
      {"x", "$2a$10$AAAAAAAAAAAAAAAAAAAAAOu1Yv0uSm2cS1jP0sdc0bX5V0Z0p0R7", "a character short", false},
      {"x", "$pbkdf2-sha256$", "nothing behind the prefix", false},
      {"x", "$pbkdf2-sha256$0$AA$AA", "no rounds", false},
      {"x", "$pbkdf2-sha256$99999999999$AA$AA", "rounds beyond any number", false},
      {"x", "$1$abc$def", "another scheme", false},
  };
  for (const Row& r : kRows) {
    CAPTURE(r.why);
    CHECK(password_matches(r.password, r.hash) == r.matches);
  }
  std::string pbkdf2 =
      "$pbkdf2-sha256$1000$" + base64url_encode("saltsalt") + "$" + base64url_encode(pbkdf2_sha256("pw", "saltsalt", 1000));
  CHECK(password_matches("pw", pbkdf2));
  CHECK_FALSE(password_matches("px", pbkdf2));
  CHECK_FALSE(password_hash(std::string(73, 'x')).ok());
}

TEST_CASE("jwt: three parts, our signature, our claims") {
  Claims claims{"admin", "id", "session", "http://h", {"a", "b"}, 1234, false};
  std::string token = jwt_sign(claims, "secret");
  auto back = jwt_verify(token, "secret");
  REQUIRE(back.ok());
  CHECK(back.value.subject == "admin");
  CHECK(back.value.groups == StringList{"a", "b"});
  CHECK(back.value.expires_at == 1234);
  CHECK(token.substr(0, 37) == "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.");
  CHECK_FALSE(jwt_verify(token, "other").ok());

  auto forged = [](const std::string& header, const std::string& payload) {
    std::string text = base64url_encode(header) + "." + base64url_encode(payload);
    return text + "." + base64url_encode(hmac_sha256("secret", text));
  };
  const std::string hs = R"({"alg":"HS256","typ":"JWT"})", good = R"({"exp":1,"jti":"j","sub":"s","use":"access"})";
  CHECK(jwt_verify(forged(hs, good), "secret").ok());
  struct Row { std::string token; const char* why; };
  const Row kRows[] = {
      {forged(R"({"alg":"none"})", good), "no signature wanted"},
      {forged(hs, R"({"exp":"1","jti":"j","sub":"s","use":"access"})"), "exp is text"},
      {forged(hs, R"({"exp":1,"jti":"j","sub":"s"})"), "of no use"},
      {forged(hs, R"({"exp":1,"jti":"j","sub":"","use":"access"})"), "nobody"},
      {forged(hs, "[]"), "no object"},
      {token + ".", "four parts"},
      {token.substr(0, token.size() - 1), "a signature cut short"},
      {token.substr(0, token.rfind('.') + 1), "no signature"},
      {"", "nothing"},
      {"..", "three empty parts"},
      {std::string(kTokenMax + 1, 'a'), "too long"},
  };
  for (const Row& r : kRows) {
    CAPTURE(r.why);
    CHECK_FALSE(jwt_verify(r.token, "secret").ok());
  }
  for (size_t cut = 0; cut < token.size(); cut++) CHECK_FALSE(jwt_verify(token.substr(0, cut), "secret").ok());
}

TEST_CASE("the first start makes what the reference's init makes, once") {
  World w;
  CHECK(w.seeded.first_start);
  CHECK(w.seeded.generated_password.empty());
  CHECK(store_get(w.store, "namespaces", "", "default").ok());
  CHECK(store_list(w.store, "clusterroles", "", "", "", 0).value.size() == 6);
  CHECK(store_list(w.store, "clusterrolebindings", "", "", "", 0).value.size() == 3);
  CHECK(store_list(w.store, "roles", "", "", "", 0).value.size() == 2);
  CHECK(auth_rules(w.auth).cluster_roles.count("cluster-admin") == 1);
  w.restart();
  CHECK_FALSE(w.seeded.first_start);
  CHECK(store_list(w.store, "users", "", "", "", 0).value.size() == 2);
}

TEST_CASE("a first start that others can reach prints a password, unless it is given one") {
  SeedOptions remote;
  remote.remote = true;
  {
    World w(remote);
    CHECK(w.seeded.generated_password.size() == 24);
    CHECK(w.login("admin", w.seeded.generated_password, false).ok());
    CHECK_FALSE(w.login("admin", kDefaultPassword).ok());
  }
  remote.admin_username = "root";
  remote.admin_password = "from the environment";
  World w(remote);
  CHECK(w.seeded.generated_password.empty());
  CHECK(w.login("root", "from the environment", false).value.groups == StringList{"cluster-admins", "system:users"});
  CHECK_FALSE(w.login("admin", "from the environment").ok());
}

TEST_CASE("logins: which user, with what, from where") {
  World w;
  User gone{"gone", "", password_default_hash(), {}, true};
  w.put_user(gone);
  struct Row { const char *user, *password; bool local; bool ok; const char* why; };
  static const Row kRows[] = {
      {"admin", "P@ssw0rd!", true, true, "the default password from this machine"},
      {"admin", "P@ssw0rd!", false, false, "the default password from elsewhere"},
      {"agent", "P@ssw0rd!", false, false, "for agents too"},
      {"admin", "wrong", true, false, "wrong password"},
      {"admin", "", true, false, "no password"},
      {"nobody", "P@ssw0rd!", true, false, "nobody of that name"},
      {"", "", true, false, "nothing at all"},
      {"gone", "P@ssw0rd!", true, false, "disabled"},
      {"admin", "P@ssw0rd!", true, true, "and once more, remembered"},
      {"admin", "P@ssw0rd!", false, false, "remembering does not open the door to others"},
  };
  for (const Row& r : kRows) {
    CAPTURE(r.why);
    auto who = w.login(r.user, r.password, r.local);
    CHECK(who.ok() == r.ok);
    if (!r.ok) CHECK(who.status.code == Err::unauthenticated);
  }
}

TEST_CASE("a remembered login ends with the password it was made of") {
  World w;
  REQUIRE(w.login("admin", "P@ssw0rd!").ok());
  bool at_once = false;
  auth_login(w.auth, "admin", "P@ssw0rd!", kHere, [&](Result<Identity> r) { at_once = r.ok(); });
  CHECK(at_once);  // no hash this time
  User admin = w.user("admin");
  admin.password_hash = password_hash("new password").value;
  w.put_user(admin);
  CHECK_FALSE(w.login("admin", "P@ssw0rd!").ok());
  CHECK(w.login("admin", "new password").ok());
  admin.disabled = true;
  w.put_user(admin);
  CHECK_FALSE(w.login("admin", "new password").ok());
}

TEST_CASE("a thousand agents coming back wait for one hash") {
  World w;
  int done = 0, good = 0;
  for (int i = 0; i < 1000; i++) auth_login(w.auth, "agent", "P@ssw0rd!", kHere, [&](Result<Identity> r) { done++, good += r.ok(); });
  uint64_t start = uv_hrtime();
  while (done < 1000) uv_run(&w.loop, UV_RUN_ONCE);
  CHECK(good == 1000);
  CHECK(uv_hrtime() - start < 5'000'000'000);  // a thousand hashes would be a minute
}

TEST_CASE("logins in flight when the backend stops are answered") {
  World w;
  int answered = 0;
  for (int i = 0; i < 20; i++) auth_login(w.auth, "admin", "wrong " + std::to_string(i), kHere, [&](Result<Identity>) { answered++; });
  w.stop();
  CHECK(answered == 20);
  w.start();
}

TEST_CASE("access tokens: five minutes, of a living session, of an enabled user, with its present groups") {
  World w;
  Identity who = w.login("admin", "P@ssw0rd!").value;
  Tokens t = w.issue(who);
  CHECK(t.expires_at == kNow + kAccessTokenSeconds);
  CHECK(w.identify(t).value.groups == StringList{"cluster-admins", "system:users"});
  CHECK(w.identify(t, t.expires_at - 1).ok());
  CHECK(w.identify(t, t.expires_at).status.message == "invalid credentials");
  CHECK(auth_identify(w.auth, "Bearer " + t.refresh, kNow).status.message == "invalid credentials");

  User admin = w.user("admin");
  admin.groups = {"watchers"};
  w.put_user(admin);
  CHECK(w.identify(t).value.groups == StringList{"watchers", "system:users"});
  w.restart();
  CHECK(w.identify(t).ok());  // the key and the sessions are kept
  admin.disabled = true;
  w.put_user(admin);
  CHECK(w.identify(t).status.message == "unauthenticated");
  admin.disabled = false;
  w.put_user(admin);
  CHECK(w.identify(t).status.message == "unauthenticated");  // enabled again, but the session is over
}

TEST_CASE("claims are those clients read") {
  World w;
  Tokens t = w.issue(w.login("admin", "P@ssw0rd!").value);
  std::string payload;
  std::string_view token = t.access;
  size_t a = token.find('.'), b = token.rfind('.');
  REQUIRE(base64url_decode(token.substr(a + 1, b - a - 1), &payload));
  CHECK(json_at(payload, {"sub"}) == "\"admin\"");
  CHECK(json_at(payload, {"iss"}) == "\"http://host:8080\"");
  CHECK(json_at(payload, {"groups"}) == R"(["cluster-admins","system:users"])");
  CHECK(json_at(payload, {"provider", "provider_id"}) == "\"basic\"");
  CHECK(json_at(payload, {"provider", "user_id"}) == "\"admin\"");
  CHECK(json_at(payload, {"api_key"}) == "false");
  CHECK(json_at(payload, {"exp"}) == std::to_string(kNow + 300));
  CHECK(json_string(json_at(payload, {"jti"})).value.size() == 32);
}

TEST_CASE("refresh tokens rotate; the one before is good for a minute; an older one ends the session") {
  World w;
  Tokens first = w.issue(w.login("admin", "P@ssw0rd!").value);
  auto second = w.refresh(first, kNow + 1000);  // the access token is long over
  REQUIRE(second.ok());
  CHECK(second.value.refresh != first.refresh);
  // The answer was lost, or two commands share one token file: the same new token again.
  auto again = w.refresh(first, kNow + 1030);
  REQUIRE(again.ok());
  CHECK(again.value.refresh == second.value.refresh);
  auto third = w.refresh(second.value, kNow + 1040);
  REQUIRE(third.ok());
  CHECK(w.identify(third.value, kNow + 1041).ok());
  // Somebody has a copy of the first.
  CHECK(w.refresh(first, kNow + 1050).status.message == "Unauthorized");
  CHECK_FALSE(w.refresh(third.value, kNow + 1051).ok());
  CHECK(w.identify(third.value, kNow + 1051).status.message == "unauthenticated");
}

TEST_CASE("refreshing: both tokens, of one person, not over") {
  World w;
  Tokens admin = w.issue(w.login("admin", "P@ssw0rd!").value), agent = w.issue(w.login("agent", "P@ssw0rd!").value);
  CHECK_FALSE(w.refresh({agent.access, admin.refresh, 0}).ok());
  CHECK_FALSE(w.refresh({admin.refresh, admin.refresh, 0}).ok());
  CHECK_FALSE(w.refresh({admin.access, admin.access, 0}).ok());
  CHECK_FALSE(w.refresh({admin.access, "", 0}).ok());
  CHECK_FALSE(w.refresh({"", admin.refresh, 0}).ok());
  CHECK_FALSE(w.refresh(admin, kNow + kSessionSeconds).ok());
  CHECK(w.refresh(admin).ok());
}

TEST_CASE("logout ends the session, its access tokens and its refreshing; twice is no error") {
  World w;
  Tokens t = w.issue(w.login("admin", "P@ssw0rd!").value), other = w.issue(w.login("admin", "P@ssw0rd!").value);
  CHECK(w.logout(t).ok());
  CHECK(w.logout(t).ok());
  CHECK_FALSE(w.identify(t).ok());
  CHECK_FALSE(w.refresh(t).ok());
  CHECK(w.identify(other).ok());
  w.restart();
  CHECK_FALSE(w.identify(t).ok());
}

TEST_CASE("sessions of one user are bounded: the one refreshed longest ago goes") {
  World w;
  Identity who = w.login("admin", "P@ssw0rd!").value;
  Tokens first = w.issue(who, kNow), second = w.issue(who, kNow + 1);
  for (size_t i = 2; i < kSessionsPerUserMax; i++) w.issue(who, kNow + 2);
  CHECK(w.identify(first).ok());
  Tokens last = w.issue(who, kNow + 3);
  CHECK_FALSE(w.identify(first).ok());
  CHECK(w.identify(second).ok());
  CHECK(w.identify(last).ok());
  CHECK(store_list(w.store, "sessions", "", "", "", 0).value.size() == kSessionsPerUserMax);
}

TEST_CASE("a first password that is too short is named by its option, and nothing is made") {
  World w;
  Store* fresh = store_open(&w.loop, w.dir + "/fresh.db").value;
  SeedOptions seed;
  seed.agent_password = "short";
  CHECK(auth_seed(fresh, seed, kNow, {}).status.message == "agent-password: password length must be at least 8 characters");
  seed.admin_password = "short";
  CHECK(auth_seed(fresh, seed, kNow, {}).status.message ==
        "cluster-admin-password (or PICKET_ADMIN_PASSWORD): password length must be at least 8 characters");
  CHECK(store_list(fresh, "users", "", "", "", 1).value.empty());
  store_close(fresh, {});
}

TEST_CASE("the agent of an edge keeps its way in when the password of all agents is changed") {
  World w;
  const LoginFrom agent{true, "127.0.0.1", true}, api{true, "127.0.0.1", false};
  const std::string secret(64, 'a');
  CHECK_FALSE(w.login_at("agent", secret, agent).ok());
  CHECK_FALSE(w.login_at("agent", "", agent).ok());  // no secret is no password
  auth_admit_inner_agent(w.auth, secret);
  auto before = w.login_at("agent", secret, agent);
  REQUIRE(before.ok());
  CHECK(before.value.username == "agent");
  User user = w.user("agent");
  user.password_hash = password_hash("another one").value;
  w.put_user(user);
  auto after = w.login_at("agent", secret, agent);
  REQUIRE(after.ok());
  CHECK(after.value.groups == before.value.groups);
  CHECK(auth_renew(w.auth, &after.value));
  CHECK(w.login_at("agent", "another one", agent).ok());
  CHECK_FALSE(w.login_at("agent", secret, api).ok());  // at the agents' port alone
  CHECK_FALSE(w.login_at("nobody", secret, agent).ok());
  user.disabled = true;
  w.put_user(user);
  CHECK_FALSE(w.login_at("agent", secret, agent).ok());
}

TEST_CASE("API keys act as their user, without system:users") {
  SeedOptions seed;
  seed.admin_api_key = "11111111-2222-4333-8444-555555555555";
  World w(seed);
  auto who = auth_identify(w.auth, "Key " + seed.admin_api_key, kNow);
  REQUIRE(who.ok());
  CHECK(who.value.username == "admin");
  CHECK(who.value.groups == StringList{"cluster-admins"});
  struct Row { const char *header, *text; };
  static const Row kRows[] = {{"Key nosuch", "invalid credentials"}, {"Key ", "bad credentials"}, {"key 1", "bad credentials"},
                              {"", "bad credentials"}, {"Basic YTpi", "bad credentials"}, {"Bearer x", "invalid credentials"}};
  for (const Row& r : kRows) {
    CAPTURE(r.header);
    CHECK(auth_identify(w.auth, r.header, kNow).status.message == r.text);
  }
}

TEST_CASE("basic credentials") {
  CHECK(auth_basic("Basic YWRtaW46UEBzczp3MHJkIQ==").value.password == "P@ss:w0rd!");
  CHECK(auth_basic("basic YTpi").value.username == "a");
  for (const char* bad : {"", "Basic", "Basic ", "Basic %%%", "Basic YWRtaW4=", "Bearer YTpi"}) {
    CAPTURE(bad);
    CHECK_FALSE(auth_basic(bad).ok());
  }
}

TEST_CASE("rights follow what is stored") {
  World w;
  CHECK(auth_rules(w.auth).roles.at("default").count("system:pipeline") == 1);
  StoreWrite put;
  put.object = {"clusterroles", "", "ops", R"({"rules":[{"verbs":["get"],"resources":["checks"]}],"metadata":{"name":"ops"}})", 0};
  CHECK(w.wait<Status>([&](auto done) { store_write(w.store, {put}, done); }).ok());
  CHECK(auth_rules(w.auth).cluster_roles.at("ops").rules[0].verbs == StringList{"get"});
  put.op = StoreWrite::del;
  CHECK(w.wait<Status>([&](auto done) { store_write(w.store, {put}, done); }).ok());
  CHECK(auth_rules(w.auth).cluster_roles.count("ops") == 0);
}

TEST_CASE("agents are let in with the default password from a network the operator named, until then, and nobody else") {
  World w;
  const int64_t now = os_unix_ms() / 1000;
  DefaultPasswordDoor door;
  door.from = {network_parse("10.0.0.0/8").value};
  door.until_s = now + 60;
  int warnings = 0;
  log_set_sink([&](std::string_view line) { warnings += line.find("an agent logs in with the default password") != line.npos; });
  const LoginFrom inside{false, "10.9.9.1", true}, outside{false, "192.0.2.1", true}, api{false, "10.9.9.1", false};
  LoginFrom proxied = inside;
  proxied.forwarded = true;
  CHECK_FALSE(w.login_at("agent", "P@ssw0rd!", inside).ok());
  auth_admit_default_password(w.auth, door);
  CHECK(w.login_at("agent", "P@ssw0rd!", inside).ok());
  CHECK(w.login_at("agent", "P@ssw0rd!", inside).ok());
  CHECK_MESSAGE(warnings == 1, "one warning an hour for an address");
  CHECK_FALSE(w.login_at("agent", "P@ssw0rd!", outside).ok());
  CHECK_FALSE(w.login_at("agent", "P@ssw0rd!", proxied).ok());
  CHECK_FALSE(w.login_at("admin", "P@ssw0rd!", api).ok());
  CHECK_MESSAGE(!w.login_at("admin", "P@ssw0rd!", inside).ok(), "it is for agents' users alone");
  CHECK_FALSE(w.login_at("agent", "P@ssw0rd", inside).ok());
  door.until_s = now - 1;
  auth_admit_default_password(w.auth, door);
  CHECK_FALSE(w.login_at("agent", "P@ssw0rd!", inside).ok());
}
