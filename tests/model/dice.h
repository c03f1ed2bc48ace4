// tests/model/dice.h - chance with a seed: the same story on every machine.
#pragma once
#include <cstdint>

namespace picket {

struct Dice {
  uint64_t state;
  explicit Dice(uint64_t seed) : state(seed * 2 + 1) {}
  uint64_t next() {  // splitmix64
    uint64_t z = (state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
  uint64_t below(uint64_t n) { return n == 0 ? 0 : next() % n; }
  int64_t between(int64_t low, int64_t high) { return low + int64_t(below(uint64_t(high - low + 1))); }
  bool one_in(uint64_t n) { return below(n) == 0; }
};

}  // namespace picket
