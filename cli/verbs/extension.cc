// cli/verbs/extension.cc - command install, exec, list, delete: programs that extend the command line, packed as assets. What
// is installed stands in <cache-dir>/commands.json; archives are fetched at their first run into <cache-dir>/<sha512>.
#include <uv.h>

#include "backend/deliver/pipelines.h"
#include "cli/verbs/asset_index.h"
#include "cli/commands/commands.h"
#include "cli/ctl/ctl_commands.h"
#include "cli/show/ctl_resource.h"
#include "cli/show/table.h"
#include "common/rules/asset_rules.h"
#include "common/assets/asset_host.h"
#include "common/assets/unpack.h"
#include "common/json/json.h"
#include "common/text/log.h"
#include "common/os/os.h"
#include "common/process/process.h"
#include "common/text/yaml.h"

namespace picket {
namespace {

constexpr const char* kProgram = "entrypoint";  // what an asset of this kind has in its bin folder

struct Installed {
  std::string alias, asset;  // canonical JSON
};

std::string list_file(const Ctl& ctl) { return flag_text(ctl, "cache-dir") + "/commands.json"; }

Result<std::vector<Installed>> installed_read(const Ctl& ctl) {
  std::vector<Installed> out;
  if (!os_exists(list_file(ctl))) return out;
  Result<std::string> text = os_read_file(list_file(ctl));
  if (!text.ok()) return text.status;
  if (!json_check(text.value).ok() || json_type(text.value) != JsonType::array)
    return fail(Err::invalid, list_file(ctl) + " is damaged; delete it and install the commands again");
  for (std::string_view item : json_items(text.value).value)
    out.push_back({text_at(item, {"alias"}), canonical(*ctl_type("assets"), json_at(item, {"asset"}))});
  return out;
}

std::string installed_json(const Installed& c) {
  JsonObject json;
  return json.add("alias", c.alias).add_raw("asset", c.asset).done();
}

Status installed_write(const Ctl& ctl, const std::vector<Installed>& list) {
  std::string text;
  for (const Installed& c : list) text += (text.empty() ? "" : ",\n") + installed_json(c);
  if (Status s = os_make_dirs(flag_text(ctl, "cache-dir"), 0700); !s.ok()) return s;
  return os_write_file(list_file(ctl), "[" + text + "]\n", 0600);
}

// ---- install ----

Result<std::string> from_index(Ctl& ctl, const std::string& name) {
  auto found = index_definition(ctl, name);
  if (!found.ok()) return found.status;
  std::string spec(json_at(found.value.text, {"spec"}));
  std::string flat = spec.empty() ? found.value.text : json_set(spec, "metadata", json_at(found.value.text, {"metadata"}));
  auto type = [&](const char* key) { return text_at(flat, {"metadata", "annotations", std::string("io.sensu.bonsai.") + key}); };
  if (type("type") != "sensuctl" || type("provider") != "sensuctl/command")
    return fail(Err::invalid, name + " does not extend the command line: it is another kind of asset");
  ctl.write_out("Version " + found.value.asset.version + " of " + name + "\n");
  return flat;
}

Result<std::string> from_url(Ctl& ctl, const std::string& alias) {
  std::string url = flag_text(ctl, "url"), sum = flag_text(ctl, "checksum");
  if (url.empty()) return fail(Err::invalid, "expected an asset of the index (NAMESPACE/NAME), or --url and --checksum");
  if (sum.empty()) return fail(Err::invalid, "--checksum is missing: expected the SHA-512 of " + url);
  JsonObject metadata, build, asset;
  metadata.add("name", alias).add("namespace", "sensuctl");
  build.add("url", url).add("sha512", sum);
  return asset.add_raw("metadata", metadata.done()).add_raw("builds", "[" + build.done() + "]").done();
}

// ---- exec ----

std::string own_entity() {
  Entity entity;
  entity.entity_class = entity.metadata.name = "sensuctl";
  entity.system = os_system_facts();
  return encode(entity);
}

// One asset, fetched if it is not there yet, on a loop of its own: the command line has nothing else to do meanwhile.
struct Fetch {
  bool over = false;
  Status status;
  AssetFolders folders;
};

Fetch fetch(const Ctl& ctl, AssetJob job) {
  Fetch f;
  uv_loop_t loop;
  if (uv_loop_init(&loop) != 0) return f.status = fail(Err::io, "cannot create an event loop: no file descriptor available"), f;
  AssetHostOptions options;
  options.loop = &loop;
  options.net = net_open(&loop, {});
  options.cache_dir = flag_text(ctl, "cache-dir");
  options.filter = asset_filter_passes;
  AssetHost* host = asset_host_open(options);
  asset_host_get(host, std::move(job), [&f](Status s, AssetFolders folders) { f = {true, std::move(s), std::move(folders)}; });
  while (!f.over) uv_run(&loop, UV_RUN_ONCE);
  asset_host_close(host);
  net_close(options.net, [] {});
  uv_run(&loop, UV_RUN_DEFAULT);
  uv_loop_close(&loop);
  return f;
}

Result<std::string> folder_of(const Ctl& ctl, const Installed& command) {
  Result<Asset> asset = decode<Asset>(command.asset);
  if (!asset.ok()) return asset.status;
  if (Status s = os_make_dirs(flag_text(ctl, "cache-dir"), 0700); !s.ok()) return s;
  log_set_level(LogLevel::error);  // what goes wrong is reported as an error of the command
  Fetch f = fetch(ctl, {{asset.value}, own_entity(), false});
  if (!f.status.ok()) return f.status;
  if (f.folders.empty()) return fail(Err::not_found, "no build of the command " + command.alias + " is for this machine");
  return f.folders[0].second;
}

// Ours, what the client knows of the backend, and the asset's folders in front of the paths.
std::vector<std::string> environment_of(const Ctl& ctl, const std::string& alias, const std::string& folder) {
  std::vector<std::string> ours, backend;
  for (const auto& [name, value] : ctl.env) ours.push_back(name + "=" + value);
  for (const auto& [name, value] : config_environment(ctl)) backend.push_back(name + "=" + value);
  return environment_with(environment_with(ours, backend), asset_environment({{alias, folder}}));
}

Status run_program(Ctl& ctl, std::vector<std::string> argv, std::vector<std::string> env) {
  uv_loop_t loop;
  if (uv_loop_init(&loop) != 0) return fail(Err::io, "cannot create an event loop: no file descriptor available");
  ProcessRequest request;
  request.argv = std::move(argv);
  request.env = std::move(env);
  request.pass_output = request.pass_input = true;
  request.output_max = 4096;
  ProcessResult result;
  process_run(&loop, std::move(request), [&result](ProcessResult r) { result = std::move(r); });
  uv_run(&loop, UV_RUN_DEFAULT);
  process_let_go(&loop);
  uv_run(&loop, UV_RUN_DEFAULT);
  uv_loop_close(&loop);
  process_pass_rest(result);
  if (result.outcome == ProcessResult::failed_to_start) return fail(Err::io, "cannot start the command: " + result.output);
  constexpr int kSignalled = 128;  // as shells say it
  ctl.exit_status = result.outcome == ProcessResult::exited ? result.status : kSignalled + result.status;
  return {};
}

}  // namespace

Status run_command_install(Ctl& ctl) {
  if (ctl.args.empty() || ctl.args.size() > 2) return usage_error(ctl);
  const std::string& alias = ctl.args[0];
  auto list = installed_read(ctl);
  if (!list.ok()) return list.status;
  for (const Installed& c : list.value)
    if (c.alias == alias) return fail(Err::exists, "command " + alias + " already exists; delete it first, or use another alias");
  Result<std::string> json = ctl.args.size() == 2 ? from_index(ctl, ctl.args[1]) : from_url(ctl, alias);
  if (!json.ok()) return json.status;
  const ResourceType& type = *ctl_type("assets");
  Result<Resource> asset =
      type.decode(json_set(json.value, "metadata", json_set(json_at(json.value, {"metadata"}), "namespace", "\"sensuctl\"")));
  Status s = asset.ok() ? type.validate(asset.value.body) : asset.status;
  if (!s.ok()) return s;
  list.value.push_back({alias, asset.value.body});
  s = installed_write(ctl, list.value);
  return s.ok() ? say(ctl, "Installed " + alias + "; run it with `" + ctl.program + " command exec " + alias + "`") : s;
}

Status run_command_exec(Ctl& ctl) {
  if (ctl.args.empty()) return usage_error(ctl);
  auto list = installed_read(ctl);
  if (!list.ok()) return list.status;
  for (const Installed& c : list.value) {
    if (c.alias != ctl.args[0]) continue;
    Result<std::string> folder = folder_of(ctl, c);
    if (!folder.ok()) return folder.status;
    std::vector<std::string> env = environment_of(ctl, c.alias, folder.value), argv = {ctl.args.begin(), ctl.args.end()};
    Result<std::string> program = program_path(kProgram, env);
    if (!program.ok()) return because("the asset of " + c.alias + " has no program bin/" + kProgram, program.status);
    argv[0] = program.value;
    return run_program(ctl, std::move(argv), std::move(env));
  }
  return fail(Err::not_found, "unknown command " + ctl.args[0] + "; `" + ctl.program + " command list` shows the installed commands");
}

Status run_command_list(Ctl& ctl) {
  if (Status s = need_args(ctl, 0); !s.ok()) return s;
  auto list = installed_read(ctl);
  if (!list.ok()) return list.status;
  std::string format = wanted_format(ctl), items;
  std::vector<TableRow> rows;
  for (const Installed& c : list.value) {
    items += (items.empty() ? "" : ",") + installed_json(c);
    std::string_view builds = json_at(c.asset, {"builds"});
    std::vector<std::string_view> archives;
    if (!builds.empty() && json_type(builds) == JsonType::array) archives = json_items(builds).value;
    if (archives.empty()) archives.push_back(c.asset);
    for (std::string_view a : archives) rows.push_back({style_primary(c.alias), text_at(a, {"url"}), text_at(a, {"sha512"}).substr(0, 7)});
  }
  if (format == "json" || format == "wrapped-json") ctl.write_out(json_shown("[" + items + "]") + "\n\n");
  else if (format == "yaml") ctl.write_out(yaml_from_json("[" + items + "]").value);
  else ctl.write_out(table_draw({"Alias", "URL", "Hash"}, rows));
  return {};
}

Status run_command_delete(Ctl& ctl) {
  if (Status s = need_args(ctl, 1); !s.ok()) return s;
  auto list = installed_read(ctl);
  if (!list.ok()) return list.status;
  std::vector<Installed> kept;
  for (const Installed& c : list.value)
    if (c.alias != ctl.args[0]) kept.push_back(c);
  if (kept.size() == list.value.size()) return fail(Err::not_found, "unknown command " + ctl.args[0]);
  Status s = installed_write(ctl, kept);
  return s.ok() ? say(ctl, "Deleted") : s;
}

}  // namespace picket
