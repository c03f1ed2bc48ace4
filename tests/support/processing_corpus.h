// tests/support/processing_corpus.h - the recorded cases of conformance/processing, one suite file at a time.
//
// PICKET_CONFORMANCE_DIR names another corpus of the same form. A file that is not there has no cases.
#pragma once
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "common/json/json.h"
#include "common/types/types.h"

namespace picket {

inline std::string corpus_text(const std::string& name) {
  const char* root = std::getenv("PICKET_CONFORMANCE_DIR");
  std::ifstream in(std::string(root ? root : "tests/conformance") + "/processing/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// The cases of a suite and what they share. Views point into `text`, so a Suite is not copied.
struct Suite {
  std::string text;
  std::vector<std::string_view> cases;
  explicit Suite(const std::string& name) : text(corpus_text(name)) {
    if (!text.empty()) cases = json_items(at("cases")).value;
  }
  Suite(const Suite&) = delete;
  std::string_view at(std::string_view key) const { return json_at(text, {key}); }
};

inline std::string text_at(std::string_view raw, std::initializer_list<std::string_view> path) {
  std::string_view v = json_at(raw, path);
  return v.empty() || v == "null" ? "" : json_string(v).value;
}

// The expected value of our profile, 6.9.2; empty = the case has none and is skipped.
inline std::string_view expected_6(std::string_view c) {
  for (const char* profile : {"6", "all"})
    if (std::string_view v = json_at(c, {"expected", profile}); !v.empty()) return v;
  return {};
}
inline bool expects_error(std::string_view expected) {
  return json_type(expected) == JsonType::object && !json_at(expected, {"error"}).empty();
}

}  // namespace picket
