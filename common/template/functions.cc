// common/template/functions.cc - the functions a template may call: Go's built-ins, `default`, `assetPath` and `shellQuote`.
// `and` and `or` are here for their names;
// eval.cc evaluates them itself, because they stop at the first argument that decides.
#include <cstring>

#include "common/template/syntax.h"
#include "common/template/template.h"

namespace picket {

using Value = TemplateValue;

static Value fault(std::string* error, std::string message) {
  *error = std::move(message);
  return {};
}

// ---- index, slice, len ----

static bool position(const Value& index, size_t size, size_t* out, std::string* error) {
  if (index.kind != Value::integer)
    return *error = index.absent() ? "cannot index slice/array with nil"
                                   : std::string("cannot index slice/array with type ") + template_type_name(index),
           false;
  if (index.whole < 0 || index.whole > static_cast<int64_t>(size))
    return *error = "index out of range: " + std::to_string(index.whole), false;
  *out = static_cast<size_t>(index.whole);
  return true;
}

static Value index_map(const Value& map, const Value& key, std::string* error) {
  if (key.kind != Value::string) return fault(error, std::string("value has type ") + template_type_name(key) + "; should be string");
  const Value* found = template_field(map, key.text);
  return found ? *found : Value();
}

static Value index_one(const Value& item, const Value& index, std::string* error) {
  size_t at = 0, size = item.kind == Value::list ? item.items->size() : item.text.size();
  if (item.absent()) return fault(error, "index of untyped nil");
  if (item.kind == Value::map) return index_map(item, index, error);
  if (item.kind != Value::list && item.kind != Value::string)
    return fault(error, std::string("can't index item of type ") + template_type_name(item));
  if (!position(index, size, &at, error)) return {};
  if (at >= size) return fault(error, "index out of range: " + std::to_string(at));
  return item.kind == Value::list ? (*item.items)[at] : template_integer(static_cast<unsigned char>(item.text[at]));
}

static Value call_index(const Value* args, size_t count, std::string* error) {
  Value item = args[0];
  if (item.absent()) return fault(error, "index of untyped nil");
  for (size_t i = 1; i < count && error->empty(); i++) item = index_one(item, args[i], error);
  return item;
}

static Value call_slice(const Value* args, size_t count, std::string* error) {
  const Value& item = args[0];
  if (item.absent()) return fault(error, "slice of untyped nil");
  if (item.kind != Value::string && item.kind != Value::list)
    return fault(error, std::string("can't slice item of type ") + template_type_name(item));
  size_t size = item.kind == Value::list ? item.items->size() : item.text.size(), from = 0, to = size;
  if (count > 1 && !position(args[1], size, &from, error)) return {};
  if (count > 2 && !position(args[2], size, &to, error)) return {};
  if (from > to) return fault(error, "invalid slice index: " + std::to_string(from) + " > " + std::to_string(to));
  if (item.kind == Value::string) return template_string(item.text.substr(from, to - from));
  Value part;
  part.kind = Value::list;
  part.items = std::make_shared<TemplateList>(item.items->begin() + static_cast<long>(from), item.items->begin() + static_cast<long>(to));
  return part;
}

static Value call_len(const Value* args, size_t, std::string* error) {
  const Value& v = args[0];
  if (v.kind == Value::string) return template_integer(static_cast<int64_t>(v.text.size()));
  if (v.kind == Value::list) return template_integer(static_cast<int64_t>(v.items->size()));
  if (v.kind == Value::map) return template_integer(static_cast<int64_t>(v.fields->size()));
  if (v.kind == Value::null) return template_integer(0);  // a list or map of Go that nobody filled
  return fault(error, v.absent() ? "len of untyped nil" : std::string("len of type ") + template_type_name(v));
}

// ---- comparing ----

static bool comparable(const Value& v, std::string* error) {
  bool basic = v.kind == Value::boolean || v.kind == Value::integer || v.kind == Value::number || v.kind == Value::string;
  if (!basic) *error = v.absent() ? "incompatible types for comparison" : "invalid type for comparison";
  return basic;
}

static bool same_kind(const Value& a, const Value& b, std::string* error) {
  if (!comparable(a, error) || !comparable(b, error)) return false;
  if (a.kind != b.kind) *error = "incompatible types for comparison";
  return a.kind == b.kind;
}

static bool equal(const Value& a, const Value& b, std::string* error) {
  if (!same_kind(a, b, error)) return false;
  if (a.kind == Value::string) return a.text == b.text;
  if (a.kind == Value::integer) return a.whole == b.whole;
  return a.kind == Value::number ? a.real == b.real : a.flag == b.flag;
}

static bool less(const Value& a, const Value& b, std::string* error) {
  if (!same_kind(a, b, error)) return false;
  if (a.kind == Value::string) return a.text < b.text;
  if (a.kind == Value::integer) return a.whole < b.whole;
  if (a.kind == Value::number) return a.real < b.real;
  return *error = "invalid type for comparison", false;
}

static Value call_eq(const Value* args, size_t count, std::string* error) {
  if (count < 2) return fault(error, "missing argument for comparison");
  for (size_t i = 1; i < count; i++) {
    bool same = equal(args[0], args[i], error);
    if (same || !error->empty()) return template_bool(same);
  }
  return template_bool(false);
}

static Value call_ne(const Value* a, size_t, std::string* e) { return template_bool(!equal(a[0], a[1], e)); }
static Value call_lt(const Value* a, size_t, std::string* e) { return template_bool(less(a[0], a[1], e)); }
static Value call_ge(const Value* a, size_t, std::string* e) { return template_bool(!less(a[0], a[1], e)); }
static Value call_le(const Value* a, size_t, std::string* e) {
  return template_bool(less(a[0], a[1], e) || (e->empty() && equal(a[0], a[1], e)));
}
static Value call_gt(const Value* a, size_t, std::string* e) {
  return template_bool(!less(a[0], a[1], e) && e->empty() && !equal(a[0], a[1], e));
}
static Value call_not(const Value* a, size_t, std::string*) { return template_bool(!template_truth(a[0])); }

// ---- text ----

static Value call_print(const Value* args, size_t count, std::string*) { return template_string(template_sprint(args, count)); }

static Value call_println(const Value* args, size_t count, std::string*) {
  std::string out;
  for (size_t i = 0; i < count; i++) out += (i ? " " : "") + (args[i].absent() ? "<nil>" : template_text(args[i]));
  return template_string(out + "\n");
}

static Value call_printf(const Value* args, size_t count, std::string* error) {
  if (args[0].kind != Value::string)
    return fault(error, std::string("wrong type for value; expected string; got ") + template_type_name(args[0]));
  return template_string(template_sprintf(args[0].text, args + 1, count - 1, kTemplateBytesMax));
}

struct Replacement { char from; const char* to; };

static std::string replaced(const std::string& text, const Replacement* rows, size_t count) {
  std::string out;
  for (char c : text) {
    const char* to = nullptr;
    for (size_t i = 0; i < count; i++)
      if (rows[i].from == c) to = rows[i].to;
    to ? out.append(to) : out.append(1, c);
  }
  return out;
}

static std::string joined(const Value* args, size_t count) {
  return count == 1 && args[0].kind == Value::string ? args[0].text : template_sprint(args, count);
}

static Value call_html(const Value* args, size_t count, std::string*) {
  static const Replacement kRows[] = {{'"', "&#34;"}, {'\'', "&#39;"}, {'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}};
  return template_string(replaced(joined(args, count), kRows, std::size(kRows)));
}

static Value call_js(const Value* args, size_t count, std::string*) {
  static const Replacement kRows[] = {{'\\', "\\\\"}, {'\'', "\\'"},  {'"', "\\\""},    {'<', "\\u003C"}, {'>', "\\u003E"},
                                      {'&', "\\u0026"}, {'=', "\\u003D"}, {'\n', "\\u000A"}, {'\r', "\\u000D"}, {'\t', "\\u0009"}};
  return template_string(replaced(joined(args, count), kRows, std::size(kRows)));
}

static Value call_urlquery(const Value* args, size_t count, std::string*) {
  static const char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (char c : joined(args, count)) {
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("-_.~", c));
    if (plain) out += c;
    else if (c == ' ') out += '+';
    else out += {'%', kHex[static_cast<unsigned char>(c) >> 4], kHex[c & 15]};
  }
  return template_string(out);
}

// ---- the reference's own ----

// An empty string counts as present: only what is not there is replaced.
static Value call_default(const Value* args, size_t count, std::string*) { return count > 1 && !args[1].absent() ? args[1] : args[0]; }

// The name of the environment variable with an asset's path: "sensu/my-asset.x" -> SENSU_MY_ASSET_X_PATH.
static Value call_asset_path(const Value* args, size_t, std::string* error) {
  if (args[0].kind != Value::string)
    return fault(error, std::string("wrong type for value; expected string; got ") + template_type_name(args[0]));
  std::string out;
  for (char c : args[0].text) {
    if (c >= 'a' && c <= 'z') out += static_cast<char>(c - 32);
    else if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) out += c;
    else if (out.empty() || out.back() != '_') out += '_';
  }
  return template_string(out + "_PATH");
}

// ---- ours ----

// One word for a POSIX shell, whatever stands in it. What is not there stays so: it must not become a word.
static Value call_shell_quote(const Value* args, size_t, std::string*) {
  if (args[0].absent()) return args[0];
  static const Replacement kRows[] = {{'\'', "'\\''"}};
  return template_string("'" + replaced(template_text(args[0]), kRows, std::size(kRows)) + "'");
}

static Value call_call(const Value*, size_t, std::string* error) { return fault(error, "non-function of type string"); }
static Value call_nothing(const Value*, size_t, std::string*) { return {}; }

static const TemplateFunction kFunctions[] = {
    {"and", 1, -1, call_nothing, true},     {"or", 1, -1, call_nothing, true},      {"not", 1, 1, call_not, true},
    {"eq", 1, -1, call_eq, true},           {"ne", 2, 2, call_ne, true},            {"lt", 2, 2, call_lt, true},
    {"le", 2, 2, call_le, true},            {"gt", 2, 2, call_gt, true},            {"ge", 2, 2, call_ge, true},
    {"len", 1, 1, call_len, true},          {"index", 1, -1, call_index, true},     {"slice", 1, 3, call_slice},
    {"print", 0, -1, call_print},     {"printf", 1, -1, call_printf},   {"println", 0, -1, call_println},
    {"html", 0, -1, call_html},       {"js", 0, -1, call_js},           {"urlquery", 0, -1, call_urlquery},
    {"call", 1, -1, call_call, true},       {"default", 1, 2, call_default, true},  {"assetPath", 1, 1, call_asset_path},
    {"shellQuote", 1, 1, call_shell_quote},
};

const TemplateFunction* template_function(std::string_view name) {
  for (const TemplateFunction& f : kFunctions)
    if (name == f.name) return &f;
  return nullptr;
}

}  // namespace picket
