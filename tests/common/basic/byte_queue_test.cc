// tests/common/basic/byte_queue_test.cc - bytes in, the same bytes out, whatever the pieces.
#include "common/basic/byte_queue.h"

#include <doctest/doctest.h>

using namespace picket;

TEST_CASE("what is pushed comes out in order, however it is taken") {
  const size_t sizes[] = {1, 3, 10, 4096, 5000, 70'000, 2, 2, 100'000, 7};
  for (size_t take : {size_t(1), size_t(999), size_t(4096), size_t(64 * 1024)}) {
    ByteQueue queue;
    std::string sent, got, joined;
    char letter = 'a';
    for (size_t size : sizes) {
      std::string piece(size, letter++);
      sent += piece;
      queue.push(piece);
      std::string_view some = queue.front(take, &joined);
      CHECK(some.size() <= take);
      some = some.substr(0, some.size() / 2);  // the system takes less than it was given
      got += some;
      queue.pop(some.size());
      CHECK(queue.size() == sent.size() - got.size());
    }
    while (queue.size() > 0) {
      std::string_view some = queue.front(take, &joined);
      REQUIRE(some.size() > 0);
      got += some;
      queue.pop(some.size());
    }
    CHECK(got == sent);
    CHECK(queue.front(take, &joined).empty());
  }
}

TEST_CASE("small pieces go out together, a big one is not copied") {
  ByteQueue queue;
  std::string joined;
  queue.push("head");
  queue.push("");
  queue.push(std::string(5000, 'x'));
  queue.push("tail");
  CHECK(queue.front(64 * 1024, &joined) == "head" + std::string(5000, 'x') + "tail");
  queue.clear();
  CHECK(queue.size() == 0);
  queue.push(std::string(40'000, 'y'));
  joined.clear();
  CHECK(queue.front(64 * 1024, &joined).size() == 40'000);
  CHECK(joined.empty());
}
