// common/basic/result.h - errors as values: a code for the program, a sentence for the reader.
//
// No exception crosses our code. Out of memory ends the process; `assert` is for our own mistakes and never for input.
#pragma once
#include <string>
#include <string_view>
#include <utility>

namespace picket {

// What a caller may want to decide on (HTTP status, exit status, retry or not: one table each).
enum class Err {
  ok,
  invalid,  // the input is wrong; the sender must change it
  not_found,
  exists,
  denied,  // known, but not allowed
  unauthenticated,
  precondition,  // the object is not in the state the caller demanded
  too_large,
  timeout,
  unavailable,  // try again later
  io,           // the system refused: disk, socket, file
  internal,     // our own fault
};

struct [[nodiscard]] Status {
  Err code = Err::ok;
  std::string message;  // a sentence: what failed, on which value, what to do about it
  bool ok() const { return code == Err::ok; }
};

template <class T>
struct [[nodiscard]] Result {
  Status status;
  T value{};
  Result() = default;
  Result(T v) : value(std::move(v)) {}
  Result(Status s) : status(std::move(s)) {}
  bool ok() const { return status.ok(); }
};

inline Status fail(Err code, std::string message) { return {code, std::move(message)}; }

// Puts what we were doing in front of why it failed.
inline Status because(std::string_view doing, Status s) {
  s.message = std::string(doing) + ": " + s.message;
  return s;
}

}  // namespace picket
