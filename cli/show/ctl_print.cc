// cli/show/ctl_print.cc - resources as JSON, wrapped JSON and YAML.
#include "cli/ctl/ctl.h"
#include "common/json/json.h"
#include "common/text/yaml.h"

namespace picket {

std::string wanted_format(const Ctl& ctl) { return flag_given(ctl, "format") ? flag_text(ctl, "format") : ctl.config.format; }

// The API escapes < > & as \u003c \u003e \u0026; people read them as they are.
static std::string unescaped_html(std::string_view json) {
  std::string out;
  for (size_t i = 0; i < json.size(); i++) {
    if (json[i] != '\\' || i + 1 >= json.size()) {
      out += json[i];
      continue;
    }
    std::string_view code = json.substr(i, 6);
    const char* plain = code == "\\u003c" ? "<" : code == "\\u003e" ? ">" : code == "\\u0026" ? "&" : nullptr;
    out += plain ? plain : std::string(json.substr(i, 2));
    i += plain ? 5 : 1;
  }
  return out;
}

std::string json_shown(std::string_view raw) { return unescaped_html(json_pretty(raw)); }

static std::string metadata_of(const ResourceType& type, std::string_view canonical) {
  if (type.has_metadata) {
    std::string_view raw = json_at(canonical, {"metadata"});
    return raw.empty() || raw == "null" ? "{}" : std::string(raw);
  }
  std::string name = text_at(canonical, {"name"});
  if (name.empty()) name = text_at(canonical, {"username"});
  JsonObject o;
  if (!name.empty()) o.add("name", name);
  return o.done();
}

std::string wrap_resource(const ResourceType& type, std::string_view canonical) {
  JsonObject o;
  o.add("type", type.type).add("api_version", "core/v2").add_raw("metadata", metadata_of(type, canonical));
  o.add_raw("spec", json_sorted(type.has_metadata ? json_drop(canonical, "metadata") : std::string(canonical)));
  return o.done();
}

// go-yaml sees the metadata as a map, and sorts it like the rest.
static std::string yaml_document(const std::string& wrapped) {
  std::string sorted = json_set(wrapped, "metadata", json_sorted(json_at(wrapped, {"metadata"})));
  Result<std::string> yaml = yaml_from_json(sorted);
  return yaml.ok() ? yaml.value : "# " + yaml.status.message + "\n";
}

void print_resources(Ctl& ctl, const ResourceType& type, const std::vector<std::string>& objects) {
  std::string between, yaml = wanted_format(ctl) == "yaml" ? "y" : "";
  for (const std::string& o : objects) {
    std::string wrapped = wrap_resource(type, o);
    ctl.write_out(yaml.empty() ? json_shown(wrapped) + "\n" : between + yaml_document(wrapped));
    between = "---\n";
  }
}

}  // namespace picket
