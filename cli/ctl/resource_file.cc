// cli/ctl/resource_file.cc - reading resources; see resource_file.h.
#include "cli/ctl/resource_file.h"

#include <algorithm>

#include "cli/ctl/legacy_1x.h"
#include "backend/route/expressions.h"
#include "common/json/json.h"
#include "common/options/options.h"
#include "common/os/os.h"
#include "common/rules/unknown_keys.h"
#include "common/text/yaml.h"

namespace picket {
namespace {

constexpr size_t kFileMax = 32u << 20;   // of one file; larger ones are refused
constexpr size_t kEntriesMax = 100'000;  // of a folder and those in it: a link may lead around in a circle

// The outer metadata wins over that inside the spec, member by member; labels and annotations are joined.
std::string merged_metadata(std::string_view inner, std::string_view outer) {
  std::string out = inner.empty() || inner == "null" ? "{}" : std::string(inner);
  if (outer.empty() || outer == "null") return out;
  for (const JsonMember& m : json_members(outer).value) {
    bool map = m.key == "labels" || m.key == "annotations";
    std::string_view before = json_at(out, {m.key});
    if (!map || before.empty() || json_type(before) != JsonType::object || json_type(m.raw) != JsonType::object) {
      out = json_set(out, m.key, m.raw);
      continue;
    }
    std::string joined(before);
    for (const JsonMember& entry : json_members(m.raw).value) joined = json_set(joined, entry.key, entry.raw);
    out = json_set(out, m.key, joined);
  }
  return out;
}

// "core/v2" or, more precisely, "core/v2.3": a module's version, of which the numbers after the first say nothing to us.
bool is_core_v2(const std::string& version) {
  constexpr std::string_view kCore = "core/v2";
  if (version.compare(0, kCore.size(), kCore) != 0) return false;
  bool digit = true;  // each point has digits after it
  for (size_t i = kCore.size(); i < version.size(); i++) {
    const bool is_digit = version[i] >= '0' && version[i] <= '9';
    if (!is_digit && (version[i] != '.' || !digit)) return false;
    if (i == kCore.size() && version[i] != '.') return false;
    digit = is_digit;
  }
  return digit;
}

std::string api_version_of(std::string_view wrapper) {
  std::string version = text_at(wrapper, {"api_version"});
  if (version.empty() || is_core_v2(version)) return "core/v2";
  return version;
}

std::string event_path(const std::string& body, const std::string& ns) {
  std::string entity = text_at(body, {"entity", "metadata", "name"}), check = text_at(body, {"check", "metadata", "name"});
  if (entity.empty() && check.empty()) return "/api/core/v2/events";
  std::string path = "/api/core/v2/namespaces/" + path_escape(ns) + "/events/" + path_escape(entity);
  return check.empty() ? path : path + "/" + path_escape(check);
}

std::string resource_path(const FileResource& r) {
  if (!r.type) return "/api/core/v2/namespaces/" + path_escape(r.ns) + "/extensions/" + path_escape(r.name);
  std::string_view type = r.type->type;
  if (type == "Event") return event_path(r.body, r.ns);
  std::string name = r.name;
  if (type == "Namespace") name = text_at(r.body, {"name"});
  if (type == "User") name = text_at(r.body, {"username"});
  if (type == "TessenConfig") name.clear();
  return api_path(*r.type, r.ns, name);
}

std::string name_shown(const FileResource& r) {
  return r.type && r.type->type == std::string_view("User") ? text_at(r.body, {"username"}) : r.name;
}

void fill_identity(FileResource* r, const std::string& metadata, const std::string& ns) {
  bool namespaced = !r->type || r->type->namespaced;
  std::string meta = metadata;
  if (namespaced && text_at(meta, {"namespace"}).empty()) meta = json_set(meta, "namespace", json_quote(ns));
  r->name = text_at(meta, {"name"});
  r->ns = namespaced ? text_at(meta, {"namespace"}) : "";
  if (!r->type || r->type->has_metadata) r->body = json_set(r->body, "metadata", meta);
}

// As sensuctl says it of keys of `spec` that no field takes.
void warn_unknown(Ctl& ctl, size_t index, std::string_view spec, std::string_view body) {
  for (const JsonMember& m : json_members(spec).value) {
    bool known = !json_at(body, {m.key}).empty();
    bool empty = m.raw == "null" || m.raw == "\"\"" || m.raw == "0" || m.raw == "false" || m.raw == "[]" || m.raw == "{}";
    if (!known && !empty && m.key != "subdue" && m.key != "when")
      ctl.write_err("resource " + std::to_string(index) + ": warning: json: unknown field " + json_quote(m.key) + "\n");
  }
}

Result<FileResource> resource_of(Ctl& ctl, std::string_view wrapper) {
  FileResource r;
  Result<std::vector<JsonMember>> members = json_members(wrapper);
  if (!members.ok()) return members.status;
  std::string type = text_at(wrapper, {"type"}), version = api_version_of(wrapper);
  std::string_view spec = json_at(wrapper, {"spec"});
  bool extension = type == "Extension";
  r.type = ctl_type(type);
  if (version != "core/v2") return fail(Err::invalid, "error parsing spec: api not found");
  if (!r.type && !extension) return fail(Err::invalid, "error parsing spec: type could not be found: " + json_quote(type));
  if (spec.empty() || spec == "null") return fail(Err::invalid, "no spec provided");
  if (json_type(spec) != JsonType::object) return fail(Err::invalid, "spec must be an object");
  for (const JsonMember& m : json_members(spec).value) r.keys.push_back(m.key);
  std::string metadata = merged_metadata(json_at(spec, {"metadata"}), json_at(wrapper, {"metadata"}));
  r.body = json_compact(spec);
  if (r.type) {
    Result<Resource> decoded = r.type->decode(r.type->has_metadata ? json_set(r.body, "metadata", metadata) : r.body);
    if (!decoded.ok()) return fail(Err::invalid, "error parsing spec: " + decoded.status.message);
    r.body = decoded.value.body;
    if (r.type->has_metadata) metadata = std::string(json_at(r.body, {"metadata"}));
  }
  fill_identity(&r, metadata, ctl.config.ns);
  r.path = resource_path(r);
  r.name = name_shown(r);
  return r;
}

bool looks_like_json(std::string_view text) {
  size_t first = text.find_first_not_of(" \t\r\n\v\f");
  return first != text.npos && (text[first] == '{' || text[first] == '[');
}

// Pieces between lines that begin with ---; what is empty in between is no document.
std::vector<std::string> documents_of(std::string_view text) {
  std::vector<std::string> out;
  std::string current;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.substr(0, 3) != "---") current += std::string(line) + "\n";
    else if (!current.empty()) out.push_back(std::exchange(current, ""));
  }
  if (!current.empty()) out.push_back(current);
  return out;
}

// The JSON values of one document, one after another.
Result<std::vector<std::string>> values_of(const std::string& document) {
  std::vector<std::string> out;
  if (!looks_like_json(document)) {
    Result<std::vector<YamlNode>> nodes = yaml_parse(document);
    if (!nodes.ok()) return because("yaml", nodes.status);
    for (const YamlNode& n : nodes.value) out.push_back(yaml_to_json(n));
    return out;
  }
  std::string_view rest = document;
  while (rest.find_first_not_of(" \t\r\n") != rest.npos) {
    Result<size_t> length = json_first(rest);
    if (!length.ok()) return length.status;
    out.push_back(json_compact(rest.substr(0, length.value)));
    rest.remove_prefix(length.value);
  }
  return out;
}

Result<std::string> fetch_url(Ctl& ctl, const std::string& url) {
  HttpClientRequest request;
  request.url = url;
  request.body_max = kFileMax;
  request.tls.ca_file = ctl.config.trusted_ca_file;
  request.tls.insecure = ctl.config.insecure;
  request.timeout_ms = ctl.config.timeout_ms;
  CtlReply reply = ctl.transport(request);
  if (!reply.transport.ok()) return because("Get \"" + url + "\"", reply.transport);
  if (reply.code >= 400) return fail(Err::io, reply.body.empty() ? url + ": status " + std::to_string(reply.code) : reply.body);
  return std::move(reply.body);
}

bool has_definition_name(std::string_view name) {
  for (std::string_view ending : {".json", ".yml", ".yaml"})
    if (name.size() > ending.size() && name.substr(name.size() - ending.size()) == ending) return true;
  return false;
}

using Resources = std::vector<FileResource>;

Status read_into(Ctl& ctl, const std::string& path, const std::string& where, bool top, FileReading* reading, Resources* out);

// What is in a folder. A checkout has more in it than definitions: .git, editors' files, a README.
Status read_folder(Ctl& ctl, const std::string& path, const std::string& where, FileReading* reading, Resources* out) {
  const bool is_apply = reading->style == FileStyle::apply;
  Result<std::vector<std::string>> names = os_list_dir(path);
  if (!names.ok()) return names.status;
  for (const std::string& n : names.value) {
    const std::string inner = path + "/" + n;
    if (n[0] == '.') continue;
    if (++reading->entries > kEntriesMax) return fail(Err::too_large, path + ": more than " + std::to_string(kEntriesMax) + " files");
    if (is_apply && !os_is_dir(inner) && !has_definition_name(n)) {
      reading->ignored_files.push_back(inner);
      continue;
    }
    Status s = read_into(ctl, inner, is_apply ? inner : where, false, reading, out);
    if (s.ok()) continue;
    if (!is_apply) return s.message.find(inner) == s.message.npos ? because(inner, s) : s;
    ctl.write_err(s.message + "\n");
    reading->refused++;
  }
  return {};
}

Status read_into(Ctl& ctl, const std::string& path, const std::string& where, bool top, FileReading* reading, Resources* out) {
  if (os_is_dir(path)) return top || reading->recursive ? read_folder(ctl, path, where, reading, out) : Status{};
  if (!os_exists(path)) return fail(Err::not_found, "lstat " + path + ": no such file or directory");
  Result<std::string> text = os_read_file(path, kFileMax);
  if (!text.ok()) return because("open " + path, text.status);
  Result<Resources> parsed = resources_parse(ctl, text.value, where, reading);
  if (!parsed.ok()) return parsed.status;
  for (FileResource& r : parsed.value) out->push_back(std::move(r));
  return {};
}

bool is_url(const std::string& input) {
  size_t colon = input.find("://");
  return colon != input.npos && colon > 1;  // C://x is a drive
}

}  // namespace

// secrets/v1.Secret "token", or what there is of it.
static std::string title_of(std::string_view wrapper, size_t index) {
  if (json_type(wrapper) != JsonType::object) return "document " + std::to_string(index);
  const std::string type = text_at(wrapper, {"type"}), name = text_at(wrapper, {"metadata", "name"});
  const std::string inner = name.empty() ? text_at(wrapper, {"spec", "metadata", "name"}) : name;
  if (type.empty() && inner.empty()) return "document " + std::to_string(index);
  return (type.empty() ? std::string("something") : api_version_of(wrapper) + "." + type) + " " + json_quote(inner);
}

// Attributes that no field takes, wherever they stand: they are silently lost otherwise.
static void warn_dropped(Ctl& ctl, const std::string& where, const std::string& title, std::string_view wrapper, std::string_view body) {
  const std::string type = text_at(wrapper, {"type"});
  for (const auto& some : {unknown_document_keys(type, wrapper), unknown_keys(type, json_at(wrapper, {"spec"}), body)})
    for (const std::string& sentence : some) ctl.write_err(where + ": " + title + ": warning: " + sentence + "\n");
}

// ---- as `create` does ----

static Result<Resources> parse_for_create(Ctl& ctl, const std::string& text, const std::string& where) {
  Resources out;
  size_t index = 0, bad = 0;
  for (const std::string& document : documents_of(text)) {
    Result<std::vector<std::string>> values = values_of(document);
    if (!values.ok()) return fail(Err::invalid, "in " + where + ": error parsing resources: " + values.status.message);
    for (const std::string& value : values.value) {
      if (value == "null") continue;
      Result<FileResource> r = resource_of(ctl, value);
      if (r.ok()) {
        if (ctl.program == "sensuctl") warn_unknown(ctl, index, json_at(value, {"spec"}), r.value.body);
        else warn_dropped(ctl, where, title_of(value, index), value, r.value.body);
        index++;
        out.push_back(std::move(r.value));
      } else if (++bad <= 10) {
        ctl.write_err("resource " + std::to_string(index) + ": " + r.status.message + "\n");
      }
    }
  }
  if (bad) return fail(Err::invalid, "in " + where + (bad > 10 ? ": too many errors" : ": some resources couldn't be parsed"));
  return out;
}

// ---- as `apply` does ----

struct ApplyRead {
  Ctl& ctl;
  std::string where;
  FileReading* reading;
  Resources out;
};

// In words for a person; "": resource_of says it.
static std::string refusal_of(std::string_view wrapper) {
  if (json_type(wrapper) != JsonType::object) return "not a definition: expected an object with type, api_version, metadata and spec";
  const std::string type = text_at(wrapper, {"type"}), version = api_version_of(wrapper);
  if (type.empty()) return "type is missing; expected type, api_version, metadata and spec";
  if (version.compare(0, 5, "core/") != 0)
    return "this backend has no resources of " + version + ", which belong to the commercial edition" +
        (version.compare(0, 7, "secrets") == 0 ? "; instead of secrets use env_vars, or the environment of agent and backend" : "");
  if (ctl_type(type) || type == "Extension") return "";
  std::vector<std::string_view> known;
  for (int i = 0; i < kResourceTypesCount; i++) known.push_back(kResourceTypes[i].type);
  const std::string_view near = nearest_name(type, known);
  return "unknown resource type " + json_quote(type) + (near.empty() ? "" : "; did you mean " + json_quote(near) + "?");
}

static void refuse(ApplyRead& a, const std::string& what, const std::string& why) {
  a.reading->refused++;
  a.ctl.write_err(a.where + ": " + what + ": " + why + "\n");
}

// By the rules of the backend, so that a dry run knows what it would refuse. Events are not applied, keys are not written.
static bool is_judged(const FileResource& r) {
  const std::string_view type = r.type ? r.type->type : "";
  return !type.empty() && type != "Event" && type != "APIKey";
}

static Status judge(const FileResource& r) {
  if (!is_judged(r)) return {};
  const Status s = r.type->validate(r.body);
  return s.ok() ? expressions_check(*r.type, r.body) : s;
}

static void take(ApplyRead& a, const std::string& value, size_t index, bool is_legacy) {
  const std::string title = title_of(value, index);
  if (std::string why = refusal_of(value); !why.empty()) return refuse(a, title, why);
  Result<FileResource> r = resource_of(a.ctl, value);
  if (!r.ok()) return refuse(a, title, r.status.message);
  if (const Status s = judge(r.value); !s.ok()) return refuse(a, title, s.message);
  warn_dropped(a.ctl, a.where, title, value, r.value.body);
  r.value.is_legacy = is_legacy;
  a.out.push_back(std::move(r.value));
}

static void take_legacy(ApplyRead& a, const std::string& value, size_t index) {
  Legacy made = legacy_translate(value, a.ctl.config.ns);
  for (const std::string& sentence : made.notes) a.ctl.write_err(a.where + ": Sensu 1.x: " + sentence + "\n");
  a.reading->invalid_1x += made.invalid;
  for (const std::string& document : made.documents) take(a, document, index, true);
}

static Result<Resources> parse_for_apply(Ctl& ctl, const std::string& text, const std::string& where, FileReading* reading) {
  ApplyRead a{ctl, where, reading, {}};
  size_t index = 0;
  for (const std::string& document : documents_of(text)) {
    Result<std::vector<std::string>> values = values_of(document);
    if (!values.ok()) refuse(a, "document " + std::to_string(index), values.status.message);
    for (const std::string& value : values.value) {
      if (value == "null") continue;
      if (legacy_is(value)) take_legacy(a, value, index);
      else take(a, value, index, false);
      index++;
    }
  }
  return std::move(a.out);
}

Result<Resources> resources_parse(Ctl& ctl, const std::string& text, const std::string& where, FileReading* reading) {
  const bool is_apply = reading && reading->style == FileStyle::apply;
  return is_apply ? parse_for_apply(ctl, text, where, reading) : parse_for_create(ctl, text, where);
}

Result<Resources> resources_read(Ctl& ctl, const std::string& input, FileReading* reading) {
  Resources out;
  if (is_url(input) && input.compare(0, 7, "file://") != 0) {
    Result<std::string> text = fetch_url(ctl, input);
    if (!text.ok()) return text.status;
    return resources_parse(ctl, text.value, input, reading);
  }
  std::string path = input.compare(0, 7, "file://") == 0 ? input.substr(7) : input;
  if (Status s = read_into(ctl, path, input, true, reading, &out); !s.ok()) return s;
  return out;
}

bool resource_without_windows(FileResource* r) {
  std::string_view type = r->type ? r->type->type : "";
  const std::string_view subdue = json_at(r->body, {"subdue"}), when = json_at(r->body, {"when"});
  const bool had =
      (type == "CheckConfig" && !subdue.empty() && subdue != "null") || (type == "EventFilter" && !when.empty() && when != "null");
  if (type == "CheckConfig" && subdue != "null") r->body = json_set(r->body, "subdue", "null");
  if (type == "EventFilter") r->body = json_drop(r->body, "when");
  return had;
}

void resource_label(FileResource* r) {
  if (r->type && !r->type->has_metadata) return;
  constexpr std::string_view kLabel = "sensu.io/managed_by";
  std::string metadata(json_at(r->body, {"metadata"}));
  std::string_view labels = json_at(metadata, {"labels"});
  std::string changed = labels.empty() || labels == "null" ? "{}" : std::string(labels);
  if (text_at(changed, {kLabel}) != "sensu-agent") changed = json_set(changed, kLabel, "\"sensuctl\"");
  r->body = json_set(r->body, "metadata", json_set(metadata, "labels", changed));
}

Result<std::string> input_as_json(Ctl& ctl, const std::string& file) {
  Result<std::string> text = file.empty() ? Result<std::string>(ctl.read_input()) : os_read_file(file, kFileMax);
  if (!text.ok()) return because("open " + file, text.status);
  Result<std::vector<std::string>> values = values_of(text.value);
  if (!values.ok()) return values.status;
  if (values.value.size() != 1)
    return fail(Err::invalid, "exactly one document is expected in " + (file.empty() ? "standard input" : file));
  return values.value[0];
}

}  // namespace picket
