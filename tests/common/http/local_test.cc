// tests/common/http/local_test.cc - HTTP between programs of one machine: a socket file, on Windows a named pipe.
#include "common/http/local.h"
#include "tests/common/socket/net_fixture.h"
#include "tests/support/temp_dir.h"

using namespace picket;

namespace {

// Sends some bytes and keeps what comes until the end.
struct Asker {
  uv_pipe_t pipe{};
  uv_connect_t connect{};
  uv_write_t write{};
  std::string text, answer;
  int error = 1;  // 1: not at the end yet
  char block[4096];

  Asker(NetTest& t, const std::string& path, std::string request) : text(std::move(request)) {
    uv_pipe_init(&t.loop, &pipe, 0);
    pipe.data = this;
    uv_pipe_connect(&connect, &pipe, local_name(path).c_str(),
                    [](uv_connect_t* c, int status) { static_cast<Asker*>(c->handle->data)->connected(status); });
  }
  void connected(int status) {
    if (status < 0) return end(status);
    uv_buf_t bytes = uv_buf_init(text.data(), unsigned(text.size()));
    auto* stream = reinterpret_cast<uv_stream_t*>(&pipe);
    uv_write(&write, stream, &bytes, 1, nullptr);
    uv_read_start(
        stream,
        [](uv_handle_t* h, size_t, uv_buf_t* b) {
          auto* a = static_cast<Asker*>(h->data);
          *b = uv_buf_init(a->block, sizeof a->block);
        },
        [](uv_stream_t* s, ssize_t n, const uv_buf_t* b) {
          auto* a = static_cast<Asker*>(s->data);
          if (n > 0) a->answer.append(b->base, size_t(n));
          if (n < 0) a->end(n == UV_EOF ? 0 : int(n));
        });
  }
  void end(int why) {
    error = why;
    auto* handle = reinterpret_cast<uv_handle_t*>(&pipe);
    if (!uv_is_closing(handle)) uv_close(handle, nullptr);
  }
};

std::string body_of(const std::string& answer) { return answer.substr(std::min(answer.size(), answer.find("\r\n\r\n") + 4)); }

}  // namespace

TEST_CASE("programs of this machine ask and are answered, one after the other and several at once") {
  NetTest t;
  ListenOptions o;
  o.unix_path = temp_dir("local") + "/a.sock";
  Result<LocalServer*> server = local_listen(t.net, o, [](HttpRequest r) {
    return HttpResponse{
        r.path == "/big" ? 200 : 404, {{"Content-Type", "text/plain"}}, r.method + " " + r.path + std::string(200'000, '.')};
  });
  REQUIRE_MESSAGE(server.ok(), server.status.message);
  Asker one(t, o.unix_path, "GET /big HTTP/1.0\r\nHost: h\r\n\r\n"),
      two(t, o.unix_path, "POST /x?y HTTP/1.0\r\nContent-Length: 2\r\n\r\nhi");
  CHECK(t.until([&] { return one.error != 1 && two.error != 1; }));
  CHECK(one.error == 0);
  CHECK(one.answer.compare(0, 15, "HTTP/1.1 200 OK") == 0);
  CHECK(body_of(one.answer) == "GET /big" + std::string(200'000, '.'));
  CHECK(body_of(two.answer).compare(0, 7, "POST /x") == 0);
  Asker bad(t, o.unix_path, "no HTTP at all\r\n\r\n");
  CHECK(t.until([&] { return bad.error != 1; }));
  CHECK(bad.answer.find(" 400 ") != std::string::npos);
  t.close();
  CHECK(os_remove_tree(o.unix_path.substr(0, o.unix_path.size() - 7)).ok());
}

TEST_CASE("a second server of the same path is an error, a closed one answers nobody, and its place is free") {
  NetTest t;
  ListenOptions o;
  o.unix_path = temp_dir("local") + "/a.sock";
  auto answer = [](HttpRequest) { return HttpResponse{}; };
  Result<LocalServer*> first = local_listen(t.net, o, answer);
  REQUIRE(first.ok());
  CHECK_FALSE(local_listen(t.net, o, answer).ok());
  local_close(first.value);
  Asker late(t, o.unix_path, "GET / HTTP/1.0\r\n\r\n");
  CHECK(t.until([&] { return late.error != 1; }));
  CHECK(late.answer.find(" 200 ") == std::string::npos);
  CHECK(local_listen(t.net, o, answer).ok());
  t.close();
  CHECK(os_remove_tree(o.unix_path.substr(0, o.unix_path.size() - 7)).ok());
}

TEST_CASE("a server that its own answer closes, and a client that says nothing") {
  NetTest t;
  ListenOptions o;
  o.unix_path = temp_dir("local") + "/a.sock";
  o.request_timeout_ms = 100;
  LocalServer* server = nullptr;
  Result<LocalServer*> opened = local_listen(t.net, o, [&](HttpRequest) {
    local_close(server);
    return HttpResponse{};
  });
  REQUIRE(opened.ok());
  server = opened.value;
  Asker silent(t, o.unix_path, "GET");
  CHECK(t.until([&] { return silent.error != 1; }));
  Asker last(t, o.unix_path, "GET / HTTP/1.0\r\n\r\n");
  CHECK(t.until([&] { return last.error != 1; }));
  t.close();
  CHECK(os_remove_tree(o.unix_path.substr(0, o.unix_path.size() - 7)).ok());
}
