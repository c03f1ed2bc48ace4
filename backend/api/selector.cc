// backend/api/selector.cc - label and field selectors, as the reference's commercial edition documents them. Pure.
//
//   labelSelector=region == "eu" && tier != web
//   fieldSelector=check.publish == true && linux in check.subscriptions && check.name matches disk
//   fieldSelector=entity.entity_class notin [proxy,backend]
//
// `in` and `notin` take the list on the right, or a field on the right that is a list. `matches`: contains the text.
#include "backend/api/call.h"

namespace picket {

inline constexpr size_t kSelectorMax = 4096;  // bytes
inline constexpr size_t kSelectorTermsMax = 64;

struct SelectorTerm {
  std::string key;
  enum Op { equal, unequal, in, not_in, matches } op = equal;
  std::vector<std::string> values;
  bool key_is_list = false;  // `value in key`
};
struct Selector { std::vector<SelectorTerm> terms; };

// ---- words ----

namespace {
struct Word { std::string text; bool quoted = false; };
}  // namespace

static bool is_bare(char c) { return std::string_view(" \t\r\n,[]()=!&'\"").find(c) == std::string_view::npos; }

static Result<std::vector<Word>> words_of(std::string_view text) {
  std::vector<Word> words;
  for (size_t i = 0; i < text.size();) {
    char c = text[i];
    std::string_view two = text.substr(i, 2);
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
      i++;
    } else if (two == "==" || two == "!=" || two == "&&") {
      words.push_back({std::string(two)});
      i += 2;
    } else if (c == '"' || c == '\'') {
      size_t end = text.find(c, i + 1);
      if (end == text.npos) return fail(Err::invalid, "selector: missing closing quote at offset " + std::to_string(i));
      words.push_back({std::string(text.substr(i + 1, end - i - 1)), true});
      i = end + 1;
    } else if (std::string_view("[](),").find(c) != std::string_view::npos) {
      words.push_back({std::string(1, c)});
      i++;
    } else if (is_bare(c)) {
      size_t end = i;
      while (end < text.size() && is_bare(text[end])) end++;
      words.push_back({std::string(text.substr(i, end - i)), false});
      i = end;
    } else {
      return fail(Err::invalid,
                  "selector: unexpected '" + std::string(1, c) + "' at offset " + std::to_string(i) +
                      "; operators are == != in notin matches, joined by &&");
    }
  }
  return words;
}

// ---- terms ----

namespace {
struct Parser {
  std::vector<Word> words;
  size_t at = 0;
  const Word* peek() const { return at < words.size() ? &words[at] : nullptr; }
  bool take(std::string_view symbol) {
    bool yes = peek() && !peek()->quoted && peek()->text == symbol;
    at += yes;
    return yes;
  }
};
}  // namespace

static bool is_symbol(const Word& w) {
  static const std::string_view kSymbols[] = {"==", "!=", "&&", "[", "]", "(", ")", ","};
  for (std::string_view s : kSymbols)
    if (!w.quoted && w.text == s) return true;
  return false;
}

static Result<std::string> parse_value(Parser& p, const char* what) {
  const Word* w = p.peek();
  if (!w || is_symbol(*w))
    return fail(Err::invalid, std::string("selector: ") + what + " is missing" + (w ? " before " + w->text : " at the end"));
  p.at++;
  return w->text;
}

static Status parse_list(Parser& p, const char* close, std::vector<std::string>* values) {
  while (!p.take(close)) {
    auto value = parse_value(p, "a value of the list");
    if (!value.ok()) return value.status;
    values->push_back(value.value);
    if (!p.take(",") && !(p.peek() && !p.peek()->quoted && p.peek()->text == close))
      return fail(Err::invalid, std::string("selector: list without closing ") + close);
  }
  return {};
}

static Result<SelectorTerm> parse_term(Parser& p) {
  static const struct { const char* text; SelectorTerm::Op op; } kOps[] = {
      {"==", SelectorTerm::equal}, {"!=", SelectorTerm::unequal}, {"in", SelectorTerm::in},
      {"notin", SelectorTerm::not_in}, {"matches", SelectorTerm::matches}};
  SelectorTerm term;
  auto left = parse_value(p, "a key");
  if (!left.ok()) return left.status;
  term.key = left.value;
  bool known = false;
  for (const auto& o : kOps)
    if (!known && p.take(o.text)) known = true, term.op = o.op;
  if (!known) return fail(Err::invalid, "selector: missing operator after '" + term.key + "': == != in notin matches");
  bool set = term.op == SelectorTerm::in || term.op == SelectorTerm::not_in;
  if (set && p.take("[")) {
    Status s = parse_list(p, "]", &term.values);
    return s.ok() ? Result<SelectorTerm>(term) : s;
  }
  if (set && p.take("(")) {
    Status s = parse_list(p, ")", &term.values);
    return s.ok() ? Result<SelectorTerm>(term) : s;
  }
  auto right = parse_value(p, "a value");
  if (!right.ok()) return right.status;
  term.values = {right.value};
  if (set) {
    term.key_is_list = true;
    std::swap(term.key, term.values[0]);
  }
  return term;
}

Result<std::shared_ptr<const Selector>> selector_parse(std::string_view text) {
  if (text.size() > kSelectorMax) return fail(Err::invalid, "selector: longer than 4096 bytes");
  auto words = words_of(text);
  if (!words.ok()) return words.status;
  Parser p{words.value, 0};
  auto selector = std::make_shared<Selector>();
  do {
    auto term = parse_term(p);
    if (!term.ok()) return term.status;
    selector->terms.push_back(std::move(term.value));
    if (selector->terms.size() > kSelectorTermsMax) return fail(Err::invalid, "selector: more than 64 terms");
  } while (p.take("&&"));
  if (p.peek()) return fail(Err::invalid, "selector: unexpected '" + p.peek()->text + "'; terms are joined by &&");
  return std::shared_ptr<const Selector>(selector);
}

// ---- matching ----

// Lists come joined by commas: any of them may be the one.
static bool any_is(const std::string& joined, const std::vector<std::string>& wanted) {
  for (size_t at = 0; at <= joined.size();) {
    size_t end = std::min(joined.find(',', at), joined.size());
    for (const std::string& w : wanted)
      if (joined.compare(at, end - at, w) == 0) return true;
    at = end + 1;
  }
  return false;
}

static bool term_matches(const SelectorTerm& term, const std::optional<std::string>& value) {
  switch (term.op) {
    case SelectorTerm::equal: return value && *value == term.values[0];
    case SelectorTerm::unequal: return !value || *value != term.values[0];
    case SelectorTerm::in: return value && any_is(*value, term.values);
    case SelectorTerm::not_in: return !value || !any_is(*value, term.values);
    case SelectorTerm::matches: return value && value->find(term.values[0]) != std::string::npos;
  }
  return false;
}

bool selector_matches(const Selector& selector, const std::function<std::optional<std::string>(const std::string&)>& lookup) {
  for (const SelectorTerm& term : selector.terms)
    if (!term_matches(term, lookup(term.key))) return false;
  return true;
}

// ---- objects ----

static std::optional<std::string> plain(std::string_view raw) {
  if (raw.empty() || json_type(raw) == JsonType::null) return std::nullopt;
  if (json_type(raw) == JsonType::string) return json_string(raw).value;
  if (json_type(raw) != JsonType::array) return std::string(raw);
  std::string joined;
  for (std::string_view item : json_items(raw).value) {
    if (!joined.empty()) joined += ',';
    joined += plain(item).value_or("");
  }
  return joined;
}

static std::string_view member(std::string_view object, std::string_view key) {
  return json_type(object) == JsonType::object ? json_at(object, {key}) : std::string_view();
}

// check.name is check.metadata.name: names, namespaces, labels and annotations are looked for one level deeper too.
// Keys may hold dots: of labels the whole rest is the key.
static std::optional<std::string> field(std::string_view object, std::string_view path) {
  if (auto whole = plain(member(object, path))) return whole;
  size_t dot = path.find('.');
  std::string_view head = path.substr(0, dot);
  std::string_view inner = member(object, head);
  if (dot != path.npos && !inner.empty())
    if (auto found = field(inner, path.substr(dot + 1))) return found;
  std::string_view metadata = member(object, "metadata");
  if (head != "metadata" && !metadata.empty()) return field(metadata, path);
  return std::nullopt;
}

Result<Selection> selection_parse(const Page& page) {
  Selection selection;
  if (!page.labels.empty()) {
    auto parsed = selector_parse(page.labels);
    if (!parsed.ok()) return because("labelSelector", parsed.status);
    selection.labels = parsed.value;
  }
  if (!page.fields.empty()) {
    auto parsed = selector_parse(page.fields);
    if (!parsed.ok()) return because("fieldSelector", parsed.status);
    selection.fields = parsed.value;
  }
  return selection;
}

static bool labels_match(const Selector& selector, std::string_view json) {
  return selector_matches(selector, [&](const std::string& key) {
    // An event has the labels of its entity and of its check.
    for (std::string_view owner : {json, member(json, "check"), member(json, "entity")})
      if (!owner.empty())
        if (auto value = plain(member(member(member(owner, "metadata"), "labels"), key))) return value;
    return std::optional<std::string>();
  });
}

// Of an event: what filters call event.is_silenced and the like.
static std::optional<std::string> event_fact(std::string_view event, std::string_view key) {
  const std::string_view check = member(event, "check");
  auto is = [](bool yes) { return std::optional<std::string>(yes ? "true" : "false"); };
  if (key == "has_check") return is(!check.empty());
  if (key == "has_metrics") return is(!member(event, "metrics").empty());
  if (key == "is_silenced") return is(member(check, "is_silenced") == "true" || member(check, "silenced").size() > 2);
  const std::string_view status = member(check, "status");
  if (key == "is_incident") return is(!status.empty() && status != "0");
  if (key != "is_resolution") return std::nullopt;
  const std::vector<std::string_view> history = json_items(member(check, "history")).value;
  return is(status == "0" && history.size() > 1 && member(history[history.size() - 2], "status") != "0");
}

bool selection_matches(const Selection& selection, std::string_view singular, std::string_view json) {
  if (selection.labels && !labels_match(*selection.labels, json)) return false;
  if (!selection.fields) return true;
  return selector_matches(*selection.fields, [&](const std::string& key) {
    size_t dot = key.find('.');
    // check.name asks about a check; of an event, event.check.name (and check.name, entity.name) do.
    bool typed = dot != key.npos && key.compare(0, dot, singular) == 0;
    const std::string_view path = typed ? std::string_view(key).substr(dot + 1) : std::string_view(key);
    if (singular == "event")
      if (auto fact = event_fact(json, path)) return fact;
    return field(json, path);
  });
}

}  // namespace picket
