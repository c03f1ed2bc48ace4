// agent/agent_files.cc - see agent_files.h.
#include "agent/agent_files.h"

#include <algorithm>

#include "common/json.h"
#include "common/os.h"
#include "common/yaml.h"

namespace picket {
namespace {

constexpr int kFolderDepthMax = 8;

bool ends_with(const std::string& s, const char* end) {
  std::string e = end;
  return s.size() > e.size() && s.compare(s.size() - e.size(), e.size(), e) == 0;
}

Status files_below(const std::string& folder, int depth, StringList& out) {
  Result<std::vector<std::string>> names = os_list_dir(folder);
  if (!names.ok()) return because("conf-dir", names.status);
  for (const std::string& name : names.value) {
    std::string path = folder + "/" + name;
    if (name[0] == '.') continue;
    if (os_is_dir(path)) {
      if (depth >= kFolderDepthMax) continue;
      if (Status s = files_below(path, depth + 1, out); !s.ok()) return s;
    } else if (ends_with(name, ".json") || ends_with(name, ".yml") || ends_with(name, ".yaml")) {
      out.push_back(path);
    }
  }
  return {};
}

// The documents of a file as JSON; a byte order mark and an empty file are taken.
Result<StringList> documents_of(const std::string& path) {
  Result<std::string> text = os_read_file(path);
  if (!text.ok()) return text.status;
  std::string_view content = text.value;
  if (content.substr(0, 3) == "\xEF\xBB\xBF") content.remove_prefix(3);
  Result<std::vector<YamlNode>> documents = yaml_parse(content);
  if (!documents.ok()) return because(path, documents.status);
  StringList out;
  for (const YamlNode& node : documents.value) out.push_back(yaml_to_json(node));
  return out;
}

void client_apply(AgentConfig& config, const LocalSettings& local) {
  if (config.name_is_default && !local.client_name.empty()) config.name = local.client_name;
  if (config.subscriptions.empty()) config.subscriptions = local.client_subscriptions;
  for (const auto& [key, value] : local.labels) config.labels.emplace(key, value);
}

Status readable(const char* option, const std::string& path) {
  if (path.empty()) return {};
  Result<std::string> text = os_read_file(path);
  return text.ok() ? Status{} : because(option, text.status);
}

}  // namespace

Result<AllowList> allow_list_load(const std::string& path) {
  if (path.empty()) return AllowList{};
  bool is_known = path.find(".yaml") != path.npos || path.find(".yml") != path.npos || path.find(".json") != path.npos;
  if (!is_known) return because("allow-list " + path, fail(Err::invalid, "invalid file extension"));
  Result<StringList> documents = documents_of(path);
  if (!documents.ok()) return because("allow-list", documents.status);
  if (documents.value.empty()) return AllowList{};
  Result<AllowList> list = allow_list_parse(documents.value[0]);
  return list.ok() ? list : because("allow-list " + path, list.status);
}

Result<LocalSettings> local_settings_load(AgentConfig& config) {
  StringList files;
  for (const std::string& folder : config.conf_dirs)
    if (Status s = files_below(folder, 0, files); !s.ok()) return s;
  std::string settings = "{}";
  std::vector<CheckRequest> definitions;
  for (const std::string& path : files) {
    Result<StringList> documents = documents_of(path);
    if (!documents.ok()) return documents.status;
    for (const std::string& json : documents.value) {
      if (json_type(json) != JsonType::object) return fail(Err::invalid, path + ": expected an object at the top");
      if (!is_go_definition(json)) { settings = settings_merge(settings, json); continue; }
      Result<CheckRequest> check = local_check_parse(json, config.ns);
      if (!check.ok()) return because(path, check.status);
      definitions.push_back(std::move(check.value));
    }
  }
  Result<LocalSettings> local = local_settings_parse(settings, config.ns);
  if (!local.ok()) return because("conf-dir", local.status);
  for (CheckRequest& check : definitions) {
    local.value.names.push_back(check.config->metadata.name);
    local.value.checks.push_back(std::move(check));
  }
  client_apply(config, local.value);
  return local;
}

Result<AgentFiles> agent_files_load(AgentConfig& config) {
  AgentFiles files;
  Result<AllowList> allow_list = allow_list_load(config.allow_list_file);
  if (!allow_list.ok()) return allow_list.status;
  Result<LocalSettings> local = local_settings_load(config);
  if (!local.ok()) return local.status;
  for (auto [option, path] : {std::pair("trusted-ca-file", config.trusted_ca_file), std::pair("cert-file", config.cert_file), std::pair("key-file", config.key_file)})
    if (Status s = readable(option, path); !s.ok()) return s;
  Schedule trial;
  for (const CheckRequest& check : local.value.checks)
    if (Status s = schedule_add(trial, check, config.name); !s.ok()) return s;
  files.allow_list = std::move(allow_list.value);
  files.local = std::move(local.value);
  return files;
}

}  // namespace picket
