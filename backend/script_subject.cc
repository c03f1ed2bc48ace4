// backend/script_subject.cc - the subject as an object whose large parts are parsed when a script touches them.
//
// Most expressions look at a status and a label; the history, the system facts and often the whole entity are not
// looked at. Those members are cut out of the text before it is parsed and become accessors: the first access parses
// the cut-out text and puts a plain property in the accessor's place.
#include <cstring>

#include "script_heap.h"

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

// Behind the string that begins at `i`, or npos.
size_t string_end(std::string_view t, size_t i) {
  for (i++; i < t.size(); i++) {
    if (t[i] == '\\') i++;
    else if (t[i] == '"') return i + 1;
  }
  return t.npos;
}

// Behind the object or array that begins at `i`, or npos.
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

// Takes the lazy members of a compact object apart from the rest. Text of another form is left whole.
void split(std::string_view t, std::string& rest, std::vector<ScriptPart>& parts) {
  rest.clear();
  parts.clear();
  size_t kept = 0, i = t.empty() || t[0] != '{' ? t.npos : 1;
  while (i < t.size() && t[i] == '"') {
    size_t begin = i, key_end = string_end(t, i);
    if (key_end >= t.size() || t[key_end] != ':') break;
    std::string_view key = t.substr(begin + 1, key_end - begin - 2);
    i = key_end + 1;
    bool nested = i < t.size() && (t[i] == '{' || t[i] == '[');
    size_t value = i;
    if (nested) i = nested_end(t, i);
    else if (i < t.size() && t[i] == '"') i = string_end(t, i);
    else i = t.find_first_of(",}", i);
    if (i == t.npos) break;
    if (int lazy = nested ? lazy_index(key) : -1; lazy >= 0) {
      parts.push_back({lazy, t.substr(value, i - value)});
      rest.append(t.substr(kept, begin - kept));
      if (t[i] == ',') i++;
      kept = i;
      continue;
    }
    if (t[i] == ',') i++;
  }
  rest.append(t.substr(kept));
  // A cut at the end leaves a comma before the closing brace.
  if (rest.size() >= 2 && rest[rest.size() - 2] == ',') rest.erase(rest.size() - 2, 1);
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

// The buffers belong to Scripts, so a failure that jumps out of here loses nothing.
void subject_push(duk_context* ctx, std::string_view json) {
  Scripts* s = scripts_of(ctx);
  split(json, s->rest, s->parts);
  duk_push_lstring(ctx, s->rest.data(), s->rest.size());
  duk_json_decode(ctx, -1);
  if (s->parts.empty()) return;
  duk_push_heap_stash(ctx);
  duk_get_prop_string(ctx, -1, "lazy");
  duk_remove(ctx, -2);
  for (const ScriptPart& part : s->parts) {
    duk_push_lstring(ctx, part.raw.data(), part.raw.size());
    duk_put_prop_string(ctx, -3, kRawKeys[part.key]);
    duk_push_string(ctx, kLazyKeys[part.key]);
    duk_get_prop_index(ctx, -2, static_cast<duk_uarridx_t>(2 * part.key));
    duk_get_prop_index(ctx, -3, static_cast<duk_uarridx_t>(2 * part.key + 1));
    duk_def_prop(ctx, -5, DUK_DEFPROP_HAVE_GETTER | DUK_DEFPROP_HAVE_SETTER | DUK_DEFPROP_SET_ENUMERABLE | DUK_DEFPROP_SET_CONFIGURABLE);
  }
  duk_pop(ctx);
}

}  // namespace picket
