// common/template/value.h - the values a template works on: a JSON tree read once, shared, never changed. Private.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/basic/result.h"

namespace picket {

struct TemplateValue;
using TemplateList = std::vector<TemplateValue>;
using TemplateMap = std::map<std::string, TemplateValue>;

struct TemplateValue {
  enum Kind {
    missing,  // a key that is not there; printed as <no value>
    null,
    boolean,
    integer,
    number,
    string,
    list,
    map,
  } kind = missing;
  bool flag = false;
  int64_t whole = 0;
  double real = 0;
  std::string text;
  std::shared_ptr<const TemplateList> items;
  std::shared_ptr<const TemplateMap> fields;

  bool absent() const { return kind == missing || kind == null; }
};

TemplateValue template_bool(bool v);
TemplateValue template_integer(int64_t v);
TemplateValue template_number(double v);
TemplateValue template_string(std::string v);

Result<TemplateValue> template_data(std::string_view json);
bool template_truth(const TemplateValue& v);
std::string template_text(const TemplateValue& v);             // as {{ . }} prints it: [a b], map[k:v], <no value>
size_t template_bytes(const TemplateValue& v, size_t enough);  // about what it takes, and its text; counts no further than `enough`
const char* template_type_name(const TemplateValue& v);        // Go's: "string", "[]interface {}"
const TemplateValue* template_field(const TemplateValue& map, const std::string& key);  // null: no such key

// fmt.Sprintf and fmt.Sprint over values. Sprintf stops soon after `enough` bytes: widths make much of little.
std::string template_sprintf(const std::string& format, const TemplateValue* args, size_t count, size_t enough);
std::string template_sprint(const TemplateValue* args, size_t count);

}  // namespace picket
