// common/rules/webhook_forms.cc - see webhook_forms.h.
#include "common/rules/webhook_forms.h"

#include <vector>

#include "common/options/options.h"

namespace picket {
namespace {

Status unknown(const std::string& form) {
  std::vector<std::string_view> names;
  std::string all;
  for (const WebhookForm& f : kWebhookForms) {
    names.push_back(f.name);
    all += (all.empty() ? "" : ", ") + std::string(f.name);
  }
  const std::string_view near = nearest_name(form, names);
  return fail(Err::invalid,
              "webhook form \"" + form + "\" is unknown; " +
                  (near.empty() ? "expected one of " + all : "did you mean \"" + std::string(near) + "\"?"));
}

Status need(const HandlerWebhook& w, const char* field, const std::string& value, const char* what) {
  if (what && value.empty()) return fail(Err::invalid, "webhook form " + w.form + " needs a " + field + ": " + what);
  if (value.find_first_of("\r\n") != value.npos) return fail(Err::invalid, "webhook " + std::string(field) + " must be one line");
  return {};
}

}  // namespace

const WebhookForm* webhook_form(std::string_view name) {
  for (const WebhookForm& f : kWebhookForms)
    if (f.name == (name.empty() ? "json" : name)) return &f;
  return nullptr;
}

Status validate_webhook_form(const HandlerWebhook& w) {
  const WebhookForm* form = webhook_form(w.form);
  if (!form) return unknown(w.form);
  if (Status s = need(w, "key", w.key, form->key); !s.ok()) return s;
  if (Status s = need(w, "to", w.to, form->to); !s.ok()) return s;
  return need(w, "from", w.from, form->from);
}

}  // namespace picket
