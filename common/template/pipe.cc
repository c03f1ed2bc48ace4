// common/template/pipe.cc - the template parser between {{ and }}: operands, commands, pipelines, and what all of it needs.
#include "common/template/go_number.h"
#include "common/template/parser.h"

namespace picket {

using Token = TemplateToken;
using Node = TemplateNode;
using NodePtr = TemplateNodePtr;
using Parser = TemplateParser;

static int line_at(const std::string& text, size_t at) {
  int line = 1;
  for (size_t i = 0; i < at && i < text.size(); i++) line += text[i] == '\n';
  return line;
}

NodePtr fail_at(Parser& p, size_t at, const std::string& message) {
  if (p.error.empty()) p.error = "template: " + p.tree.name + ":" + std::to_string(line_at(p.tree.source, at)) + ": " + message;
  return nullptr;
}

const Token& peek(Parser& p) { return p.tokens[p.next]; }
const Token& peek_word(Parser& p) {
  while (p.tokens[p.next].kind == Token::space) p.next++;
  return p.tokens[p.next];
}
Token take(Parser& p) {
  Token t = peek_word(p);
  if (t.kind != Token::end) p.next++;
  return t;
}

// As Go prints a token in its errors.
static std::string shown(const Token& t) {
  if (t.kind == Token::end) return "EOF";
  if (t.kind == Token::keyword) return "<" + t.text + ">";
  return json_quote(t.text.size() > 10 ? t.text.substr(0, 10) : t.text) + (t.text.size() > 10 ? "..." : "");
}

NodePtr unexpected(Parser& p, const Token& t, const std::string& context) {
  return fail_at(p, t.at, "unexpected " + shown(t) + " in " + context);
}

NodePtr node_new(Node::Kind kind, size_t at) {
  auto node = std::make_unique<Node>();
  node->kind = kind;
  node->at = at;
  return node;
}

// ---- constants ----

static NodePtr parse_number(Parser& p, const Token& t) {
  NodePtr node = node_new(Node::constant, t.at);
  node->text = t.text;
  int64_t whole = 0;
  double real = 0;
  if (template_int(t.text, &whole)) node->value = template_integer(whole);
  else if (go_float_parse(t.text, &real)) node->value = template_number(real);
  else return fail_at(p, t.at, "illegal number syntax: " + json_quote(t.text));
  return node;
}

static NodePtr parse_string(Parser& p, const Token& t) {
  NodePtr node = node_new(Node::constant, t.at);
  std::string text;
  if (!template_unquote(t.text, text)) return fail_at(p, t.at, "invalid syntax");
  node->text = t.text;
  node->value = template_string(std::move(text));
  return node;
}

static NodePtr parse_character(Parser& p, const Token& t) {
  int64_t code = 0;
  if (!template_character(t.text, &code)) return fail_at(p, t.at, "malformed character constant: " + t.text);
  NodePtr node = node_new(Node::constant, t.at);
  node->text = t.text;
  node->value = template_integer(code);
  return node;
}

// ---- operands ----

static NodePtr parse_variable(Parser& p, const Token& t) {
  bool known = false;
  for (const std::string& name : p.variables) known |= name == t.text;
  if (!known) return fail_at(p, t.at, "undefined variable " + json_quote(t.text));
  NodePtr node = node_new(Node::variable, t.at);
  node->names = {t.text};
  return node;
}

static NodePtr parse_function(Parser& p, const Token& t) {
  if (!template_function(t.text)) return fail_at(p, t.at, "function " + json_quote(t.text) + " not defined");
  NodePtr node = node_new(Node::function, t.at);
  node->text = t.text;
  return node;
}

// One thing without the fields that may follow it; null without error when there is none.
static NodePtr parse_term(Parser& p) {
  Token t = peek_word(p);
  NodePtr node;
  switch (t.kind) {
    case Token::identifier: p.next++; return parse_function(p, t);
    case Token::dot: p.next++; return node_new(Node::dot, t.at);
    case Token::nil: p.next++; return node_new(Node::nil, t.at);
    case Token::variable: p.next++; return parse_variable(p, t);
    case Token::number: p.next++; return parse_number(p, t);
    case Token::string: p.next++; return parse_string(p, t);
    case Token::character: p.next++; return parse_character(p, t);
    case Token::open: p.next++; return parse_pipe(p, "parenthesized pipeline", Token::close);
    case Token::field:
      p.next++;
      node = node_new(Node::field, t.at);
      node->names = {t.text.substr(1)};
      return node;
    case Token::boolean:
      p.next++;
      node = node_new(Node::constant, t.at);
      node->text = t.text;
      node->value = template_bool(t.text == "true");
      return node;
    default: return nullptr;
  }
}

// A term and its fields: .a.b, $x.a, (pipeline).a. The position becomes that of the second part, as in Go.
static NodePtr parse_operand(Parser& p) {
  NodePtr node = parse_term(p);
  if (!node || peek(p).kind != Token::field) return node;
  size_t at = peek(p).at;
  std::vector<std::string> names;
  while (peek(p).kind == Token::field) names.push_back(p.tokens[p.next++].text.substr(1));
  if (node->kind == Node::constant || node->kind == Node::nil || node->kind == Node::dot)
    return fail_at(p, at, "unexpected . after term " + json_quote(template_source(*node)));
  if (node->kind == Node::field || node->kind == Node::variable) {
    node->names.insert(node->names.end(), names.begin(), names.end());
    return node->at = at, std::move(node);
  }
  NodePtr chain = node_new(Node::chain, at);
  chain->names = std::move(names);
  chain->children.push_back(std::move(node));
  return chain;
}

static NodePtr parse_command(Parser& p) {
  NodePtr command = node_new(Node::command, peek_word(p).at);
  for (;;) {
    peek_word(p);
    NodePtr operand = parse_operand(p);
    if (!p.error.empty()) return nullptr;
    if (operand) command->children.push_back(std::move(operand));
    Token::Kind kind = peek(p).kind;
    if (kind == Token::space) continue;
    if (kind == Token::pipe) {
      p.next++;
      break;
    }
    if (kind == Token::right || kind == Token::close) break;
    return unexpected(p, peek(p), "operand");
  }
  if (command->children.empty()) return fail_at(p, command->at, "empty command");
  return command;
}

// `$x := ` or `$x = ` or `$i, $e := ` in front of a pipeline.
static bool parse_declarations(Parser& p, Node& pipe, const std::string& context) {
  while (peek_word(p).kind == Token::variable) {
    size_t back = p.next;
    Token name = take(p), then = peek_word(p);
    bool comma = then.kind == Token::comma && context == "range" && pipe.declares.empty();
    if (then.kind != Token::declare && then.kind != Token::assign && !comma) {
      p.next = back;
      return true;
    }
    p.next++;
    pipe.declares.push_back(name.text);
    pipe.assigns = then.kind == Token::assign;
    if (!comma) break;
    if (peek_word(p).kind != Token::variable) return fail_at(p, then.at, "range can only initialize variables"), false;
  }
  for (const std::string& name : pipe.declares) {
    if (!pipe.assigns && p.variables.size() >= kTemplateVariablesMax)
      return fail_at(p, pipe.at, "more than " + std::to_string(kTemplateVariablesMax) + " variables"), false;
    if (!pipe.assigns) {
      p.variables.push_back(name);
    } else if (!parse_variable(p, {Token::variable, pipe.at, name})) {
      return false;
    }
  }
  return true;
}

static bool is_value(const Node& command) {
  Node::Kind k = command.children[0]->kind;
  return k == Node::constant || k == Node::nil || k == Node::dot;
}

// `.a | f x | g`, up to `stop`.
NodePtr parse_pipe(Parser& p, const char* context, Token::Kind stop) {
  if (++p.depth > kTemplateDepthMax) return fail_at(p, peek(p).at, "nested too deeply");
  NodePtr pipe = node_new(Node::pipe, peek_word(p).at);
  if (!parse_declarations(p, *pipe, context)) return nullptr;
  while (peek_word(p).kind != stop) {
    Token t = peek_word(p);
    if (t.kind == Token::right || t.kind == Token::close || t.kind == Token::end || t.kind == Token::keyword)
      return unexpected(p, t, context);
    NodePtr command = parse_command(p);
    if (!command) return nullptr;
    if (!pipe->children.empty() && is_value(*command))
      return fail_at(p, command->at, "non executable command in pipeline stage " + std::to_string(pipe->children.size() + 1));
    pipe->children.push_back(std::move(command));
  }
  if (pipe->children.empty()) return fail_at(p, pipe->at, std::string("missing value for ") + context);
  p.next++;
  p.depth--;
  return pipe;
}

}  // namespace picket
