// backend/shared/stored_value.h - rows of the store as values. Place and name of what is stored are those of its row, never those of its
// body.
//
// What is judged when something is written is the row's place: a body that says another one would be asked about in one
// namespace and act in another. Nothing writes such rows any more; loading refuses and reports those that exist.
#pragma once
#include <string>

#include "common/types/types.h"
#include "backend/store/store.h"

namespace picket {

inline Status stored_place_check(const StoredObject& row, const std::string& ns, const std::string& name) {
  if (ns == row.ns && name == row.name) return {};
  return fail(Err::invalid,
              "its body is named " + ns + "/" + name + ", but it is stored as " + row.ns + "/" + row.name +
                  "; it is ignored: replace or delete it");
}
inline Status stored_place_check(const StoredObject& row, const User& user) { return stored_place_check(row, "", user.username); }
template <class T>
Status stored_place_check(const StoredObject& row, const T& value) {
  return stored_place_check(row, value.metadata.ns, value.metadata.name);
}

template <class T>
Result<T> stored_decode(const StoredObject& row) {
  Result<T> value = decode<T>(row.body);
  if (!value.ok()) return value;
  if (Status s = stored_place_check(row, value.value); !s.ok()) return s;
  return value;
}

}  // namespace picket
