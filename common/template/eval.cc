// common/template/eval.cc - Go's template execution over JSON values.
#include <algorithm>

#include "common/json/json.h"
#include "common/template/template.h"
#include "common/template/exec.h"

namespace picket {

using Value = TemplateValue;
using Node = TemplateNode;

static constexpr size_t kShownMax = 200;  // bytes of a value in an error

enum class Leave { no, break_, continue_ };

struct Exec {
  TemplateRun run;
  std::string executing;  // the template's own name: of the tree, or of a define
  std::vector<std::pair<std::string, Value>> variables;
  std::string* out;
  size_t out_from = 0;
  int depth = 0;
  Err code = Err::ok;
  std::string error;
};

static Leave exec_node(Exec& x, const Value& dot, const Node& node);
static Value eval_pipe(Exec& x, const Value& dot, const Node& pipe);
static Value eval_arg(Exec& x, const Value& dot, const Node& node);

static Value fault(Exec& x, const Node& node, const std::string& message) {
  if (x.code != Err::ok) return {};
  const std::string& source = x.run.tree->source;
  size_t at = std::min(node.at, source.size());
  size_t newline = source.rfind('\n', at ? at - 1 : 0);
  size_t column = newline == source.npos || newline >= at ? at : at - newline - 1;
  auto line = 1 + std::count(source.begin(), source.begin() + static_cast<long>(at), '\n');
  x.code = Err::invalid;
  x.error = "template: " + x.run.tree->name + ":" + std::to_string(line) + ":" + std::to_string(column) + ": executing " +
      json_quote(x.executing) + " at <" + template_source(node) + ">: " + message;
  return {};
}

static bool limit(Exec& x, const Node& node, bool exceeded, const std::string& what) {
  if (!exceeded) return x.code == Err::ok;
  fault(x, node, what);
  x.code = Err::too_large;
  return false;
}

static bool step(Exec& x, const Node& node) {
  if (!limit(x, node, ++x.run.use->steps > kTemplateStepsMax, "more than " + std::to_string(kTemplateStepsMax) + " steps")) return false;
  return limit(x, node, x.out->size() - x.out_from > kTemplateOutputMax,
               "more than " + std::to_string(kTemplateOutputMax) + " bytes of output");
}

// Counts bytes that a value takes: before they are copied or made, so that no single one is large either.
static bool charge(Exec& x, const Node& node, size_t bytes) {
  x.run.use->bytes += bytes;
  return limit(x, node, x.run.use->bytes > kTemplateBytesMax, "more than " + std::to_string(kTemplateBytesMax) + " bytes of values");
}

static size_t bytes_left(const Exec& x) { return kTemplateBytesMax - std::min(kTemplateBytesMax, x.run.use->bytes); }

// ---- operands ----

static Value field_of(Exec& x, const Node& node, const Value& receiver, const std::string& name) {
  if (receiver.kind == Value::missing) return x.run.strict ? fault(x, node, "nil data; no entry for key " + json_quote(name)) : Value();
  if (receiver.kind == Value::null) return fault(x, node, "nil pointer evaluating interface {}." + name);
  if (receiver.kind != Value::map) return fault(x, node, "can't evaluate field " + name + " in type " + template_type_name(receiver));
  const Value* found = template_field(receiver, name);
  if (found) return *found;
  return x.run.strict ? fault(x, node, "map has no entry for key " + json_quote(name)) : Value();
}

static Value fields_of_node(Exec& x, const Node& node, Value receiver, size_t from) {
  for (size_t i = from; i < node.names.size() && x.code == Err::ok; i++) receiver = field_of(x, node, receiver, node.names[i]);
  return receiver;
}

static Value variable_value(Exec& x, const Node& node) {
  for (size_t i = x.variables.size(); i-- > 0;)
    if (x.variables[i].first == node.names[0]) return x.variables[i].second;
  return fault(x, node, "undefined variable: " + node.names[0]);
}

// ---- functions ----

static Value eval_and_or(Exec& x, const Value& dot, const Node& command, const Value* final, bool is_or) {
  Value v;
  for (size_t i = 1; i < command.children.size(); i++) {
    v = eval_arg(x, dot, *command.children[i]);
    if (x.code != Err::ok || template_truth(v) == is_or) return v;
  }
  return final ? *final : v;
}

static std::string count_wrong(const TemplateFunction& f, size_t count) {
  bool few = static_cast<int>(count) < f.least, many = f.most >= 0 && static_cast<int>(count) > f.most;
  if (!few && !many) return "";
  return std::string("wrong number of args for ") + f.name + ": want " + (f.least != f.most && few ? "at least " : "") +
      std::to_string(few ? f.least : f.most) + " got " + std::to_string(count);
}

// `command` is a command whose first operand is the function, or the function alone.
static Value eval_function(Exec& x, const Value& dot, const Node& command, const Value* final) {
  bool alone = command.kind == Node::function;
  const Node& name = alone ? command : *command.children[0];
  const TemplateFunction& f = *template_function(name.text);
  size_t count = (alone ? 0 : command.children.size() - 1) + (final ? 1 : 0);
  if (std::string wrong = count_wrong(f, count); !wrong.empty()) return fault(x, name, wrong);
  if (name.text == "and" || name.text == "or") return eval_and_or(x, dot, command, final, name.text == "or");
  std::vector<Value> args;
  for (size_t i = 1; !alone && i < command.children.size(); i++) args.push_back(eval_arg(x, dot, *command.children[i]));
  if (final) args.push_back(*final);
  if (x.code != Err::ok) return {};
  for (const Value& arg : args)
    if (!charge(x, command, f.looks ? arg.text.size() : template_bytes(arg, bytes_left(x)))) return {};
  std::string error;
  Value v = f.call(args.data(), args.size(), &error);
  if (!error.empty()) return fault(x, command, std::string("error calling ") + f.name + ": " + error);
  return charge(x, command, f.looks ? v.text.size() : template_bytes(v, bytes_left(x))) ? v : Value();
}

static Value eval_operand(Exec& x, const Value& dot, const Node& node) {
  switch (node.kind) {
    case Node::dot: return dot;
    case Node::nil: return {};
    case Node::constant: return node.value;
    case Node::field: return fields_of_node(x, node, dot, 0);
    case Node::variable: return fields_of_node(x, node, variable_value(x, node), 1);
    case Node::chain: return fields_of_node(x, node, eval_arg(x, dot, *node.children[0]), 0);
    case Node::function: return eval_function(x, dot, node, nullptr);
    case Node::pipe: return eval_pipe(x, dot, node);
    default: return fault(x, node, "can't evaluate this as an argument");
  }
}

static Value eval_arg(Exec& x, const Value& dot, const Node& node) {
  if (!step(x, node)) return {};
  Value v = eval_operand(x, dot, node);
  return charge(x, node, v.text.size()) ? v : Value();
}

static Value eval_command(Exec& x, const Value& dot, const Node& command, const Value* final) {
  const Node& first = *command.children[0];
  if (first.kind == Node::function) return eval_function(x, dot, command, final);
  bool has_args = final || command.children.size() > 1;
  bool named = first.kind == Node::field || first.kind == Node::variable || first.kind == Node::chain;
  if (first.kind == Node::nil) return fault(x, first, "nil is not a command");
  if (has_args && named && first.names.size() > (first.kind == Node::variable ? 1u : 0u))
    return fault(x, first, first.names.back() + " is not a method but has arguments");
  if (has_args) return fault(x, first, "can't give argument to non-function " + template_source(first));
  return eval_arg(x, dot, first);
}

static void assign(Exec& x, const std::string& name, const Value& v) {
  for (size_t i = x.variables.size(); i-- > 0;)
    if (x.variables[i].first == name) return void(x.variables[i].second = v);
}

static void declare(Exec& x, const Node& pipe, const std::string& name, const Value& v) {
  if (!charge(x, pipe, v.text.size())) return;
  pipe.assigns ? assign(x, name, v) : void(x.variables.emplace_back(name, v));
}

static Value eval_pipe(Exec& x, const Value& dot, const Node& pipe) {
  if (!step(x, pipe)) return {};
  Value v;
  for (size_t i = 0; i < pipe.children.size() && x.code == Err::ok; i++) {
    v = eval_command(x, dot, *pipe.children[i], i ? &v : nullptr);
    if (v.kind == Value::null) v = Value();
  }
  for (const std::string& name : pipe.declares) declare(x, pipe, name, v);
  return v;
}

// ---- what stands in the template ----

static Leave exec_scoped(Exec& x, const Value& dot, const Node& body) {
  size_t scope = x.variables.size();
  Leave leave = exec_node(x, dot, body);
  x.variables.resize(scope);
  return leave;
}

static Leave exec_branch(Exec& x, const Value& dot, const Node& node) {
  size_t scope = x.variables.size();
  Value v = eval_pipe(x, dot, *node.children[0]);
  Leave leave = Leave::no;
  bool truth = template_truth(v);
  if (x.code == Err::ok && truth) leave = exec_scoped(x, node.kind == Node::with ? v : dot, *node.children[1]);
  else if (x.code == Err::ok && node.children.size() > 2) leave = exec_scoped(x, dot, *node.children[2]);
  x.variables.resize(scope);
  return leave;
}

// One round: the last declared variable is the element, the one before it the index.
static Leave exec_round(Exec& x, const Node& node, const Value& key, const Value& element, size_t scope) {
  const Node& pipe = *node.children[0];
  const auto& names = pipe.declares;
  if (!names.empty()) declare(x, pipe, names.back(), element);
  if (names.size() > 1) declare(x, pipe, names[0], key);
  Leave leave = exec_node(x, element, *node.children[1]);
  x.variables.resize(scope);
  return leave;
}

static Leave exec_range(Exec& x, const Value& dot, const Node& node) {
  size_t scope = x.variables.size();
  Value v = eval_pipe(x, dot, *node.children[0]);
  if (!node.children[0]->assigns) x.variables.resize(scope);
  if (x.code != Err::ok) return Leave::no;
  if (!v.absent() && v.kind != Value::list && v.kind != Value::map)
    return fault(x, *node.children[0], "range can't iterate over " + template_text(v).substr(0, kShownMax)), Leave::no;
  if (!template_truth(v)) return node.children.size() > 2 ? exec_scoped(x, dot, *node.children[2]) : Leave::no;
  if (v.kind == Value::list) {
    for (size_t i = 0; i < v.items->size() && x.code == Err::ok; i++)
      if (exec_round(x, node, template_integer(static_cast<int64_t>(i)), (*v.items)[i], scope) == Leave::break_) break;
    return Leave::no;
  }
  for (auto& [key, element] : *v.fields)
    if (x.code != Err::ok || exec_round(x, node, template_string(key), element, scope) == Leave::break_) break;
  return Leave::no;
}

static void exec_template(Exec& x, const Value& dot, const Node& node) {
  auto found = x.run.tree->defined.find(node.text);
  if (found == x.run.tree->defined.end()) return void(fault(x, node, "template " + json_quote(node.text) + " not defined"));
  if (!limit(x, node, x.depth >= kTemplateDepthMax, "templates nested too deeply")) return;
  Value inner = node.children.empty() ? Value() : eval_pipe(x, dot, *node.children[0]);
  auto variables = std::exchange(x.variables, {{"$", inner}});
  std::string executing = std::exchange(x.executing, node.text);
  x.depth++;
  if (x.code == Err::ok) exec_node(x, inner, *found->second);
  x.depth--;
  x.executing = std::move(executing);
  x.variables = std::move(variables);
}

static Leave exec_list(Exec& x, const Value& dot, const Node& list) {
  for (const TemplateNodePtr& child : list.children) {
    Leave leave = exec_node(x, dot, *child);
    if (leave != Leave::no || x.code != Err::ok) return leave;
  }
  return Leave::no;
}

static void exec_action(Exec& x, const Value& dot, const Node& node) {
  const Node& pipe = *node.children[0];
  Value v = eval_pipe(x, dot, pipe);
  if (x.code == Err::ok && pipe.declares.empty() && charge(x, pipe, template_bytes(v, bytes_left(x)))) *x.out += template_text(v);
}

static Leave exec_node(Exec& x, const Value& dot, const Node& node) {
  if (!step(x, node)) return Leave::no;
  switch (node.kind) {
    case Node::list: return exec_list(x, dot, node);
    case Node::literal: return template_colons(node.text, *x.run.data, x.out, x.run.unmatched), Leave::no;
    case Node::action: return exec_action(x, dot, node), Leave::no;
    case Node::if_:
    case Node::with: return exec_branch(x, dot, node);
    case Node::range: return exec_range(x, dot, node);
    case Node::call_template: return exec_template(x, dot, node), Leave::no;
    case Node::break_: return Leave::break_;
    case Node::continue_: return Leave::continue_;
    default: return Leave::no;
  }
}

Status template_run(const TemplateRun& run, std::string* out) {
  Exec x;
  x.run = run;
  x.executing = run.tree->name;
  x.variables = {{"$", *run.data}};
  x.out = out;
  x.out_from = out->size();
  exec_node(x, *run.data, *run.tree->root);
  if (x.code == Err::ok) limit(x, *run.tree->root, out->size() - x.out_from > kTemplateOutputMax, "too much output");
  return {x.code, x.error};
}

}  // namespace picket
