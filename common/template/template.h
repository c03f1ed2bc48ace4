// common/template/template.h - token substitution: the subset of Go's text/template the reference uses, and 1.x `:::a.b|c:::`.
// Templates first; the triple colons only in their literal text, so nothing substituted is scanned again. Errors read as
// Go's (`unmatched token: template: command:1:10: ...`), those of 1.x as 1.x's, with Err::not_found and without key:
// `Unmatched client token(s): a, b.c`. Limits, also on nesting, are Err::too_large or Err::invalid.
// Rules, B-16; cases: tests/conformance/processing/tokens.json. Pure.
// Limits: kTemplateStepsMax steps, kTemplateBytesMax bytes of values on the way and kTemplateOutputMax bytes of result, so no template can
// hang or grow us. Every value that is copied or made counts, in eval.cc and nowhere else: no function can get round it.
#pragma once
#include <string>
#include <string_view>

#include "common/basic/result.h"
#include "common/types/types.h"

namespace picket {

inline constexpr int kTemplateStepsMax = 100'000;
inline constexpr size_t kTemplateBytesMax = 32u << 20;  // of all values that an expansion copies or makes, one after the other
inline constexpr size_t kTemplateOutputMax = 1u << 20;
inline constexpr size_t kTemplateDocumentMax = 8u << 20;  // bytes of a document of templates; steps and bytes of values are shared

// `data_json` is the tree the template sees. `name` is the JSON key shown in errors: "command".
Result<std::string> template_render(std::string_view name, std::string_view text, std::string_view data_json);

// Does it parse: braces that are not closed and functions that do not exist are said when it is stored, not when it is needed.
Status template_check(std::string_view name, std::string_view text);
Status template_check_json(std::string_view json);

// 1.x tokens that name nothing: an error, as in 1.x, or text that only looks like a token (`parallel ping ::: host1 host2 ::: 4 6`).
enum class Unmatched { refused, kept };

// Every string value of a JSON document is a template of its own (keys are not). Errors carry `KEY: `.
Result<std::string> template_render_json(std::string_view json, std::string_view data_json, Unmatched unmatched = Unmatched::refused);

// The entity as templates and scripts see it: metadata flattened to the top, values not redacted.
std::string template_entity(const Entity& entity);         // with system facts (the agent)
std::string template_entity_config(const Entity& entity);  // configuration only (6.x proxy requests)

}  // namespace picket
