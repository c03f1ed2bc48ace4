// common/http/unread_answers.h - bytes of answers that clients have not taken yet: one bound for all connections together, and one for
// those of an address.
//
// A client that asks for much and reads nothing would otherwise hold each answer in our memory. At a bound the connections that have taken
// nothing for a while are cut, the stillest first; where nobody is that slow, the new answer is refused (503) or the stream is cut. An
// address whose clients have read everything always gets one answer, however large it is. Listeners share one by ListenOptions.unread.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>

namespace picket {

struct Socket;

inline constexpr int64_t kUnreadPatienceMs = 2000;   // a reader that has taken nothing for this time gives way
inline constexpr int64_t kUnreadLogMs = 10'000;      // between two log lines about it
inline constexpr size_t kAnswerSmallMax = 4u << 10;  // bytes of an answer that is sent in any case: refusals have to be told

struct UnreadAnswers {
  size_t all_max = 0, address_max = 0;  // bytes

  // What is known of each connection with something unread: its true amount is less, until it is looked at again.
  struct Reader { size_t bytes = 0; int64_t moved_ms = 0; };
  std::unordered_map<Socket*, Reader> readers;
  std::unordered_map<std::string, size_t> by_address;
  size_t all = 0;
  uint64_t refused = 0, cut = 0;
  int64_t logged_ms = 0;
};

// All of these take null for `unread`: there is no bound.
// Is there room for so many bytes more? Slow readers are cut to make it, but not this one. `waits`: who asks will ask again, and no is no
// refusal.
bool unread_has_room(UnreadAnswers* unread, Socket* socket, size_t bytes, bool waits = false);
void unread_add(UnreadAnswers* unread, Socket* socket, size_t bytes);  // they were queued
void unread_end(UnreadAnswers* unread, Socket* socket);                // all was taken, or the connection is over

}  // namespace picket
