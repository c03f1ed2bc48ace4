// common/template/parse.cc - the template parser: text, actions and controls.
#include <utility>

#include "common/template/parser.h"

namespace picket {

using Token = TemplateToken;
using Node = TemplateNode;
using NodePtr = TemplateNodePtr;
using Parser = TemplateParser;

// Where a list of things ends.
enum class Ending { text, end, else_ };

static NodePtr parse_list(Parser& p, Ending* ending, bool top);

// if/with/range PIPE }} BODY [{{else}} BODY | {{else if PIPE}} ...] {{end}}
static NodePtr parse_control(Parser& p, Node::Kind kind, const char* name, size_t at) {
  if (++p.depth > kTemplateDepthMax) return fail_at(p, at, "nested too deeply");
  size_t scope = p.variables.size();
  NodePtr node = node_new(kind, at);
  node->children.push_back(parse_pipe(p, name, Token::right));
  if (!p.error.empty()) return nullptr;
  Ending ending;
  p.loops += kind == Node::range;
  node->children.push_back(parse_list(p, &ending, false));
  p.loops -= kind == Node::range;
  if (p.error.empty() && ending == Ending::else_) {
    bool chained = (kind == Node::if_ || kind == Node::with) && peek_word(p).kind == Token::keyword && peek_word(p).text == name;
    if (chained) {  // {{else if}} is an if inside the else, sharing its end
      Token t = take(p);
      node->children.push_back(node_new(Node::list, t.at));
      node->children.back()->children.push_back(parse_control(p, kind, name, t.at));
    } else if (take(p).kind != Token::right) {
      return unexpected(p, peek(p), "else");
    } else {
      node->children.push_back(parse_list(p, &ending, false));
      if (p.error.empty() && ending == Ending::else_) return fail_at(p, peek(p).at, "expected end; found {{else}}");
    }
  }
  p.variables.resize(scope);
  p.depth--;
  return p.error.empty() ? std::move(node) : nullptr;
}

static bool take_name(Parser& p, const char* context, std::string* name) {
  Token t = take(p);
  if (t.kind != Token::string || !template_unquote(t.text, *name)) return unexpected(p, t, context), false;
  return true;
}

static NodePtr parse_call(Parser& p, size_t at) {
  NodePtr node = node_new(Node::call_template, at);
  if (!take_name(p, "template clause", &node->text)) return nullptr;
  if (peek_word(p).kind == Token::right) return p.next++, std::move(node);
  node->children.push_back(parse_pipe(p, "template clause", Token::right));
  return p.error.empty() ? std::move(node) : nullptr;
}

// The body of define and block, with variables of its own.
static bool parse_definition(Parser& p, const std::string& name) {
  std::vector<std::string> outer = {"$"};
  std::swap(outer, p.variables);
  int loops = std::exchange(p.loops, 0);
  Ending ending;
  NodePtr body = parse_list(p, &ending, false);
  std::swap(outer, p.variables);
  p.loops = loops;
  if (!p.error.empty()) return false;
  if (ending != Ending::end) return fail_at(p, peek(p).at, "unexpected {{else}} in define clause"), false;
  p.tree.defined[name] = std::move(body);
  return true;
}

static NodePtr parse_define(Parser& p, size_t at) {
  std::string name;
  if (!take_name(p, "define clause", &name)) return nullptr;
  if (Token t = take(p); t.kind != Token::right) return unexpected(p, t, "define clause");
  return parse_definition(p, name) ? node_new(Node::list, at) : nullptr;
}

static NodePtr parse_block(Parser& p, size_t at) {
  NodePtr node = node_new(Node::call_template, at);
  if (!take_name(p, "block clause", &node->text)) return nullptr;
  node->children.push_back(parse_pipe(p, "block clause", Token::right));
  return p.error.empty() && parse_definition(p, node->text) ? std::move(node) : nullptr;
}

static NodePtr parse_leave(Parser& p, Node::Kind kind, const Token& keyword) {
  if (Token t = take(p); t.kind != Token::right) return unexpected(p, t, "{{" + keyword.text + "}}");
  if (p.loops == 0) return fail_at(p, keyword.at, "{{" + keyword.text + "}} outside {{range}}");
  return node_new(kind, keyword.at);
}

// What stands after {{. `ending` is set when it ends the list around it.
static NodePtr parse_action(Parser& p, Ending* ending) {
  Token t = peek_word(p);
  if (t.kind != Token::keyword) {
    NodePtr action = node_new(Node::action, t.at);
    action->children.push_back(parse_pipe(p, "command", Token::right));
    return p.error.empty() ? std::move(action) : nullptr;
  }
  p.next++;
  if (t.text == "if") return parse_control(p, Node::if_, "if", t.at);
  if (t.text == "range") return parse_control(p, Node::range, "range", t.at);
  if (t.text == "with") return parse_control(p, Node::with, "with", t.at);
  if (t.text == "template") return parse_call(p, t.at);
  if (t.text == "define") return parse_define(p, t.at);
  if (t.text == "block") return parse_block(p, t.at);
  if (t.text == "break") return parse_leave(p, Node::break_, t);
  if (t.text == "continue") return parse_leave(p, Node::continue_, t);
  *ending = t.text == "else" ? Ending::else_ : Ending::end;
  if (*ending == Ending::end)
    if (Token right = take(p); right.kind != Token::right) return unexpected(p, right, "end");
  return node_new(Node::list, t.at);
}

static NodePtr parse_list(Parser& p, Ending* ending, bool top) {
  NodePtr body = node_new(Node::list, peek(p).at);
  *ending = Ending::text;
  while (p.error.empty()) {
    Token t = p.tokens[p.next];
    if (t.kind == Token::end) {
      if (!top) return fail_at(p, t.at, "unexpected EOF");
      return body;
    }
    p.next++;
    if (t.kind == Token::literal) {
      body->children.push_back(node_new(Node::literal, t.at));
      body->children.back()->text = t.text;
      continue;
    }
    NodePtr node = parse_action(p, ending);
    if (!node) return nullptr;
    if (*ending != Ending::text) {
      if (top) return fail_at(p, t.at, *ending == Ending::end ? "unexpected {{end}}" : "unexpected {{else}}");
      return body;
    }
    body->children.push_back(std::move(node));
  }
  return nullptr;
}

Result<TemplateTree> template_parse(std::string_view name, std::string_view text) {
  Parser p;
  p.tree.name = name;
  p.tree.source = text;
  if (text.size() > kTemplateTextMax)
    return fail(Err::too_large, "template: " + p.tree.name + ": longer than " + std::to_string(kTemplateTextMax) + " bytes");
  TemplateLexed lexed = template_lex(text);
  p.tokens = std::move(lexed.tokens);
  Ending ending;
  // Go lexes while it parses: what is wrong with the structure in front of a bad token is said first.
  p.tree.root = parse_list(p, &ending, true);
  bool at_end = p.next + 1 >= p.tokens.size();
  if (!lexed.error.empty() && (p.error.empty() || at_end)) {
    p.error.clear();
    fail_at(p, lexed.error_at, lexed.error);
  }
  if (!p.error.empty()) return fail(Err::invalid, p.error);
  return std::move(p.tree);
}

}  // namespace picket
