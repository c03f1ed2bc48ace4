// common/template/exec.h - running a parsed template, and the 1.x tokens in its literal text. Private.
#pragma once
#include "common/template/syntax.h"

namespace picket {

// What was used up of kTemplateStepsMax and kTemplateBytesMax; the strings of one document share it.
struct TemplateUse {
  int steps = 0;
  size_t bytes = 0;
};

struct TemplateRun {
  const TemplateTree* tree = nullptr;
  const TemplateValue* data = nullptr;
  bool strict = false;  // a missing key is an error, as in Go's missingkey=error
  TemplateUse* use = nullptr;
  // 1.x tokens nothing was found for; each once, kTemplateUnmatchedMax at most. nullptr: they stay as they are.
  std::vector<std::string>* unmatched = nullptr;
};

inline constexpr size_t kTemplateUnmatchedMax = 100;

// `use` counts on from where it stands.
// Appends to out; errors as Go says them: `template: NAME:1:10: executing "NAME" at <.a.b>: map has no entry for key "b"`.
Status template_run(const TemplateRun& run, std::string* out);

// `:::path.to.attr|default:::` (L-31). Where nobody collects the unmatched ones, three colons may be somebody else's: they stay.
// It stops when more than kTemplateOutputMax bytes came of it; the caller handles the rest.
void template_colons(std::string_view text, const TemplateValue& data, std::string* out, std::vector<std::string>* unmatched);

}  // namespace picket
