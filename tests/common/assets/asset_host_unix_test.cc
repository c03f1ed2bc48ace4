// tests/common/assets/asset_host_unix_test.cc - assets: what an archive may bring, and that one server holds up nobody else's.
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <memory>

#include "common/assets/asset_host.h"
#include "common/assets/unpack.h"
#include "common/tls/crypto.h"
#include "tests/common/socket/net_fixture.h"

using namespace picket;

namespace {

struct Dir {
  std::string path = "/tmp/picket-assets-" + os_uuid();
  Dir() { REQUIRE(os_make_dirs(path).ok()); }
  ~Dir() { CHECK(os_remove_tree(path).ok()); }
};

// One entry of a tar: type '0' a file, '5' a folder.
std::string tar_entry(const std::string& name, int mode, char type, const std::string& content) {
  char head[512] = {};
  snprintf(head, 100, "%s", name.c_str());
  snprintf(head + 100, 8, "%07o", unsigned(mode));
  snprintf(head + 108, 8, "%07o", 1234u);  // owner and group of somebody else
  snprintf(head + 116, 8, "%07o", 1234u);
  snprintf(head + 124, 12, "%011o", unsigned(content.size()));
  snprintf(head + 136, 12, "%011o", 0u);
  memset(head + 148, ' ', 8);
  head[156] = type;
  memcpy(head + 257, "ustar\00000", 8);
  unsigned sum = 0;
  for (unsigned char c : std::string(head, sizeof head)) sum += c;
  snprintf(head + 148, 8, "%06o", sum);
  std::string out(head, sizeof head);
  out += content;
  out.resize((out.size() + 511) / 512 * 512);
  return out;
}

std::string tar_of(const std::string& content) { return tar_entry("bin/check", 0755, '0', content) + std::string(1024, '\0'); }

std::string sum_of(const std::string& bytes) {
  Sha512 sum;
  sum.add(bytes);
  return sum.hex();
}

int mode_of(const std::string& path) { return os_file_mode(path); }

}  // namespace

TEST_CASE("an archive's modes: nobody but us may write, no special bits, and what we unpacked we can read and remove") {
  Dir dir;
  std::string archive = tar_entry("open", 0777, '5', "") + tar_entry("open/all", 06777, '0', "x") + tar_entry("group", 0664, '0', "x") +
      tar_entry("none", 0, '0', "x") + tar_entry("shut", 0, '5', "") + tar_entry("shut/in", 02111, '0', "x") +
      tar_entry("implied/deep/in", 0644, '0', "x") + std::string(1024, '\0');
  REQUIRE(os_write_file(dir.path + "/a.tar", archive).ok());
  mode_t before = umask(0);
  Status s = archive_unpack(dir.path + "/a.tar", dir.path + "/asset");
  umask(before);
  REQUIRE_MESSAGE(s.ok(), s.message);
  struct Row { const char* path; int mode; };
  for (const Row& r : {Row{"open", 0755},
                       {"open/all", 0755},
                       {"group", 0644},
                       {"none", 0400},
                       {"shut", 0700},
                       {"shut/in", 0511},
                       {"implied", 0755},
                       {"implied/deep", 0755}}) {
    CAPTURE(std::string(r.path));
    CHECK(mode_of(dir.path + "/asset/" + r.path) == r.mode);
    struct stat st {};
    CHECK(stat((dir.path + "/asset/" + r.path).c_str(), &st) == 0);
    CHECK(st.st_uid == geteuid());
  }
}

TEST_CASE("a silent server stops its own assets, for a while, and nobody else's") {
  NetTest t;
  Dir dir;
  Result<Listener*> silent = tcp_listen(t.net, "127.0.0.1", 0, [](TcpConn*) -> TcpHandler { return [](TcpConn*, const TcpEvent&) {}; });
  std::string good = tar_of("#!/bin/sh\n");
  int served = 0;
  Listener* l = t.http([&](HttpExchange* x, HttpRequest) {
    served++;
    http_respond(x, {200, {}, good});
  });
  AssetHostOptions o;
  o.loop = &t.loop;
  o.net = t.net;
  o.cache_dir = dir.path + "/cache";
  o.stall_ms = 700;
  AssetHost* host = asset_host_open(o);
  auto asset = [](const std::string& url, const std::string& sha512) {
    Asset a;
    a.metadata.name = "a";
    a.url = url;
    a.sha512 = sha512;
    return a;
  };
  auto get = [&](Asset a, std::string& answer) {
    AssetJob job;
    job.assets = {std::move(a)};
    job.entity_json = "{}";
    asset_host_get(host, std::move(job),
                   [&answer](Status s, AssetFolders folders) { answer = s.ok() ? "ok " + std::to_string(folders.size()) : s.message; });
  };
  const std::string dead = "http://127.0.0.1:" + std::to_string(listener_port(silent.value)) + "/";
  std::string stuck[5], fine, twin, other;
  for (int i = 0; i < 5; i++) get(asset(dead + std::to_string(i), std::string(128, char('1' + i))), stuck[i]);
  get(asset(t.url(l, "http", "/good"), sum_of(good)), fine);
  get(asset(t.url(l, "http", "/good"), sum_of(good)), twin);  // waits for the same download
  get(asset(dead + "good", sum_of(good)), other);             // the same content from elsewhere
  int64_t begun = os_mono_ms();
  CHECK(t.until([&] { return !fine.empty() && !twin.empty(); }, 600));
  CHECK(fine == "ok 1");
  CHECK(twin == "ok 1");
  CHECK(served == 1);
  CHECK(stuck[0] == "");
  CHECK(t.until([&] { return !stuck[4].empty() && !other.empty(); }, 10'000));
  CHECK(other == "ok 1");
  CHECK(os_mono_ms() - begun < 700 * 3 + 3000);  // two places: five take three rounds
  for (const std::string& s : stuck) CHECK(s.find("no data received for 700 ms") != std::string::npos);
  asset_host_close(host);
  t.close();
}

TEST_CASE("an archive that becomes too much is refused with a sentence, and nothing of it stays") {
  Dir dir;
  std::string bytes = tar_entry("a", 0644, '0', std::string(3000, 'x')) + tar_entry("b", 0644, '0', std::string(3000, 'x'));
  std::string files, folders;
  for (int i = 0; i < 11; i++) files += tar_entry("f" + std::to_string(i), 0644, '0', "");
  std::string path = "d";
  for (int i = 0; i < 11; i++) path += "/d";
  folders = tar_entry(path + "/f", 0644, '0', "");
  struct Row { const char* why; std::string archive, error; } rows[] = {
      {"bytes", bytes, "unpacked size exceeds 5.0 kB"},
      {"files", files, "archive has more than 10 files and directories"},
      {"folders that are only named in a path", folders, "archive has more than 10 files and directories"},
      {"as much as may be", tar_entry("d/d/f", 0644, '0', std::string(5000, 'x')), ""},
  };
  for (const Row& r : rows) {
    CAPTURE(std::string(r.why));
    REQUIRE(os_write_file(dir.path + "/a.tar", r.archive + std::string(1024, '\0')).ok());
    CHECK(archive_unpack(dir.path + "/a.tar", dir.path + "/asset", {5000, 10}).message == r.error);
    CHECK(os_list_dir(dir.path).value.size() == (r.error.empty() ? 2 : 1));
  }
}

TEST_CASE("an asset that never ends is refused while it comes, and its file is nobody else's") {
  NetTest t;
  Dir dir;
  Result<Listener*> endless = tcp_listen(t.net, "127.0.0.1", 0, [](TcpConn*) -> TcpHandler {
    return [](TcpConn* c, const TcpEvent& e) {
      if (e.kind == TcpEvent::data) tcp_send(c, "HTTP/1.1 200 OK\r\n\r\n" + std::string(3'000'000, 'x'));
    };
  });
  AssetHostOptions o;
  o.loop = &t.loop;
  o.net = t.net;
  o.cache_dir = dir.path + "/cache";
  o.bytes_max = 1'000'000;
  AssetHost* host = asset_host_open(o);
  AssetJob job;
  job.assets.emplace_back().metadata.name = "a";
  job.assets[0].url = "http://127.0.0.1:" + std::to_string(listener_port(endless.value)) + "/";
  job.assets[0].sha512 = std::string(128, '1');
  job.entity_json = "{}";
  std::string answer;
  mode_t before = umask(0);
  asset_host_get(host, std::move(job), [&answer](Status s, AssetFolders) { answer = s.message; });
  CHECK(mode_of(o.cache_dir + "/" + std::string(128, '1') + ".download") == 0600);
  umask(before);
  CHECK(t.until([&] { return !answer.empty(); }, 10'000));
  CHECK(answer == "error fetching asset: larger than 1.0 MB");
  CHECK(os_list_dir(o.cache_dir).value.empty());
  asset_host_close(host);
  t.close();
}
