// backend/notify/forms.cc - the table of forms, and what they share.
#include "backend/notify/forms.h"

#include "common/text/url.h"

namespace picket {
namespace {

constexpr struct { std::string_view name; FormWriter writer; } kWriters[] = {
    {"slack", form_slack},         {"teams", form_teams},       {"discord", form_discord},   {"googlechat", form_googlechat},
    {"telegram", form_telegram},   {"matrix", form_matrix},     {"pagerduty", form_pagerduty}, {"opsgenie", form_opsgenie},
    {"alertmanager", form_alertmanager}, {"ntfy", form_ntfy},   {"gotify", form_gotify},     {"pushover", form_pushover},
    {"sms", form_sms},
};

}  // namespace

FormWriter form_writer(std::string_view name) {
  for (const auto& row : kWriters)
    if (row.name == name) return row.writer;
  return nullptr;
}

std::string form_url(const std::string& url, const std::string& path) {
  Result<Url> parsed = url_parse(url);
  if (!parsed.ok() || parsed.value.path != "/") return url;
  std::string base = url;
  while (base.back() == '/') base.pop_back();
  return base + path;
}

std::string form_list(const std::vector<std::string>& items) {
  std::string out = "[";
  for (const std::string& item : items) out += (out.size() > 1 ? "," : "") + item;
  return out + "]";
}

}  // namespace picket
