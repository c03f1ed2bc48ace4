// agent/agent_files.cc - see agent_files.h.
#include "agent/agent_files.h"

#include <algorithm>

#include "common/text/ini.h"
#include "common/json/json.h"
#include "common/os/os.h"
#include "common/tls/tls.h"
#include "common/text/yaml.h"

namespace picket {
namespace {

constexpr int kFolderDepthMax = 8;

bool ends_with(const std::string& s, const char* end) {
  std::string e = end;
  return s.size() > e.size() && s.compare(s.size() - e.size(), e.size(), e) == 0;
}

Status files_below(const std::string& folder, int depth, StringList& out) {
  Result<std::vector<std::string>> names = os_list_dir(folder);
  if (!names.ok()) return names.status;
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

// A folder, or a single file: 1.x has a config.json beside its conf.d.
Status conf_files(const std::string& path, StringList& out) {
  if (!os_exists(path) || os_is_dir(path)) return files_below(path, 0, out);
  out.push_back(path);
  return {};
}

// A byte order mark and an empty file are taken.
Result<std::vector<YamlNode>> documents_of(const std::string& path) {
  Result<std::string> text = os_read_file(path);
  if (!text.ok()) return text.status;
  std::string_view content = text.value;
  if (content.substr(0, 3) == "\xEF\xBB\xBF") content.remove_prefix(3);
  Result<std::vector<YamlNode>> documents = yaml_parse(content);
  return documents.ok() ? documents : because(path, documents.status);
}

// What the files say, before it means something.
struct Sources {
  std::string settings = "{}";                                   // 1.x, merged
  std::vector<std::pair<std::string, std::string>> definitions;  // Go's: place and JSON
  LocalPlaces places, client_places;
  StringList errors, notes;
  void add(const Status& s) {
    if (!s.ok()) errors.push_back(s.message);
  }
  void merge(const YamlNode& node, const std::string& path) {
    const YamlNode* checks = node.find("checks");
    if (checks && checks->kind != YamlKind::map)
      return errors.push_back(path + ":" + std::to_string(checks->line) + ": checks: expected a map from check names to attributes");
    if (checks)
      for (const auto& [name, check] : checks->members) places[name] = path + ":" + std::to_string(check.line);
    if (const YamlNode* client = node.find("client")) client_places_take(*client, path, "");
    settings = settings_merge(settings, yaml_to_json(node));
  }
  void client_places_take(const YamlNode& node, const std::string& path, const std::string& prefix) {
    client_places[prefix] = path + ":" + std::to_string(node.line);
    for (const auto& [key, value] : node.members) client_places_take(value, path, prefix.empty() ? key : prefix + "." + key);
  }
};

void file_read(Sources& sources, const std::string& path) {
  Result<std::vector<YamlNode>> documents = documents_of(path);
  if (!documents.ok()) return sources.add(documents.status);
  for (const YamlNode& node : documents.value) {
    std::string json = yaml_to_json(node), place = path + ":" + std::to_string(node.line);
    if (node.kind != YamlKind::map) sources.errors.push_back(place + ": expected an object at top level");
    else if (is_go_definition(json)) sources.definitions.push_back({place, std::move(json)});
    else sources.merge(node, path);
  }
}

bool is_ini(const std::string& path) { return ends_with(path, ".ini") || ends_with(path, ".conf"); }

// `checks` and `client` of agent.yml, [check NAME] and [client] of agent.ini; the other keys were read as options.
void config_file_read(Sources& sources, const std::string& path) {
  Result<std::string> text = os_read_file(path);
  if (!text.ok()) return sources.add(text.status);
  if (is_ini(path)) {
    sources.settings = settings_merge(sources.settings,
                                      local_settings_from_ini(ini_read(path, text.value, &sources.errors), sources.places, sources.errors));
    return;
  }
  Result<std::vector<YamlNode>> documents = yaml_parse(text.value);
  if (!documents.ok() || documents.value.empty()) return;  // reported when the options were read
  YamlNode ours;
  ours.kind = YamlKind::map;
  for (const auto& [key, value] : documents.value[0].members)
    if (key == "checks" || key == "client") ours.members.push_back({key, value});
    else if (key == "check")
      sources.notes.push_back(path + ":" + std::to_string(value.line) + ": check has no effect; expected checks, a map of check names");
  Sources own;
  own.merge(ours, path);
  sources.errors.insert(sources.errors.end(), own.errors.begin(), own.errors.end());
  sources.places.insert(own.places.begin(), own.places.end());
  sources.client_places.insert(own.client_places.begin(), own.client_places.end());
  sources.settings = settings_merge(sources.settings, local_settings_standalone(own.settings));
}

void definitions_take(Sources& sources, const std::string& ns, LocalSettings& local) {
  for (auto& [place, json] : sources.definitions) {
    Result<LocalDefinition> definition = local_check_parse(json, ns);
    if (!definition.ok()) {
      sources.add(because(place, definition.status));
      continue;
    }
    const std::string& name = definition.value.request.config->metadata.name;
    sources.places[name] = place;
    local.checks.push_back(definition.value.request);
    local.definitions[name] = std::move(definition.value);
  }
}

void schedule_try(Sources& sources, const LocalSettings& local, const std::string& agent) {
  Schedule trial;
  for (const CheckRequest& check : local.checks)
    if (Status s = schedule_add(trial, check, agent); !s.ok()) sources.add(because(sources.places[check.config->metadata.name], s));
}

StringList words_of(const std::string& text) {
  StringList words;
  for (size_t at = 0; at < text.size();) {
    size_t end = std::min(text.find_first_of(", ", at), text.size());
    if (end > at) words.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

// The three variables of the 1.x client; above its files, below every option that was given.
void environment_take(AgentConfig& config) {
  for (auto& [name, value] : os_environment()) {
    if (value.empty()) continue;
    if (name == "SENSU_CLIENT_NAME" && config.given.emplace("name", "environment " + name).second) config.name = value;
    if (name == "SENSU_CLIENT_SUBSCRIPTIONS" && config.given.emplace("subscriptions", "environment " + name).second)
      config.subscriptions = words_of(value);
    if (name == "SENSU_CLIENT_ADDRESS") config.labels.emplace("address", value);
  }
}

std::string lines_of(const StringList& lines) {
  std::string text;
  for (const std::string& line : lines) text += (text.empty() ? "" : "\n") + line;
  return text;
}

Status at_option(const AgentConfig& config, const char* option, const Status& status) {
  auto given = config.given.find(option);
  return fail(status.code, (given == config.given.end() ? "" : option_place(given->second)) + option + ": " + status.message);
}

// A file that cannot be used would be found out at each connection, for ever.
void tls_files_check(const AgentConfig& config, StringList& errors) {
  TlsMaterial material;
  auto read = [&](const char* option, const std::string& path, std::string& into) {
    if (path.empty()) return;
    Result<std::string> text = os_read_file(path);
    if (text.ok()) into = std::move(text.value);
    else errors.push_back(at_option(config, option, text.status).message);
  };
  read("trusted-ca-file", config.trusted_ca_file, material.authorities);
  read("cert-file", config.cert_file, material.certificate);
  read("key-file", config.key_file, material.key);
  if (material.authorities.empty() && os_exists(config.trusted_ca_file))
    errors.push_back(
        at_option(config, "trusted-ca-file", fail(Err::invalid, config.trusted_ca_file + ": no certificate found in the file")).message);
  if (!material.authorities.empty())
    if (auto r = tls_authorities(material.authorities); !r.ok()) {
      errors.push_back(at_option(config, "trusted-ca-file", because(config.trusted_ca_file, r.status)).message);
      material.authorities.clear();
    }
  const bool is_one_read = material.certificate.empty() != material.key.empty();
  if (is_one_read && config.cert_file.empty() != config.key_file.empty()) {
    const char* given = config.cert_file.empty() ? "key-file" : "cert-file";
    errors.push_back(at_option(config, given, fail(Err::invalid, "cert-file and key-file belong together; set both or neither")).message);
  }
  if (material.certificate.empty() || material.key.empty()) return;
  if (auto r = tls_context(material); !r.ok())
    errors.push_back(at_option(config, "cert-file", because(config.cert_file + " with " + config.key_file, r.status)).message);
}

}  // namespace

Result<AllowList> allow_list_load(const std::string& path) {
  if (path.empty()) return AllowList{};
  bool is_known = path.find(".yaml") != path.npos || path.find(".yml") != path.npos || path.find(".json") != path.npos;
  if (!is_known) return because(path, fail(Err::invalid, "invalid file extension"));
  Result<std::vector<YamlNode>> documents = documents_of(path);
  if (!documents.ok()) return documents.status;
  if (documents.value.empty()) return AllowList{};
  Result<AllowList> list = allow_list_parse(yaml_to_json(documents.value[0]));
  return list.ok() ? list : because(path, list.status);
}

// A check without a command was an extension in 1.x. Run all the same it would be an empty command, which is always fine.
void commandless_drop(LocalSettings& local, StringList& notes) {
  auto is_commandless = [&](const CheckRequest& check) {
    if (!check.config->command.empty()) return false;
    notes.push_back("check \"" + check.config->metadata.name +
                    "\" has no command and is not run; extensions of 1.x are not supported, see `picket check`");
    return true;
  };
  local.checks.erase(std::remove_if(local.checks.begin(), local.checks.end(), is_commandless), local.checks.end());
}

Result<LocalSettings> local_settings_load(AgentConfig& config, StringList& notes) {
  Sources sources;
  StringList files;
  if (!config.config_file.empty()) config_file_read(sources, config.config_file);
  for (const std::string& folder : config.conf_dirs)
    if (Status s = conf_files(folder, files); !s.ok()) sources.add(at_option(config, "conf-dir", s));
  for (const std::string& path : files) file_read(sources, path);
  environment_take(config);
  notes.insert(notes.end(), sources.notes.begin(), sources.notes.end());
  sources.add(local_client_apply(json_at(sources.settings, {"client"}), config, notes, sources.client_places));
  Result<LocalSettings> local = local_settings_parse(sources.settings, config.ns, sources.places);
  sources.add(local.status);
  definitions_take(sources, config.ns, local.value);  // also after an error: the rest is judged, so that all is reported at once
  commandless_drop(local.value, notes);
  schedule_try(sources, local.value, config.name);
  if (!sources.errors.empty()) return fail(Err::invalid, lines_of(sources.errors));
  return local;
}

std::vector<PortUse> agent_ports(AgentConfig& c) {
  auto asked = [&c](const char* option) { return c.given.count(option) > 0; };
  std::vector<PortUse> uses;
  if (!c.disable_sockets)
    uses.push_back(
        {"socket-port", c.socket_host, c.socket_port, true, true, asked("socket-port"), &c.disable_sockets, "the result socket"});
  if (!c.disable_api) uses.push_back({"api-port", c.api_host, c.api_port, true, false, asked("api-port"), &c.disable_api, "the HTTP API"});
  if (!c.disable_statsd)
    uses.push_back({"statsd-metrics-port", c.statsd_host, c.statsd_port, false, true, asked("statsd-metrics-port"), &c.disable_statsd,
                    "the StatsD listener"});
  return uses;
}

Result<AgentFiles> agent_files_load(AgentConfig& config) {
  AgentFiles files;
  StringList errors;
  auto add = [&](const Status& s) {
    if (!s.ok()) errors.push_back(s.message);
  };
  Result<AllowList> allow_list = allow_list_load(config.allow_list_file);
  if (!allow_list.ok()) add(at_option(config, "allow-list", allow_list.status));
  Result<LocalSettings> local = local_settings_load(config, files.notes);
  add(local.status);
  tls_files_check(config, errors);
  if (errors.empty()) add(ports_settle(agent_ports(config), &files.notes));
  if (!errors.empty()) return fail(Err::invalid, lines_of(errors));
  files.allow_list = std::move(allow_list.value);
  files.local = std::move(local.value);
  return files;
}

}  // namespace picket
