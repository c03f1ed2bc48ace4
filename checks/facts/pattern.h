// checks/facts/pattern.h - regular expressions in linear time, for texts that others write (web pages, logs). Pure.
//
// An automaton that holds all its possible places at once (Thompson): no expression and no text make it slow. Bytes, not code points.
// Syntax: . [a-z] [^...] \d \w \s \D \W \S \b \t \n \xHH, ^ $ (of the text), | ( ) (?: ), * + ? {m} {m,} {m,n}; a "(?i)" in front
// ignores the case of ASCII letters. No back references and no look-ahead: a pattern that has them is refused.
#pragma once
#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/basic/result.h"

namespace picket {

inline constexpr size_t kPatternTextMax = 4096;     // bytes of an expression
inline constexpr size_t kPatternStepsMax = 20'000;  // of its program, repetitions written out; beyond it is refused
inline constexpr int kPatternDepthMax = 50;         // groups within groups

struct PatternStep {
  enum Kind : uint8_t { set, split, jump, start, end, word_edge, no_word_edge, match } kind = match;
  int to = 0, other = 0;  // split: both; jump: `to`; set: the index of its set
};
struct Pattern {
  std::vector<PatternStep> steps;
  std::vector<std::bitset<256>> sets;
};
Result<Pattern> pattern_parse(std::string_view text);
bool pattern_matches(const Pattern& pattern, std::string_view text);  // anywhere in the text

bool glob_matches(std::string_view glob, std::string_view text);  // * ? of the whole text

}  // namespace picket
