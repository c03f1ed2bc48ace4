// common/template/tokens_1x.cc - 1.x tokens, `:::disk.warning|80:::`. Paths are looked up as a whole among the labels and the
// annotations, then walked
// through the entity: that is where the attributes of a 1.x client live with us.
#include <algorithm>

#include "common/json/json.h"
#include "common/template/exec.h"
#include "common/template/template.h"

namespace picket {

using Value = TemplateValue;

static constexpr std::string_view kBlanks = " \t";

static bool usable(const Value* v) { return v && !v->absent() && v->kind != Value::map; }

static const Value* walk(const Value& data, std::string_view path) {
  const Value* at = &data;
  for (size_t from = 0; at && from <= path.size();) {
    size_t dot = std::min(path.find('.', from), path.size());
    at = template_field(*at, std::string(path.substr(from, dot - from)));
    from = dot + 1;
  }
  return at;
}

static const Value* look_up(const Value& data, const std::string& path) {
  for (const char* place : {"labels", "annotations"}) {
    const Value* map = template_field(data, place);
    const Value* found = map ? template_field(*map, path) : nullptr;
    if (usable(found)) return found;
  }
  const Value* found = walk(data, path);
  return usable(found) ? found : nullptr;
}

// Lists come out as in the language of 1.x: ["a", "b"].
static std::string printed(const Value& v, bool inside) {
  if (v.kind == Value::string) return inside ? json_quote(v.text) : v.text;
  if (v.absent()) return "nil";
  if (v.kind != Value::list) return template_text(v);
  std::string out = "[";
  for (const Value& item : *v.items) out += (out.size() > 1 ? ", " : "") + printed(item, true);
  return out + "]";
}

// The value or the default; false: there is neither. What is no name (`::: host1 host2 | sort :::`) has no default where tokens may stay.
static bool substitute(std::string_view token, const Value& data, std::string* out, std::vector<std::string>* unmatched) {
  size_t bar = token.find('|');
  std::string path(token.substr(0, bar));
  if (const Value* found = look_up(data, path)) return *out += printed(*found, false), true;
  if (bar != token.npos && (unmatched || path.find_first_of(kBlanks) == path.npos)) return *out += token.substr(bar + 1), true;
  if (unmatched && unmatched->size() < kTemplateUnmatchedMax && std::find(unmatched->begin(), unmatched->end(), path) == unmatched->end())
    unmatched->push_back(path);
  return false;
}

// How much of an unmatched token stays as it is: all of it, but not the colons after what is no name, which may begin a token.
static size_t kept_size(std::string_view token) { return token.size() + (token.find_first_of(kBlanks) == token.npos ? 6 : 3); }

// The token that starts at or after `from`: three colons, a character that is no colon, up to three colons, on one line.
static bool next_token(std::string_view text, size_t from, size_t* start, size_t* end) {
  for (size_t at = text.find(":::", from); at != text.npos; at = text.find(":::", at + 1)) {
    if (at + 3 >= text.size() || text[at + 3] == ':') continue;
    size_t close = text.find(":::", at + 3);
    if (close == text.npos) return false;
    if (text.substr(at, close - at).find('\n') != text.npos) continue;
    *start = at + 3;
    *end = close;
    return true;
  }
  return false;
}

void template_colons(std::string_view text, const Value& data, std::string* out, std::vector<std::string>* unmatched) {
  size_t done = 0, start = 0, end = 0, from = out->size();
  while (out->size() - from <= kTemplateOutputMax && next_token(text, done, &start, &end)) {
    out->append(text.substr(done, start - 3 - done));
    const std::string_view token = text.substr(start, end - start);
    const bool stays = !substitute(token, data, out, unmatched) && !unmatched;
    done = stays ? start - 3 + kept_size(token) : end + 3;
    if (stays) out->append(text.substr(start - 3, kept_size(token)));
  }
  out->append(text.substr(done));
}

}  // namespace picket
