// tests/common/socket/net_udp_unix_test.cc - UDP: a burst is taken whole.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/common/socket/net_fixture.h"

using namespace picket;

TEST_CASE("a burst of datagrams that came while we were busy is not lost, and comes in order") {
  NetTest t;
  std::vector<std::string> got;
  Result<UdpSocket*> u = udp_listen(t.net, "127.0.0.1", 0, [&](std::string_view bytes, const std::string& peer) {
    CHECK(peer == "127.0.0.1");
    got.emplace_back(bytes);
    usleep(200);  // looking at one takes longer than receiving it
  });
  REQUIRE(u.ok());
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(uint16_t(udp_port(u.value)));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  constexpr int kCount = 500;
  for (int i = 0; i < kCount; i++) {
    std::string text = std::to_string(i) + std::string(200, ' ');
    CHECK(sendto(fd, text.data(), text.size(), 0, reinterpret_cast<sockaddr*>(&to), sizeof to) == ssize_t(text.size()));
  }
  CHECK(t.until([&] { return got.size() == kCount; }));
  for (int i = 0; i < int(got.size()); i++) CHECK(atoi(got[size_t(i)].c_str()) == i);
  close(fd);
  t.close();
}
