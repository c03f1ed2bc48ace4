// common/template/syntax.h - tokens and tree of Go's text/template. Private.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/basic/result.h"
#include "common/template/value.h"

namespace picket {

inline constexpr size_t kTemplateTextMax = 1u << 20;  // bytes of one template
inline constexpr int kTemplateDepthMax = 64;          // nested parentheses, controls and {{template}} calls

struct TemplateToken {
  // clang-format off
  enum Kind {
    literal, left, right,                   // text between actions; {{ and }}
    identifier, keyword, field, variable,   // name, if, .name, $name
    string, character, number, boolean, nil, dot,
    open, close, pipe, comma, declare, assign,
    space, end,
  } kind = end;
  // clang-format on
  size_t at = 0;     // byte offset
  std::string text;  // as written; strings with their quotes
};

// All tokens, or the sentence Go's lexer would say, with the line it says it for.
struct TemplateLexed {
  std::vector<TemplateToken> tokens;
  std::string error;  // "unclosed action"
  size_t error_at = 0;
};
TemplateLexed template_lex(std::string_view text);

struct TemplateNode;
using TemplateNodePtr = std::unique_ptr<TemplateNode>;

struct TemplateNode {
  // clang-format off
  enum Kind {
    list, literal, action, if_, range, with, break_, continue_, call_template,  // what stands in the template
    pipe, command,                                                          // what stands between {{ and }}
    field, variable, dot, nil, constant, function, chain,                   // operands
  } kind = list;
  // clang-format on
  size_t at = 0;
  std::string text;                       // text; name of function or template; constant as written
  TemplateValue value;                    // constant
  std::vector<std::string> names;         // field: a b of .a.b; variable: $x a b; chain: fields after children[0]
  std::vector<std::string> declares;      // pipe: $x, or $i $e
  bool assigns = false;                   // pipe: = instead of :=
  std::vector<TemplateNodePtr> children;  // pipe: commands; command: operands; control: pipe, body, else
};
std::string template_source(const TemplateNode& node);  // as Go prints a node in its errors

struct TemplateTree {
  std::string name, source;
  TemplateNodePtr root;
  std::map<std::string, TemplateNodePtr> defined;  // {{define}} and {{block}}
};
// Errors as Go says them: `template: NAME:LINE: unexpected {{end}}`.
Result<TemplateTree> template_parse(std::string_view name, std::string_view text);

inline constexpr size_t kTemplateVariablesMax = 1000;  // in one template

// ---- functions ----
struct TemplateFunction {
  const char* name;
  int least, most;  // arguments; most -1: any number
  // Sets error (without "error calling NAME: ") when it cannot.
  TemplateValue (*call)(const TemplateValue* args, size_t count, std::string* error);
  bool looks = false;  // at its arguments, and into lists and maps only at what it is asked for: their insides do not count
};
const TemplateFunction* template_function(std::string_view name);

}  // namespace picket
