// common/template/source.cc - a node as Go prints it in its errors: `.labels.missing`, `index .labels "region"`, `(index .a 0).name`.
#include "common/template/syntax.h"

namespace picket {

static std::string joined(const TemplateNode& node, const char* between) {
  std::string out;
  for (size_t i = 0; i < node.children.size(); i++) {
    if (i) out += between;
    const TemplateNode& child = *node.children[i];
    bool parens = child.kind == TemplateNode::pipe && node.kind == TemplateNode::command;
    out += parens ? "(" + template_source(child) + ")" : template_source(child);
  }
  return out;
}

static std::string pipe_source(const TemplateNode& node) {
  std::string out;
  for (size_t i = 0; i < node.declares.size(); i++) out += (i ? ", " : "") + node.declares[i];
  if (!out.empty()) out += node.assigns ? " = " : " := ";
  return out + joined(node, " | ");
}

static std::string dotted(const TemplateNode& node, size_t from) {
  std::string out;
  for (size_t i = from; i < node.names.size(); i++) out += "." + node.names[i];
  return out;
}

std::string template_source(const TemplateNode& node) {
  switch (node.kind) {
    case TemplateNode::dot: return ".";
    case TemplateNode::nil: return "nil";
    case TemplateNode::constant:
    case TemplateNode::function:
    case TemplateNode::literal: return node.text;
    case TemplateNode::field: return dotted(node, 0);
    case TemplateNode::variable: return node.names[0] + dotted(node, 1);
    case TemplateNode::chain: return "(" + template_source(*node.children[0]) + ")" + dotted(node, 0);
    case TemplateNode::command: return joined(node, " ");
    case TemplateNode::pipe: return pipe_source(node);
    case TemplateNode::action: return "{{" + joined(node, "") + "}}";
    case TemplateNode::call_template: return "{{template \"" + node.text + "\"}}";
    default: return "...";
  }
}

}  // namespace picket
