// backend/api/api_resource.cc - list, get, create, replace, patch and delete of every kind that is nothing special.
#include <algorithm>

#include "common/tls/crypto.h"
#include "common/text/log.h"
#include "common/rules/no_effect.h"
#include "common/rules/unknown_keys.h"
#include "backend/shared/append_file.h"
#include "backend/api/api_state.h"
#include "backend/route/expressions.h"

namespace picket {

inline constexpr size_t kWarningMax = 300;  // bytes of one header that warns

static std::string singular_of(const ResourceType& type) {
  std::string name = type.type;  // CheckConfig -> check, EventFilter -> filter, HookConfig -> hook
  if (name.size() > 6 && name.substr(name.size() - 6) == "Config") name.resize(name.size() - 6);
  if (name == "EventFilter") name = "filter";
  for (char& c : name) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return name;
}

std::string etag_of(const ApiCall& call, std::string_view body) {
  return "\"" + hex_encode(auth_mac(call.backend->auth, body).substr(0, 8)) + "\"";
}

Status store_refusal(Status status, const std::string& ns) {
  if (status.code == Err::not_found && status.message.find("namespace") != std::string::npos)
    return fail(Err::internal, "the namespace " + ns + " does not exist");
  return status;
}

// ---- reading ----

void resource_list(CallPtr call) {
  auto selection = selection_parse(call->page);
  if (!selection.ok()) return answer_status(call, selection.status);
  ListSource source;
  std::string kind = call->route->type->plural, ns = call->path.ns;
  source.across = call->route->type->namespaced && ns.empty();
  source.next = [store = call->backend->store, kind, ns](const std::string& after_ns, const std::string& after,
                                                         int64_t count) -> Result<std::vector<ListItem>> {
    std::vector<ListItem> items;
    auto listed = store_list(store, kind, ns, ns.empty() ? after_ns : ns, after, count);
    if (!listed.ok()) return listed.status;
    for (StoredObject& o : listed.value) items.push_back({std::move(o.ns), std::move(o.name), std::move(o.body)});
    return items;
  };
  if (selection.value.any())
    source.keep = [selection = selection.value, name = singular_of(*call->route->type)](const ListItem& item) {
      return selection_matches(selection, name, item.json);
    };
  list_start(call, std::move(source));
}

static Result<StoredObject> load(const CallPtr& call) {
  return store_get(call->backend->store, call->route->type->plural, call->path.ns, call->path.id);
}

void resource_get(CallPtr call) {
  auto found = load(call);
  if (!found.ok()) return answer_unread(call, found.status);
  answer_stored(call, found.value.body, found.value.body);
}

// ---- checking ----

static Status mismatch(const char* what, const std::string& got, const std::string& want) {
  return fail(Err::invalid,
              std::string("the ") + what + " of the resource (" + got + ") does not match the " + what + " of the URI (" + want + ")");
}

Status resource_check_place(const ApiCall& call, const ObjectMeta& metadata, bool with_name) {
  bool placed = call.route->type->has_metadata;
  if (placed && metadata.ns != call.path.ns) return mismatch("namespace", metadata.ns, call.path.ns);
  if (with_name && metadata.name != call.path.id) return mismatch("name", metadata.name, call.path.id);
  return {};
}

Status definition_check(const ResourceType& type, const std::string& body) {
  Status status = type.validate(body);
  return status.ok() ? expressions_check(type, body) : status;
}

// By its name; what links make of it is looked at when a line is written, in a thread that may wait for a disk.
static Status file_check(const ApiCall& call, const ResourceType& type, const std::string& body) {
  if (std::string_view(type.plural) != "handlers" || json_at(body, {"type"}) != "\"file\"") return {};
  const std::string path = json_string(json_at(body, {"file", "path"})).value;
  if (!path_is_in(path, call.backend->config.state_dir)) return {};
  return fail(Err::invalid, "resource is invalid: file path: " + path + " is in the state-dir, which is reserved for the backend");
}

Status resource_validate(const ResourceType& type, const std::string& body) {
  Status status = definition_check(type, body);
  if (!status.ok() && type.has_metadata) status.message = "resource is invalid: " + status.message;
  return status;
}

// ---- writing ----

void store_put(const CallPtr& call, StoredObject object, StoreWrite::Op op, StoreDone done) {
  call_changes(*call, object.kind, object.ns, object.name);
  StoreWrite write;
  write.op = op;
  write.check_namespace = !object.ns.empty();
  write.object = std::move(object);
  store_write(call->backend->store, {std::move(write)}, std::move(done));
}

static void warnings_log(const ApiCall& call, const ObjectMeta& metadata, const char* message, const std::vector<std::string>& sentences) {
  if (sentences.empty()) return;
  log_warn("api", message,
           {{"kind", call.route->type->type},
            {"namespace", metadata.ns},
            {"name", metadata.name},
            {"user", call.who.username},
            {"count", sentences.size()},
            {"first", sentences[0]}});
}

// RFC 7234, 5.5: what lines and quotes could end is left out or escaped.
static std::string warning_value(const std::string& sentence) {
  std::string text;
  for (char c : sentence) {
    if (c == '"' || c == '\\') text += '\\';
    text += c < ' ' || c > '~' ? '?' : c;
  }
  return "299 picket \"" + text + "\"";
}

Headers definition_warn(const ApiCall& call, const ObjectMeta& metadata, std::string_view given, std::string_view kept) {
  const ResourceType& type = *call.route->type;
  if (!given.empty()) warnings_log(call, metadata, "a definition has attributes without effect", unknown_keys(type.type, given, kept));
  const std::vector<std::string> idle = no_effect(type, kept, call.now_s);
  warnings_log(call, metadata, "a definition can have no effect", idle);
  Headers headers;
  for (const std::string& sentence : idle) headers.emplace_back("Warning", warning_value(sentence.substr(0, kWarningMax)));
  return headers;
}

static void resource_write(const CallPtr& call, StoreWrite::Op op) {
  const ResourceType& type = *call->route->type;
  std::string text;
  if (!call_body(call, 1, &text)) return;
  auto decoded = type.decode(text);
  if (!decoded.ok()) return answer_error(call, 400, 1, "json: cannot unmarshal: " + decoded.status.message);
  ObjectMeta metadata = decoded.value.metadata;
  Status status = resource_check_place(*call, metadata, op == StoreWrite::put);
  if (status.ok()) status = resource_validate(type, decoded.value.body);
  if (status.ok()) status = file_check(*call, type, decoded.value.body);
  if (!status.ok()) return answer_status(call, status);
  Headers warnings = definition_warn(*call, metadata, text, decoded.value.body);
  metadata.created_by = call->who.username;
  std::string body = type.has_metadata ? type.with_metadata(decoded.value.body, metadata) : decoded.value.body;
  store_put(call, {type.plural, call->path.ns, metadata.name, std::move(body), 0}, op, [call, warnings](Status stored) {
    stored = store_refusal(stored, call->path.ns);
    stored.ok() ? answer_json(call, 201, "", warnings) : answer_status(call, stored);
  });
}

void resource_create(CallPtr call) { resource_write(call, StoreWrite::create); }
void resource_put(CallPtr call) { resource_write(call, StoreWrite::put); }

void resource_delete(CallPtr call) {
  call_changes(*call, call->route->type->plural, call->path.ns, call->path.id);
  store_write(call->backend->store, {write_del(call->route->type->plural, call->path.ns, call->path.id)}, [call](Status status) {
    if (status.code == Err::not_found) return answer_not_found(call);
    status.ok() ? answer_json(call, 204, "") : answer_status(call, status);
  });
}

// ---- PATCH ----

bool patch_body(const CallPtr& call, std::string* patch) {
  std::string type(header_get(call->request.headers, "Content-Type"));
  if (type.empty()) type = "application/x-www-form-urlencoded";  // what the reference's form parsing puts there
  static const char kAllowed[] = "Allowed values: application/merge-patch+json";
  if (type == "application/json-patch+json")
    return answer_error(call, 400, 1, std::string("JSON Patch is not supported yet. ") + kAllowed), false;
  if (type != "application/merge-patch+json")
    return answer_error(call, 400, 1, "invalid Content-Type header: " + type + ".  " + kAllowed), false;
  if (call->request.body_too_large) return answer_error(call, 400, 1, "http: request body too large"), false;
  bool complete = true;
  Status checked = json_check(call->request.body, &complete);
  if (!checked.ok())
    return answer_error(call, 400, 1, complete ? "invalid character: " + checked.message : "unexpected end of JSON input"), false;
  JsonType kind = json_type(call->request.body);
  if (kind == JsonType::null) return answer_error(call, 500, 0, "Invalid JSON Patch"), false;
  if (kind != JsonType::object) return answer_error(call, 400, 1, "json: cannot unmarshal a value that is no object"), false;
  *patch = call->request.body;
  return true;
}

// What came out of the merge, as the decoder read it, is still the object of the URL: nothing else is looked at.
Status patch_check_place(const ApiCall& call, const ObjectMeta& merged) {
  auto differs = [](const char* what, const std::string& got, const std::string& want) {
    return fail(Err::invalid,
                std::string("the ") + what + " of the resource (" + got + ") does not match the " + what + " in the URI (" + want + ")");
  };
  if (merged.name != call.path.id) return differs("name", merged.name, call.path.id);
  if (merged.ns != call.path.ns) return differs("namespace", merged.ns, call.path.ns);
  return {};
}

static std::string etcd_key(const ApiCall& call) {
  std::string kind = call.route->type->plural;
  return "/sensu.io/" + kind + "/" + (call.path.ns.empty() ? "" : call.path.ns + "/") + call.path.id;
}

Status patch_conditions(const ApiCall& call, const std::string& present) {
  const Headers& headers = call.request.headers;
  std::string etag = etag_of(call, present);
  bool fails = (header_has(headers, "If-Match") && !etag_listed(header_get(headers, "If-Match"), etag)) ||
      (header_has(headers, "If-None-Match") && etag_listed(header_get(headers, "If-None-Match"), etag));
  if (fails) return fail(Err::precondition, "at least one condition failed for the key " + etcd_key(call));
  return {};
}

// Written only over what was read: when somebody else was faster, the patch is merged again.
static void patch_try(const CallPtr& call, const std::string& patch, int tries_left) {
  const ResourceType& type = *call->route->type;
  auto present = load(call);
  if (present.status.code == Err::not_found) return answer_error(call, 404, 2, "key " + etcd_key(*call) + " not found");
  if (!present.ok()) return answer_unread(call, present.status);
  if (Status s = patch_conditions(*call, present.value.body); !s.ok()) return answer_status(call, s);
  const std::string text = json_merge(present.value.body, patch);
  auto merged = type.decode(text);
  if (!merged.ok()) return answer_error(call, 400, 1, "json: cannot unmarshal: " + merged.status.message);
  if (Status s = patch_check_place(*call, merged.value.metadata); !s.ok()) return answer_status(call, s);
  Status valid = definition_check(type, merged.value.body);
  if (!valid.ok()) return answer_error(call, 500, 0, valid.message);
  if (Status s = file_check(*call, type, merged.value.body); !s.ok()) return answer_status(call, s);
  StoredObject object = present.value;
  object.body = json_keep_empty(merged.value.body, text);
  store_put(call, object, StoreWrite::put_if_revision, [call, patch, object, tries_left](Status status) {
    if (status.code == Err::precondition && tries_left > 0) return patch_try(call, patch, tries_left - 1);
    if (!status.ok()) return answer_status(call, store_refusal(status, call->path.ns));
    Headers headers = definition_warn(*call, {object.name, object.ns, {}, {}, {}, {}}, "", object.body);
    headers.emplace_back("ETag", etag_of(*call, object.body));
    answer_json(call, 200, object.body, std::move(headers));
  });
}

void resource_patch(CallPtr call) {
  std::string patch;
  if (!patch_body(call, &patch)) return;
  patch_try(call, patch, 5);
}

}  // namespace picket
