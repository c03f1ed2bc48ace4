// common/template/parser.h - the state of the template parser, shared by its three files. Private.
#pragma once
#include "common/json/cursor.h"
#include "common/template/syntax.h"

namespace picket {

struct TemplateParser {
  TemplateTree tree;
  std::vector<TemplateToken> tokens;
  size_t next = 0;
  int depth = 0, loops = 0;
  std::vector<std::string> variables = {"$"};
  std::string error;
};

// Parse functions return null when p.error says why.
TemplateNodePtr fail_at(TemplateParser& p, size_t at, const std::string& message);
TemplateNodePtr unexpected(TemplateParser& p, const TemplateToken& t, const std::string& context);
TemplateNodePtr node_new(TemplateNode::Kind kind, size_t at);

const TemplateToken& peek(TemplateParser& p);
const TemplateToken& peek_word(TemplateParser& p);  // skips space
TemplateToken take(TemplateParser& p);              // the next word

// `.a | f x | g`, up to `stop`. `context` is what it is for, in errors: "if".
TemplateNodePtr parse_pipe(TemplateParser& p, const char* context, TemplateToken::Kind stop);

bool template_int(std::string_view text, int64_t* out);
bool template_unquote(std::string_view quoted, std::string& out);
bool template_character(std::string_view quoted, int64_t* out);

}  // namespace picket
