// backend/rows/row_query.h - the filter of a list of events: words and fields. Pure.
//
//   web "disk critical" -test status:critical,warning entity:web* check: ns: told:no since:>1h silenced:yes label:tier=web
//
// Words must all occur in entity, check or output, in whatever letters (A to Z); `-` turns a term round; a value may be "quoted"; commas
// and `*` give alternatives. The dashboard reads the same grammar (backend/dashboard/src/query.ts); both are tried with one table of cases,
// backend/dashboard/test/query_cases.json.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "common/basic/result.h"
#include "backend/rows/event_row.h"

namespace picket {

inline constexpr size_t kQueryTermsMax = 32;
inline constexpr size_t kQueryBytesMax = 4096;

struct RowQuery {
  struct Term {
    bool negated = false;
    std::function<bool(const EventRow& row, std::string_view words, int64_t now_s)> test;  // words: entity, check and output, lower case
  };
  std::vector<Term> terms;
  std::vector<std::string> labels;  // selectors of label: terms, as in `tier == "web"`; rows have no labels, the events do
};

// Err::invalid names the term that cannot be read and what is expected.
Result<RowQuery> row_query_parse(std::string_view text);
bool row_query_matches(const RowQuery& query, const EventRow& row, int64_t now_s);

bool row_text_matches(std::string_view pattern, std::string_view text);  // `*` is any text; letters A to Z in either case

}  // namespace picket
