// common/types/fields.h - the machinery under the core/v2 structs: one table of fields per struct. Private to common/.
//
//   static const Field<Secret> kSecret[] = {
//       row<Secret, &Secret::name>("name", omit_empty),
//       row<Secret, &Secret::secret>("secret", omit_empty),
//   };
//   PICKET_HAS_TABLE(Secret) { return table_of(kSecret); }
//
// The table reads, writes and names the place of what is wrong. Every struct in a member needs its fields_of declared
// (below) before the table that uses it. Order of rows = order on the wire.
#pragma once
#include <algorithm>
#include <charconv>
#include <cstring>
#include <memory>
#include <utility>

#include "common/json/cursor.h"
#include "common/json/json_text.h"
#include "common/types/types.h"

namespace picket {

enum Presence {
  always,      // zero values too; an empty list, map or optional is null
  omit_empty,  // left out when empty, zero or false
  list,        // an empty list is []
};

template <class T>
struct Field {
  std::string_view key;
  Presence presence;
  bool (*read)(JsonCursor&, T&);
  bool (*empty)(const T&);
  void (*write)(JsonText&, const T&);
  const char* shape;  // for the documents: "list of ", "" ...
  const char* type;   // ... and of what: "string", "Secret"
};

template <class T>
struct FieldTable {
  const Field<T>* rows;
  int count;
  Extra T::*extra = nullptr;  // where unknown attributes go; null: dropped
};

template <class T, int N>
constexpr FieldTable<T> table_of(const Field<T> (&rows)[N], Extra T::*extra = nullptr) {
  return {rows, N, extra};
}

template <class T>
FieldTable<T> fields_of();
// The name of a member's type in docs/EVENT.md. Specialised for every struct that has a table (below).
template <class V>
struct TypeName;

// Declares, or with a body defines, the table of a struct.
#define PICKET_HAS_TABLE(T) \
  template <>               \
  FieldTable<T> fields_of<T>()

// ---- reading ----
inline bool value_read(JsonCursor& c, std::string& v) { return cursor_string(c, &v); }
inline bool value_read(JsonCursor& c, bool& v) { return cursor_bool(c, &v); }
inline bool value_read(JsonCursor& c, uint32_t& v) { return cursor_uint32(c, &v); }
inline bool value_read(JsonCursor& c, int64_t& v) { return cursor_int64(c, &v); }
inline bool value_read(JsonCursor& c, double& v) { return cursor_double(c, &v); }
inline bool value_read(JsonCursor& c, StringList& v) { return cursor_strings(c, &v); }
inline bool value_read(JsonCursor& c, StringMap& v) { return cursor_string_map(c, &v); }
bool value_read(JsonCursor& c, int32_t& v);
bool value_read(JsonCursor& c, HookList& v);
bool value_read(JsonCursor& c, TimeWindowDays& v);
template <class T>
bool value_read(JsonCursor& c, std::vector<T>& v);
template <class T>
bool value_read(JsonCursor& c, std::optional<T>& v);
template <class T>
bool value_read(JsonCursor& c, T& v);  // a struct with a table

inline bool key_equals_fold(std::string_view a, std::string_view b) {
  auto lower = [](char ch) { return ch >= 'A' && ch <= 'Z' ? static_cast<char>(ch | 0x20) : ch; };
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); i++)
    if (lower(a[i]) != lower(b[i])) return false;
  return true;
}

// The row for a key: where the last one was plus one (peers write in our order), then exact, then without case.
template <class T>
const Field<T>* field_find(const FieldTable<T>& table, std::string_view key, int* hint) {
  for (int n = 0; n < table.count; n++) {
    int i = (*hint + n) % table.count;
    if (table.rows[i].key == key) return *hint = i + 1, &table.rows[i];
  }
  for (int i = 0; i < table.count; i++)
    if (key_equals_fold(table.rows[i].key, key)) return &table.rows[i];
  return nullptr;
}

// A value no table names: kept as compact text, the last of equal keys only.
bool extra_read(JsonCursor& c, std::string_view key, Extra* extra);

template <class T>
bool field_read(JsonCursor& c, T& out, const Field<T>& field) {
  bool was_null;
  if (!cursor_null(c, &was_null)) return false;
  return was_null || field.read(c, out) || cursor_at_key(c, field.key);
}

// One of the next rows, when its key stands at p. Peers write in our order and leave out what is empty.
template <class T>
const Field<T>* field_next(JsonCursor& c, const FieldTable<T>& table, int* hint) {
  constexpr int kAhead = 4;
  if (!cursor_ok(c)) return nullptr;
  for (int i = *hint; i < std::min(table.count, *hint + kAhead); i++)
    if (cursor_next_key(c, table.rows[i].key)) return *hint = i + 1, &table.rows[i];
  return nullptr;
}

template <class T>
bool struct_read(JsonCursor& c, T& out, const FieldTable<T>& table) {
  std::string scratch;
  std::string_view key;
  int hint = 0;
  for (bool first = true;;) {
    const Field<T>* field = first ? nullptr : field_next(c, table, &hint);
    if (!field) {
      if (!cursor_key(c, &scratch, &key, &first)) break;
      field = field_find(table, key, &hint);
    }
    Extra* extra = table.extra ? &(out.*table.extra) : nullptr;
    if (!(field ? field_read(c, out, *field) : extra_read(c, key, extra))) return false;
  }
  return cursor_ok(c);
}

template <class T>
bool value_read(JsonCursor& c, T& v) {
  bool was_null;
  v = T();
  if (!cursor_null(c, &was_null)) return false;
  return was_null || struct_read(c, v, fields_of<T>());
}

template <class T>
bool value_read(JsonCursor& c, std::vector<T>& v) {
  v.clear();
  for (bool first = true; cursor_item(c, &first);) {
    if (!cursor_take(c, sizeof(T))) return false;
    v.emplace_back();
    if (!value_read(c, v.back())) return cursor_at_index(c, v.size() - 1);
  }
  return cursor_ok(c);
}

template <class T>
bool value_read(JsonCursor& c, std::optional<T>& v) {
  return value_read(c, v.emplace());
}

// ---- empty ----
template <class T>
bool value_empty(const std::optional<T>& v) {
  return !v;
}
template <class T>
bool value_empty(const std::vector<T>& v) {
  return v.empty();
}
inline bool value_empty(const std::string& v) { return v.empty(); }
inline bool value_empty(const StringMap& v) { return v.empty(); }
inline bool value_empty(bool v) { return !v; }
inline bool value_empty(uint32_t v) { return v == 0; }
inline bool value_empty(int32_t v) { return v == 0; }
inline bool value_empty(int64_t v) { return v == 0; }
inline bool value_empty(double v) { return v == 0; }
template <class T>
bool value_empty(const T&) {
  return false;
}  // structs are never empty, as in Go

// ---- writing ----
template <class I>
void number_write(JsonText& out, I v) {
  constexpr size_t kDigits = 24;
  char *text = out.room(kDigits), *end = text + kDigits;
  out.used -= static_cast<size_t>(end - std::to_chars(text, end, v).ptr);
}
inline void value_write(JsonText& out, const std::string& v) { json_put_string(out, v); }
inline void value_write(JsonText& out, bool v) { out += v ? "true" : "false"; }
inline void value_write(JsonText& out, uint32_t v) { number_write(out, v); }
inline void value_write(JsonText& out, int32_t v) { number_write(out, v); }
inline void value_write(JsonText& out, int64_t v) { number_write(out, v); }
inline void value_write(JsonText& out, double v) { json_put_double(out, v); }
void value_write(JsonText& out, const StringMap& v);  // empty: null
void value_write(JsonText& out, const HookList& v);
template <class T>
void value_write(JsonText& out, const T& v);

template <class T>
void value_write(JsonText& out, const std::optional<T>& v) {
  v ? value_write(out, *v) : void(out += "null");
}

template <class T>
void value_write(JsonText& out, const std::vector<T>& v) {
  if (v.empty()) return void(out += "null");
  char before = '[';
  for (const T& item : v) {
    out += before;
    before = ',';
    value_write(out, item);
  }
  out += ']';
}

inline void key_write(JsonText& out, std::string_view key, bool* any) {
  char* at = out.room(key.size() + (*any ? 4 : 3));
  if (std::exchange(*any, true)) *at++ = ',';
  *at++ = '"';
  memcpy(at, key.data(), key.size());
  at += key.size();
  *at++ = '"', *at = ':';
}

void extra_write(JsonText& out, const Extra& extra, bool* any);

template <class T>
void field_write(JsonText& out, const T& v, const Field<T>& field, bool* any) {
  bool empty = field.presence != always && field.empty(v);
  if (empty && field.presence == omit_empty) return;
  key_write(out, field.key, any);
  empty ? void(out += "[]") : field.write(out, v);
}

template <class T>
void struct_write(JsonText& out, const T& v, const FieldTable<T>& table) {
  bool any = false;
  out += '{';
  for (int i = 0; i < table.count; i++) field_write(out, v, table.rows[i], &any);
  if (table.extra) extra_write(out, v.*table.extra, &any);
  out += '}';
}

template <class T>
void value_write(JsonText& out, const T& v) {
  struct_write(out, v, fields_of<T>());
}

// ---- names of types ----
#define PICKET_TYPE_NAME(T, NAME)             \
  template <>                                 \
  struct TypeName<T> {                        \
    static constexpr const char* shape = "";  \
    static constexpr const char* name = NAME; \
  }
PICKET_TYPE_NAME(std::string, "string");
PICKET_TYPE_NAME(bool, "boolean");
PICKET_TYPE_NAME(uint32_t, "uint32");
PICKET_TYPE_NAME(int32_t, "int32");
PICKET_TYPE_NAME(int64_t, "int64");
PICKET_TYPE_NAME(double, "number");
PICKET_TYPE_NAME(HookList, "HookList");
template <>
struct TypeName<StringMap> {
  static constexpr const char* shape = "map of ";
  static constexpr const char* name = "string";
};
template <class T>
struct TypeName<std::vector<T>> {
  static constexpr const char* shape = "list of ";
  static constexpr const char* name = TypeName<T>::name;
};
template <class T>
struct TypeName<std::optional<T>> : TypeName<T> {};

// ---- rows ----
template <class V, class T>
V member_type(V T::*);  // only named, never called

template <class T, auto M>
constexpr Field<T> row(std::string_view key, Presence presence) {
  return {key,
          presence,
          [](JsonCursor& c, T& v) { return value_read(c, v.*M); },
          [](const T& v) { return value_empty(v.*M); },
          [](JsonText& out, const T& v) { value_write(out, v.*M); },
          TypeName<decltype(member_type(M))>::shape,
          TypeName<decltype(member_type(M))>::name};
}

// Pipelines of a check or an event: what a reference leaves out is `core/v2` and `Pipeline`, as in 6.9.2.
bool pipeline_references_read(JsonCursor& c, std::vector<ResourceReference>& v);

template <class T, auto M>
constexpr Field<T> pipelines_row(Presence presence) {
  Field<T> field = row<T, M>("pipelines", presence);
  field.read = [](JsonCursor& c, T& v) { return pipeline_references_read(c, v.*M); };
  return field;
}

// {"KEY": {"inner": value}}: a struct of one field on the wire that is a plain member with us.
template <class T>
bool inner_read(JsonCursor& c, T& out, const Field<T>& inner) {
  return struct_read(c, out, FieldTable<T>{&inner, 1});
}

// ---- whole documents ----
template <class T>
Result<T> document_decode(std::string_view json, Unknown unknown) {
  JsonCursor c = cursor_open(json);
  c.keep_unknown = c.odd_integers = unknown == Unknown::keep;
  Result<T> result;
  if (!value_read(c, result.value) || !cursor_end(c)) return cursor_status(c);
  return result;
}

template <class T>
std::string document_encode(const T& value) {
  JsonText out;
  value_write(out, value);
  return out.done();
}

#define PICKET_DOCUMENT(T)                                      \
  template <>                                                   \
  Result<T> decode<T>(std::string_view json, Unknown unknown) { \
    return document_decode<T>(json, unknown);                   \
  }                                                             \
  template <>                                                   \
  std::string encode<T>(const T& value) {                       \
    return document_encode(value);                              \
  }

// ---- which struct has its table where ----
#define PICKET_TABLE(T)    \
  PICKET_TYPE_NAME(T, #T); \
  PICKET_HAS_TABLE(T)
PICKET_TABLE(ObjectMeta);  // meta.cc
PICKET_TABLE(ResourceReference);
PICKET_TABLE(Secret);
PICKET_TABLE(MetricTag);
PICKET_TABLE(TimeRange);  // types_window.cc
PICKET_TABLE(TimeWindowDays);
PICKET_TABLE(TimeWindowWhen);
PICKET_TABLE(TimeWindowRepeated);
PICKET_TABLE(ProxyRequests);  // types_check.cc
PICKET_TABLE(MetricThresholdTag);
PICKET_TABLE(MetricThresholdRule);
PICKET_TABLE(MetricThreshold);
PICKET_TABLE(Expectation);
PICKET_TABLE(CheckConfig);
PICKET_TABLE(CheckHistory);
PICKET_TABLE(Check);
PICKET_TABLE(HookConfig);  // hook.cc
PICKET_TABLE(Hook);
PICKET_TABLE(NetworkInterface);  // types_entity.cc
PICKET_TABLE(System);
PICKET_TABLE(Entity);
PICKET_TABLE(MetricPoint);  // types_event.cc
PICKET_TABLE(Metrics);
PICKET_TABLE(Event);
PICKET_TABLE(AssetBuild);  // request.cc
PICKET_TABLE(Asset);
PICKET_TABLE(CheckRequest);
PICKET_TABLE(Silenced);  // pipeline.cc
PICKET_TABLE(HandlerSocket);
PICKET_TABLE(AlertRule);
PICKET_TABLE(HandlerEscalation);
PICKET_TABLE(HandlerRota);
PICKET_TABLE(HandlerWebhook);
PICKET_TABLE(HandlerOauth2);
PICKET_TABLE(HandlerEmail);
PICKET_TABLE(HandlerFile);
PICKET_TABLE(Handler);
PICKET_TABLE(Mutator);
PICKET_TABLE(EventFilter);
PICKET_TABLE(PipelineWorkflow);
PICKET_TABLE(Pipeline);
PICKET_TABLE(Rule);  // types_rbac.cc
PICKET_TABLE(Role);
PICKET_TABLE(RoleRef);
PICKET_TABLE(Subject);
PICKET_TABLE(RoleBinding);
PICKET_TABLE(Namespace);
PICKET_TABLE(User);
PICKET_TABLE(ApiKey);
PICKET_TABLE(TessenConfig);

}  // namespace picket
