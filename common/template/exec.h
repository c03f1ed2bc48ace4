// common/template/exec.h - running a parsed template, and the 1.x tokens in its literal text. Private.
#pragma once
#include "common/template/syntax.h"

namespace picket {

struct TemplateRun {
  const TemplateTree* tree = nullptr;
  const TemplateValue* data = nullptr;
  bool strict = false;  // a missing key is an error, as in Go's missingkey=error
  int* steps = nullptr;
  std::vector<std::string>* unmatched = nullptr;  // 1.x tokens nothing was found for, each once; nullptr: they stay as they are
};

// `steps` counts on from where it stands: the strings of one document share kTemplateStepsMax.
// Appends to out; errors as Go says them: `template: NAME:1:10: executing "NAME" at <.a.b>: map has no entry for key "b"`.
Status template_run(const TemplateRun& run, std::string* out);

// `:::path.to.attr|default:::` (L-31). Where nobody collects the unmatched ones, three colons may be somebody else's: they stay.
void template_colons(std::string_view text, const TemplateValue& data, std::string* out, std::vector<std::string>* unmatched);

}  // namespace picket
