// checks/facts/pattern.cc - see pattern.h: a parser that writes the program directly, and the automaton that runs it.
#include "checks/facts/pattern.h"

#include <utility>

namespace picket {
namespace {

using Set = std::bitset<256>;
constexpr int kRepeatMax = 1000;

bool is_word(unsigned char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

struct Parser {
  std::string_view text;
  size_t at = 0;
  bool fold = false;
  int depth = 0;
  Pattern out;
  std::string error;

  bool more() const { return at < text.size() && error.empty(); }
  bool take(char c) { return more() && text[at] == c ? at++, true : false; }
  void wrong(const std::string& why) {
    if (error.empty()) error = why + " at byte " + std::to_string(at + 1);
  }
  int here() const { return int(out.steps.size()); }
  void put(PatternStep::Kind kind, int to = 0, int other = 0) {
    if (out.steps.size() >= kPatternStepsMax) return wrong("too many repetitions");
    out.steps.push_back({kind, to, other});
  }
  void put_set(Set set) {
    if (fold)
      for (int c = 'a'; c <= 'z'; c++)
        if (set[size_t(c)] || set[size_t(c - 32)]) set.set(size_t(c)).set(size_t(c - 32));
    out.sets.push_back(set);
    put(PatternStep::set, int(out.sets.size()) - 1);
  }
};

Set class_of(char letter) {
  Set set;
  for (size_t c = 0; c < 256; c++) {
    bool in = letter == 'd' ? c >= '0' && c <= '9'
        : letter == 'w'     ? is_word(static_cast<unsigned char>(c))
                            : c == ' ' || (c >= '\t' && c <= '\r');
    if (in) set.set(c);
  }
  return set;
}

int hex_digit(char c) { return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1; }

// After the backslash. False: not a set of bytes but something else (\b, \B), or wrong.
bool escape_set(Parser& p, Set* set) {
  if (!p.more()) return p.wrong("nothing after a backslash"), false;
  char c = p.text[p.at++];
  if (c == 'd' || c == 'w' || c == 's') return *set = class_of(c), true;
  if (c == 'D' || c == 'W' || c == 'S') return *set = ~class_of(char(c + 32)), true;
  constexpr std::pair<char, char> kNames[] = {{'n', '\n'}, {'t', '\t'}, {'r', '\r'}, {'f', '\f'}, {'v', '\v'}, {'0', '\0'}};
  for (auto [name, byte] : kNames)
    if (c == name) return set->set(static_cast<unsigned char>(byte)), true;
  if (c == 'x') {
    int high = p.at + 1 < p.text.size() ? hex_digit(p.text[p.at]) : -1, low = high >= 0 ? hex_digit(p.text[p.at + 1]) : -1;
    if (low < 0) return p.wrong("\\x: expected two hexadecimal digits"), false;
    p.at += 2;
    return set->set(size_t(high) * 16 + size_t(low)), true;
  }
  if (is_word(static_cast<unsigned char>(c))) return p.wrong(std::string("unknown escape \\") + c), false;
  return set->set(static_cast<unsigned char>(c)), true;
}

bool class_item(Parser& p, Set* set, int* single) {
  *single = -1;
  char c = p.text[p.at++];
  if (c != '\\') return *single = static_cast<unsigned char>(c), set->set(static_cast<unsigned char>(c)), true;
  Set escaped;
  if (!escape_set(p, &escaped)) return false;
  if (escaped.count() == 1)
    for (int i = 0; i < 256; i++)
      if (escaped[size_t(i)]) *single = i;
  return *set |= escaped, true;
}

void parse_class(Parser& p) {  // after the '['
  Set set;
  bool negated = p.take('^'), first = true;
  for (; p.more() && (first || p.text[p.at] != ']'); first = false) {
    int from = -1, to = -1;
    if (!class_item(p, &set, &from)) return;
    bool ranged = from >= 0 && p.at + 1 < p.text.size() && p.text[p.at] == '-' && p.text[p.at + 1] != ']';
    if (!ranged) continue;
    p.at++;
    if (!class_item(p, &set, &to)) return;
    if (to < from) return p.wrong("invalid range: start is after end");
    for (int c = from; c <= to; c++) set.set(size_t(c));
  }
  if (!p.take(']')) return p.wrong("missing ]");
  if (p.fold && negated)
    for (int c = 'a'; c <= 'z'; c++)
      if (set[size_t(c)] || set[size_t(c - 32)]) set.set(size_t(c)).set(size_t(c - 32));
  bool fold = std::exchange(p.fold, p.fold && !negated);
  p.put_set(negated ? ~set : set);
  p.fold = fold;
}

void parse_choice(Parser& p);

void parse_group(Parser& p) {  // after the '('
  if (++p.depth > kPatternDepthMax) return p.wrong("groups nested too deeply");
  if (p.take('?') && !p.take(':')) return p.wrong("unsupported (?...); supported are (?:...), and (?i) at the start");
  parse_choice(p);
  if (!p.take(')')) p.wrong("missing )");
  p.depth--;
}

void parse_escape(Parser& p) {
  if (p.take('b')) return p.put(PatternStep::word_edge);
  if (p.take('B')) return p.put(PatternStep::no_word_edge);
  Set set;
  if (escape_set(p, &set)) p.put_set(set);
}

void parse_atom(Parser& p) {
  char c = p.text[p.at++];
  if (c == '(') return parse_group(p);
  if (c == '[') return parse_class(p);
  if (c == '\\') return parse_escape(p);
  if (c == '^') return p.put(PatternStep::start);
  if (c == '$') return p.put(PatternStep::end);
  if (c == '*' || c == '+' || c == '?') return p.wrong(std::string("a ") + c + ": nothing to repeat");
  Set set;
  if (c == '.') set.set().reset('\n');
  else set.set(static_cast<unsigned char>(c));
  p.put_set(set);
}

bool parse_count(Parser& p, int* count) {
  size_t from = p.at;
  for (*count = 0; p.more() && p.text[p.at] >= '0' && p.text[p.at] <= '9' && *count <= kRepeatMax; p.at++)
    *count = *count * 10 + (p.text[p.at] - '0');
  return p.at > from;
}

// {m}, {m,}, {m,n}; a '{' that is none of them stands for itself.
bool parse_braces(Parser& p, int* least, int* most) {
  size_t from = p.at++;
  bool good = parse_count(p, least);
  *most = *least;
  if (good && p.take(',') && !parse_count(p, most)) *most = -1;
  good = good && p.take('}');
  if (!good) return p.at = from, false;
  if (*least > kRepeatMax || *most > kRepeatMax) p.wrong("more than " + std::to_string(kRepeatMax) + " repetitions");
  else if (*most >= 0 && *most < *least) p.wrong("invalid repetition: minimum is greater than maximum");
  return true;
}

bool parse_repeat(Parser& p, int* least, int* most) {
  if (p.take('*')) return *least = 0, *most = -1, true;
  if (p.take('+')) return *least = 1, *most = -1, true;
  if (p.take('?')) return *least = 0, *most = 1, true;
  return p.more() && p.text[p.at] == '{' && parse_braces(p, least, most);
}

// A copy of steps, its jumps moved along.
void put_copy(Parser& p, const std::vector<PatternStep>& steps, int from) {
  int moved = p.here() - from;
  for (const PatternStep& s : steps) {
    bool jumps = s.kind == PatternStep::jump || s.kind == PatternStep::split;
    p.put(s.kind, s.to + (jumps ? moved : 0), s.other + (jumps ? moved : 0));
  }
}

void put_repeated(Parser& p, int from, int least, int most) {
  std::vector<PatternStep> body(p.out.steps.begin() + from, p.out.steps.end());
  p.out.steps.resize(size_t(from));
  int length = int(body.size());
  for (int i = 0; i < least && p.error.empty(); i++) put_copy(p, body, from);
  if (most < 0) {
    int loop = p.here();
    p.put(PatternStep::split, loop + 1, loop + length + 2);
    put_copy(p, body, from);
    p.put(PatternStep::jump, loop);
  }
  for (int i = least; i < most && p.error.empty(); i++) {
    p.put(PatternStep::split, p.here() + 1, p.here() + length + 1);
    put_copy(p, body, from);
  }
}

void parse_sequence(Parser& p) {
  while (p.more() && p.text[p.at] != '|' && p.text[p.at] != ')') {
    int from = p.here(), least = 0, most = 0;
    parse_atom(p);
    while (p.more() && parse_repeat(p, &least, &most)) {
      p.take('?');  // as few as possible: where it matches is of no interest
      if (p.error.empty()) put_repeated(p, from, least, most);
    }
  }
}

void parse_choice(Parser& p) {
  int from = p.here();
  parse_sequence(p);
  while (p.take('|')) {
    // split first, second; first; jump end; second. What is there moves by one.
    std::vector<PatternStep> first(p.out.steps.begin() + from, p.out.steps.end());
    p.out.steps.resize(size_t(from));
    p.put(PatternStep::split, from + 1, from + int(first.size()) + 2);
    put_copy(p, first, from);
    int jump = p.here();
    p.put(PatternStep::jump);
    parse_sequence(p);
    if (p.error.empty()) p.out.steps[size_t(jump)].to = p.here();
  }
}

// ---- the automaton ----

struct Places {  // the steps it is at; each at most once
  std::vector<int> list;
  std::vector<uint32_t> seen;
  uint32_t round = 0;
};

bool holds(PatternStep::Kind kind, std::string_view text, size_t at) {
  bool before = at > 0 && is_word(static_cast<unsigned char>(text[at - 1])),
       after = at < text.size() && is_word(static_cast<unsigned char>(text[at]));
  switch (kind) {
    case PatternStep::start: return at == 0;
    case PatternStep::end: return at == text.size() || (at + 1 == text.size() && text[at] == '\n');
    case PatternStep::word_edge: return before != after;
    default: return before == after;
  }
}

// Follows what needs no byte; true when the program is at its end.
bool add(const Pattern& pattern, Places& places, std::vector<int>& stack, int step, std::string_view text, size_t at) {
  stack.assign(1, step);
  while (!stack.empty()) {
    int i = stack.back();
    stack.pop_back();
    if (std::exchange(places.seen[size_t(i)], places.round) == places.round) continue;
    const PatternStep& s = pattern.steps[size_t(i)];
    if (s.kind == PatternStep::match) return true;
    if (s.kind == PatternStep::set) places.list.push_back(i);
    else if (s.kind == PatternStep::jump) stack.push_back(s.to);
    else if (s.kind == PatternStep::split) stack.push_back(s.other), stack.push_back(s.to);
    else if (holds(s.kind, text, at)) stack.push_back(i + 1);
  }
  return false;
}

}  // namespace

Result<Pattern> pattern_parse(std::string_view text) {
  Parser p;
  p.text = text;
  if (text.size() > kPatternTextMax) p.wrong("longer than " + std::to_string(kPatternTextMax) + " bytes");
  if (text.substr(0, 4) == "(?i)") p.fold = true, p.at = 4;
  if (p.error.empty()) parse_choice(p);
  if (p.more()) p.wrong("unmatched )");
  p.put(PatternStep::match);
  if (!p.error.empty()) return fail(Err::invalid, "the pattern \"" + std::string(text.substr(0, 80)) + "\" is invalid: " + p.error);
  return std::move(p.out);
}

bool pattern_matches(const Pattern& pattern, std::string_view text) {
  Places now, next;
  std::vector<int> stack;
  now.seen.assign(pattern.steps.size(), 0);
  next.seen = now.seen;
  now.round = next.round = 1;
  for (size_t at = 0;; at++) {
    if (add(pattern, now, stack, 0, text, at)) return true;
    if (at == text.size()) return false;
    next.list.clear();
    next.round = now.round + 1;
    auto byte = static_cast<unsigned char>(text[at]);
    for (int i : now.list)
      if (pattern.sets[size_t(pattern.steps[size_t(i)].to)][byte] && add(pattern, next, stack, i + 1, text, at + 1)) return true;
    std::swap(now, next);
  }
}

bool glob_matches(std::string_view glob, std::string_view text) {
  size_t g = 0, t = 0, star = glob.npos, from = 0;
  while (t < text.size()) {
    if (g < glob.size() && glob[g] == '*') star = g++, from = t;
    else if (g < glob.size() && (glob[g] == '?' || glob[g] == text[t])) g++, t++;
    else if (star != glob.npos) g = star + 1, t = ++from;
    else return false;
  }
  while (g < glob.size() && glob[g] == '*') g++;
  return g == glob.size();
}

}  // namespace picket
