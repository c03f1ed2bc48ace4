// common/basic/byte_queue.cc - pieces joined when small, kept apart when big.
#include "common/basic/byte_queue.h"

#include <algorithm>

namespace picket {

constexpr size_t kPieceJoinMax = 4096;  // a frame's head and its payload become one piece

void ByteQueue::push(std::string piece) {
  if (piece.empty()) return;
  bytes += piece.size();
  bool begun = at + 1 == pieces.size() && taken > 0;
  if (at == pieces.size() || begun || pieces.back().size() + piece.size() > kPieceJoinMax) pieces.push_back(std::move(piece));
  else pieces.back() += piece;
}

std::string_view ByteQueue::front(size_t max, std::string* joined) const {
  if (bytes == 0) return {};
  std::string_view first = std::string_view(pieces[at]).substr(taken);
  if (first.size() >= max / 4 || at + 1 == pieces.size()) return first.substr(0, max);
  joined->assign(first);
  for (size_t i = at + 1; i < pieces.size() && joined->size() < max; i++) joined->append(pieces[i], 0, max - joined->size());
  return *joined;
}

void ByteQueue::pop(size_t count) {
  bytes -= count;
  while (count > 0) {
    size_t left = pieces[at].size() - taken, part = std::min(left, count);
    taken += part;
    count -= part;
    if (part < left) return;
    std::string().swap(pieces[at++]);
    taken = 0;
  }
  if (at == pieces.size()) clear();
}

void ByteQueue::clear() {
  std::vector<std::string>().swap(pieces);
  at = taken = bytes = 0;
}

}  // namespace picket
