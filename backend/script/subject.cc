// backend/script/subject.cc - the subject as an object whose large parts are parsed when a script touches them.
//
// Most expressions look at a status and a label; the history, the system facts and often the whole entity are not
// looked at. Those members are stepped over and become accessors: the first access parses
// the cut-out text and puts a plain property in the accessor's place.
#include <algorithm>

#include "common/json/json.h"
#include "backend/script/heap.h"

namespace picket {
namespace {

const char* const kLazyKeys[] = {"check", "entity", "history", "hooks", "metrics", "system"};
constexpr int kLazyCount = sizeof kLazyKeys / sizeof *kLazyKeys;
const char* const kRawKeys[] = {DUK_HIDDEN_SYMBOL("check"), DUK_HIDDEN_SYMBOL("entity"),  DUK_HIDDEN_SYMBOL("history"),
                                DUK_HIDDEN_SYMBOL("hooks"), DUK_HIDDEN_SYMBOL("metrics"), DUK_HIDDEN_SYMBOL("system")};

int lazy_index(std::string_view key) {
  for (int i = 0; i < kLazyCount; i++)
    if (key == kLazyKeys[i]) return i;
  return -1;
}

// After the string that begins at `i`, or npos.
size_t string_end(std::string_view t, size_t i) {
  for (size_t quote = t.find('"', i + 1); quote != t.npos; quote = t.find('"', quote + 1)) {
    size_t escapes = quote;
    while (t[escapes - 1] == '\\') escapes--;  // ends at the quote at `i`, if not before
    if ((quote - escapes) % 2 == 0) return quote + 1;
  }
  return t.npos;
}

// After the object or array that begins at `i`, or npos.
size_t nested_end(std::string_view t, size_t i) {
  for (int depth = 0; i < t.size();) {
    char c = t[i];
    if (c == '"') {
      i = string_end(t, i);
      continue;
    }
    if (c == '{' || c == '[') depth++;
    if ((c == '}' || c == ']') && --depth == 0) return i + 1;
    i++;
  }
  return t.npos;
}

// Puts a plain property over the accessor; the value is on top and stays.
void settle(duk_context* ctx, duk_idx_t owner, int key) {
  duk_push_string(ctx, kLazyKeys[key]);
  duk_dup(ctx, -2);
  duk_def_prop(ctx, owner, DUK_DEFPROP_HAVE_VALUE | DUK_DEFPROP_SET_WRITABLE | DUK_DEFPROP_SET_ENUMERABLE | DUK_DEFPROP_SET_CONFIGURABLE);
}

duk_ret_t lazy_get(duk_context* ctx) {
  int key = duk_get_current_magic(ctx);
  duk_push_this(ctx);
  duk_get_prop_string(ctx, 0, kRawKeys[key]);
  duk_size_t size = 0;
  const char* raw = duk_get_lstring(ctx, 1, &size);
  if (!raw) return 0;
  subject_push(ctx, {raw, size});
  settle(ctx, 0, key);
  duk_del_prop_string(ctx, 0, kRawKeys[key]);
  return 1;
}

duk_ret_t lazy_set(duk_context* ctx) {
  duk_push_this(ctx);
  duk_dup(ctx, 0);
  settle(ctx, 1, duk_get_current_magic(ctx));
  return 0;
}

// ---- reading: what our own writers write, compact and without surprises. False: it is left to Duktape's parser, which
// takes three times as long, or refuses it. Failures of Duktape jump out of here: nothing here has a destructor. ----

bool value_push(duk_context* ctx, std::string_view t, size_t& i, int depth);

bool string_push(duk_context* ctx, std::string_view t, size_t& i) {
  size_t end = string_end(t, i);
  if (end == t.npos) return false;
  std::string_view inside = t.substr(i + 1, end - i - 2);
  bool plain = inside.find('\\') == inside.npos;
  if (plain) duk_push_lstring(ctx, inside.data(), inside.size());
  else duk_push_lstring(ctx, t.data() + i, end - i), duk_json_decode(ctx, -1);
  i = end;
  return true;
}

bool number_push(duk_context* ctx, std::string_view t, size_t& i) {
  size_t begin = i, digits = i + (t[i] == '-');
  int64_t value = 0;
  for (i = digits; i < t.size() && t[i] >= '0' && t[i] <= '9' && i - digits < 16; i++) value = value * 10 + (t[i] - '0');
  const bool whole = i > digits && i - digits < 16 && (i == t.size() || t[i] == ',' || t[i] == '}' || t[i] == ']');
  if (whole && (t[digits] != '0' || (i - begin) == 1))
    return duk_push_number(ctx, static_cast<double>(begin == digits ? value : -value)), true;
  size_t end = std::min(t.find_first_not_of("+-.0123456789eE", begin), t.size());
  duk_push_lstring(ctx, t.data() + begin, end - begin);
  duk_json_decode(ctx, -1);
  i = end;
  return true;
}

bool word_push(duk_context* ctx, std::string_view t, size_t& i) {
  auto is = [&](std::string_view word) { return t.compare(i, word.size(), word) == 0 && (i += word.size()); };
  if (is("true")) return duk_push_true(ctx), true;
  if (is("false")) return duk_push_false(ctx), true;
  if (is("null")) return duk_push_null(ctx), true;
  return false;
}

// At the comma or the end of a list: steps over it. False: neither is there.
bool item_end(std::string_view t, size_t& i, char end, bool& more) {
  if (i >= t.size() || (t[i] != ',' && t[i] != end)) return false;
  more = t[i++] == ',';
  return true;
}

bool array_push(duk_context* ctx, std::string_view t, size_t& i, int depth) {
  duk_push_array(ctx);
  if (++i < t.size() && t[i] == ']') return i++, true;
  bool more = true;
  for (duk_uarridx_t n = 0; more; n++) {
    if (!value_push(ctx, t, i, depth + 1)) return false;
    duk_put_prop_index(ctx, -2, n);
    if (!item_end(t, i, ']', more)) return false;
  }
  return true;
}

// The object is on top: an accessor that parses `raw` when somebody looks.
void lazy_push(duk_context* ctx, int key, std::string_view raw) {
  duk_push_lstring(ctx, raw.data(), raw.size());
  duk_put_prop_string(ctx, -2, kRawKeys[key]);
  duk_push_heap_stash(ctx);
  duk_get_prop_string(ctx, -1, "lazy");
  duk_remove(ctx, -2);
  duk_push_string(ctx, kLazyKeys[key]);
  duk_get_prop_index(ctx, -2, static_cast<duk_uarridx_t>(2 * key));
  duk_get_prop_index(ctx, -3, static_cast<duk_uarridx_t>(2 * key + 1));
  duk_def_prop(ctx, -5, DUK_DEFPROP_HAVE_GETTER | DUK_DEFPROP_HAVE_SETTER | DUK_DEFPROP_SET_ENUMERABLE | DUK_DEFPROP_SET_CONFIGURABLE);
  duk_pop(ctx);
}

// The key is not on the stack yet, the object is on top.
bool member_push(duk_context* ctx, std::string_view t, size_t& i, int depth) {
  size_t key_begin = i, key_end = i < t.size() && t[i] == '"' ? string_end(t, i) : t.npos;
  if (key_end >= t.size() || t[key_end] != ':') return false;
  std::string_view key = t.substr(key_begin + 1, key_end - key_begin - 2);
  size_t value = key_end + 1;
  const bool nested = value < t.size() && (t[value] == '{' || t[value] == '[');
  if (int lazy = nested ? lazy_index(key) : -1; lazy >= 0) {
    i = nested_end(t, value);
    if (i != t.npos) lazy_push(ctx, lazy, t.substr(value, i - value));
    return i != t.npos;
  }
  if (!string_push(ctx, t, i) || !value_push(ctx, t, ++i, depth + 1)) return false;
  duk_put_prop(ctx, -3);
  return true;
}

// Its prototype comes last: a key is a plain property whatever the prototype has under that name, and nothing is looked up there.
bool object_push(duk_context* ctx, std::string_view t, size_t& i, int depth) {
  duk_push_object(ctx);
  if (++i < t.size() && t[i] == '}') return i++, true;
  duk_get_prototype(ctx, -1);
  duk_insert(ctx, -2);
  duk_push_undefined(ctx);
  duk_set_prototype(ctx, -2);
  for (bool more = true; more;)
    if (!member_push(ctx, t, i, depth) || !item_end(t, i, '}', more)) return false;
  duk_insert(ctx, -2);
  duk_set_prototype(ctx, -2);
  return true;
}

bool value_push(duk_context* ctx, std::string_view t, size_t& i, int depth) {
  if (i >= t.size() || depth > kJsonDepthMax) return false;
  duk_require_stack(ctx, 8);
  switch (t[i]) {
    case '{': return object_push(ctx, t, i, depth);
    case '[': return array_push(ctx, t, i, depth);
    case '"': return string_push(ctx, t, i);
    case '-':
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9': return number_push(ctx, t, i);
    default: return word_push(ctx, t, i);
  }
}

void push_function(duk_context* ctx, duk_c_function f, int arguments, int magic) {
  duk_push_c_function(ctx, f, arguments);
  duk_set_magic(ctx, -1, magic);
}

}  // namespace

void subject_install(duk_context* ctx) {
  duk_push_heap_stash(ctx);
  duk_push_array(ctx);
  for (int i = 0; i < kLazyCount; i++) {
    push_function(ctx, lazy_get, 0, i);
    duk_put_prop_index(ctx, -2, static_cast<duk_uarridx_t>(2 * i));
    push_function(ctx, lazy_set, 1, i);
    duk_put_prop_index(ctx, -2, static_cast<duk_uarridx_t>(2 * i + 1));
  }
  duk_put_prop_string(ctx, -2, "lazy");
  duk_pop(ctx);
}

void subject_push(duk_context* ctx, std::string_view json) {
  size_t at = 0;
  duk_idx_t top = duk_get_top(ctx);
  if (value_push(ctx, json, at, 0) && at == json.size()) return;
  duk_set_top(ctx, top);
  duk_push_lstring(ctx, json.data(), json.size());
  duk_json_decode(ctx, -1);
}

}  // namespace picket
