// cli/verbs/asset.cc - asset add, asset outdated: definitions of the asset index.
#include "cli/verbs/asset_index.h"
#include "cli/ctl/ctl_commands.h"
#include "cli/ctl/resource_file.h"
#include "cli/show/ctl_resource.h"
#include "cli/show/table.h"
#include "common/json/json.h"
#include "common/text/yaml.h"

namespace picket {
namespace {

struct Outdated {
  std::string asset, index_ns, index_name, current, latest;
};

std::string annotation(const std::string& asset, const char* name) {
  return text_at(asset, {"metadata", "annotations", std::string("io.sensu.bonsai.") + name});
}

// Which of the assets came from the index and are older than it. Those that miss what we must know are named, not ignored.
Result<std::vector<Outdated>> outdated_of(Ctl& ctl, const std::vector<std::string>& assets) {
  std::vector<Outdated> out;
  for (const std::string& asset : assets) {
    if (annotation(asset, "api_url").empty()) continue;
    Outdated o = {text_at(asset, {"metadata", "name"}), annotation(asset, "namespace"), annotation(asset, "name"),
                  annotation(asset, "version"), ""};
    if (o.index_ns.empty() || o.index_name.empty() || !version_valid(o.current))
      return fail(Err::invalid,
                  "the asset " + o.asset + " has no origin: expected the annotations io.sensu.bonsai.namespace, name and version");
    auto versions = index_versions(ctl, {o.index_ns, o.index_name, ""});
    if (!versions.ok()) return because("asset " + o.asset, versions.status);
    if (versions.value.empty()) return fail(Err::not_found, "the asset index has no version of the asset " + o.asset);
    o.latest = versions.value.back();
    if (version_compare(o.current, o.latest) < 0) out.push_back(o);
  }
  return out;
}

std::string outdated_json(const Outdated& o) {
  JsonObject json;
  json.add("bonsai_name", o.index_name).add("bonsai_namespace", o.index_ns).add("asset_name", o.asset);
  return json.add("current_version", o.current).add("latest_version", o.latest).done();
}

Status show_outdated(Ctl& ctl, const std::vector<Outdated>& list) {
  std::string format = wanted_format(ctl), items;
  for (const Outdated& o : list) items += (items.empty() ? "" : ",") + outdated_json(o);
  if (format == "json") return ctl.write_out(json_shown("[" + items + "]") + "\n\n"), Status();
  if (format == "yaml" || format == "wrapped-json") {
    for (const Outdated& o : list)
      ctl.write_out(format == "yaml" ? "---\n" + yaml_from_json(outdated_json(o)).value : json_shown(outdated_json(o)) + "\n");
    return {};
  }
  std::vector<TableRow> rows;
  for (const Outdated& o : list) rows.push_back({style_primary(o.asset), o.index_ns + "/" + o.index_name, o.current, o.latest});
  ctl.write_out(table_draw({"Asset Name", "Bonsai Asset", "Current Version", "Latest Version"}, rows));
  return {};
}

void rename(FileResource* r, const std::string& name) {
  std::string metadata(json_at(r->body, {"metadata"}));
  r->body = json_set(r->body, "metadata", json_set(metadata, "name", json_quote(name)));
  r->name = name;
  r->path = api_path(*r->type, r->ns, name);
}

}  // namespace

Status run_asset_add(Ctl& ctl) {
  if (Status s = need_args(ctl, 1); !s.ok()) return s;
  auto found = index_definition(ctl, ctl.args[0]);
  if (!found.ok()) return found.status;
  const auto& [asset, text] = found.value;
  auto resources = resources_parse(ctl, text, "the asset index");
  if (!resources.ok()) return resources.status;
  std::string name = flag_given(ctl, "rename") ? flag_text(ctl, "rename") : asset.ns + "/" + asset.name;
  for (FileResource& r : resources.value) {
    if (!r.type || std::string_view(r.type->type) != "Asset")
      return fail(Err::invalid, "the asset index sent an invalid asset; no more assets were added");
    rename(&r, name);
    if (Status s = client_send(ctl, "PUT", r.path, r.body); !s.ok()) return because("write the asset " + name, s);
  }
  if (resources.value.empty()) return fail(Err::invalid, "the asset index has no build of " + ctl.args[0]);
  return say(ctl,
             "Added " + name + ", version " + asset.version +
                 ". It is downloaded when a check, handler or mutator uses it: \"runtime_assets\": [\"" + name + "\"]");
}

Status run_asset_outdated(Ctl& ctl) {
  if (Status s = need_args(ctl, 0); !s.ok()) return s;
  auto assets = client_list(ctl, api_path(command_type(ctl), list_namespace(ctl)), list_query(ctl));
  if (!assets.ok()) return assets.status;
  auto outdated = outdated_of(ctl, assets.value);
  return outdated.ok() ? show_outdated(ctl, outdated.value) : outdated.status;
}

}  // namespace picket
