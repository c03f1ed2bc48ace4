// agent/input/query_text.h - escaped text of paths and queries: what stands after `?` by name. Pure.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace picket {

std::string query_unescape(std::string_view text);  // + is a blank
// In their order; a parameter without `=` has no value.
struct QueryParameter { std::string name, value; };
std::vector<QueryParameter> query_parameters(std::string_view query);
std::string query_value(std::string_view query, std::string_view name);  // the first; "" = none

}  // namespace picket
