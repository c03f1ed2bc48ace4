// common/basic/byte_queue.h - bytes that wait to be written, in pieces: what is big is not copied, what is small goes out together.
// No bound of its own: its user asks for size() and decides.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace picket {

struct ByteQueue {
  size_t size() const { return bytes; }
  void push(std::string piece);
  // Up to `max` bytes of the front: a big piece as it lies there, or several small ones put together in `joined`.
  std::string_view front(size_t max, std::string* joined) const;
  void pop(size_t count);  // at most size()
  void clear();            // gives the memory back

  std::vector<std::string> pieces;
  size_t at = 0;     // the piece at the front
  size_t taken = 0;  // of that piece
  size_t bytes = 0;
};

}  // namespace picket
