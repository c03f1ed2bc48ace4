// tests/cli/dispatch/fake_api.h - an API of a few lines for the command line: remembers what was asked, answers by method and path.
#pragma once
#include <doctest/doctest.h>

#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "cli/ctl/ctl.h"
#include "common/os/os.h"
#include "tests/support/temp_dir.h"

namespace picket {

struct FakeApi {
  std::string dir, program = "sensuctl";
  std::map<std::string, std::pair<int, std::string>> answers;                             // "GET /path" -> status, body
  std::pair<int, std::string> answer_any = {404, R"({"message":"not found","code":2})"};  // to everything else
  std::vector<std::string> asked;                                                         // "GET /path body"
  std::vector<std::string> headers;                                                       // Authorization of each
  std::string out, err, input;
  std::vector<std::pair<std::string, std::string>> env;

  FakeApi() {
    dir = temp_dir("ctl");
    REQUIRE(os_make_dirs(dir + "/.config/sensu/sensuctl").ok());
    configure(4'000'000'000);
  }
  ~FakeApi() { (void)os_remove_tree(dir); }

  void configure(int64_t expires_at) {
    CtlConfig c;
    c.dir = dir + "/.config/sensu/sensuctl";
    c.api_url = "http://api";
    c.access_token = "e30.eyJzdWIiOiJhZG1pbiJ9.x";  // {"sub":"admin"}
    c.refresh_token = "refresh";
    c.expires_at = expires_at;
    REQUIRE(config_save_cluster(c).ok());
  }

  CtlReply answer(const HttpClientRequest& r) {
    std::string path = r.url.substr(r.url.find("://api") + 6);
    asked.push_back(r.method + " " + path + (r.body.empty() ? "" : " " + r.body));
    headers.push_back(std::string(header_get(r.headers, "Authorization")));
    CtlReply reply;
    auto found = answers.find(r.method + " " + path);
    std::tie(reply.code, reply.body) = found == answers.end() ? answer_any : found->second;
    return reply;
  }

  int run(std::vector<std::string> argv) {
    Ctl ctl;
    ctl.program = program;
    asked.clear(), headers.clear(), out.clear(), err.clear();
    ctl.env = env;
    ctl.env.push_back({"HOME", dir});
    ctl.transport = [this](const HttpClientRequest& r) { return answer(r); };
    ctl.read_input = [this] { return input; };
    ctl.read_line = [this](std::string* line) {
      if (input.empty()) return false;
      size_t end = input.find('\n');
      *line = input.substr(0, end);
      input.erase(0, end == input.npos ? end : end + 1);
      return true;
    };
    ctl.write_out = [this](std::string_view text) { out += text; };
    ctl.write_err = [this](std::string_view text) { err += text; };
    ctl.now_ms = 1'800'000'000'000;
    return ctl_run(ctl, argv);
  }
};

inline std::string asked_of(const FakeApi& f) {
  std::string all;
  for (const std::string& a : f.asked) all += (all.empty() ? "" : "|") + a;
  return all;
}

}  // namespace picket
