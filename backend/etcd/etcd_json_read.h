// backend/etcd/etcd_json_read.h - the readers that all answers of the gateway are put together from. For etcd_json*.cc.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "backend/etcd/etcd_json.h"
#include "common/json/cursor.h"

namespace picket {

// Numbers come as strings, and are taken as numbers too.
bool etcd_number(JsonCursor& c, int64_t* out);
bool etcd_number(JsonCursor& c, uint64_t* out);
bool etcd_bytes(JsonCursor& c, std::string* out);  // base64
bool etcd_header(JsonCursor& c, EtcdHeader* out);
bool etcd_kv(JsonCursor& c, EtcdKv* out);

struct EtcdError { std::string message; int code = 0; };
// The object itself, or with `error` as an object, as streams have it.
bool etcd_error_read(JsonCursor& c, EtcdError* out);

// An object: field(key) reads the value of a key it knows; of others it says false without having moved, and they are passed over. A null
// is what is left out.
template <class Field>
bool etcd_object(JsonCursor& c, Field field) {
  std::string scratch;
  std::string_view key;
  bool was_null = false;
  for (bool first = true; cursor_key(c, &scratch, &key, &first);) {
    const std::string name(key);
    if (!cursor_null(c, &was_null)) return false;
    if (was_null) continue;
    const char* before = c.p;
    if (field(name)) continue;
    if (!cursor_ok(c)) return cursor_at_key(c, name);
    if (c.p == before && !cursor_skip(c, nullptr)) return false;
  }
  return cursor_ok(c);
}

template <class T, class Read>
bool etcd_list(JsonCursor& c, std::vector<T>* out, Read read) {
  for (bool first = true; cursor_item(c, &first);) {
    if (!cursor_take(c, sizeof(T))) return false;
    out->emplace_back();
    if (!read(c, &out->back())) return cursor_at_index(c, out->size() - 1);
  }
  return cursor_ok(c);
}

// One whole document.
template <class T, class Read>
Result<T> etcd_document(std::string_view text, Read read) {
  Result<T> out;
  JsonCursor c = cursor_open(text);
  if (read(c, &out.value) && cursor_end(c)) return out;
  out.status = because("the answer of etcd", cursor_status(c));
  return out;
}

}  // namespace picket
