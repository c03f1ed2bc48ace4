// backend/deliver/definitions.cc - handlers, filters, mutators and pipelines as the store has them, decoded once.
#include "backend/deliver/definitions.h"

#include "common/text/log.h"
#include "backend/shared/stored_value.h"

namespace picket {
namespace {

template <class T>
void define(std::map<std::string, std::shared_ptr<const T>>& map, const StoredObject* o, const std::string& name) {
  if (!o) {
    map.erase(name);
    return;
  }
  Result<T> r = stored_decode<T>(*o);
  if (r.ok()) {
    map[name] = std::make_shared<const T>(std::move(r.value));
    return;
  }
  map.erase(name);
  log_error("pipelined", "stored definition is invalid and ignored",
            {{"kind", o->kind}, {"namespace", o->ns}, {"name", o->name}, {"error", r.status.message}});
}

template <class T>
void say_secrets(const std::map<std::string, std::shared_ptr<const T>>& map, const char* kind, const std::string& name) {
  if (auto it = map.find(name); it != map.end()) secrets_left_out("pipelined", kind, it->second->metadata, it->second->secrets);
}

// `o` null: deleted.
void on_definition(Pipelines* p, const std::string& kind, const std::string& ns, const std::string& name, const StoredObject* o) {
  PipelineDefinitions& d = p->definitions[ns];
  if (kind == "handlers") {
    define(d.handlers, o, name);
    say_secrets(d.handlers, "handler", name);
    p->failing.erase(ns + "/" + name);
  }
  if (kind == "filters") {
    define(d.filters, o, name);
    auto it = d.filters.find(name);
    filter_library_define(p->assets, ns, name, it == d.filters.end() ? StringList{} : it->second->runtime_assets);
  }
  if (kind == "mutators") {
    define(d.mutators, o, name);
    say_secrets(d.mutators, "mutator", name);
  }
  if (kind == "pipelines") define(d.pipelines, o, name);
}

constexpr const char* kDefinitionKinds[] = {"handlers", "filters", "mutators", "pipelines"};

bool is_definition(const std::string& kind) {
  for (const char* k : kDefinitionKinds)
    if (kind == k) return true;
  return false;
}

}  // namespace

// Whether anybody has to look at the time.
static void escalations_look(Pipelines* p) {
  p->escalating = false;
  for (const auto& [ns, d] : p->definitions)
    for (const auto& [name, h] : d.handlers) p->escalating |= !h->escalate.empty();
}

void definitions_change(Pipelines* p, const StoreChange& c) {
  if (c.kind == "assets") return filter_libraries_renew(p->assets, c.ns);
  if (c.kind == "namespaces" && c.deleted) return incidents_namespace_gone(p->backend, c.name);
  if (!is_definition(c.kind)) return;
  on_definition(p, c.kind, c.ns, c.name, c.object);
  if (c.kind == "handlers") escalations_look(p);
}

Status definitions_load(Pipelines* p) {
  for (const char* kind : kDefinitionKinds) {
    auto listed = store_list(p->backend->store, kind);
    if (!listed.ok()) return listed.status;
    for (const StoredObject& o : listed.value) on_definition(p, kind, o.ns, o.name, &o);
  }
  escalations_look(p);
  return {};
}

void secrets_left_out(const char* component, const char* kind, const ObjectMeta& of, const std::vector<Secret>& secrets) {
  if (secrets.empty()) return;
  log_warn(component, "secrets are not supported and were not passed to the command; use env_vars",
           {{"namespace", of.ns}, {kind, of.name}, {"secret", secrets[0].name}});
}

}  // namespace picket
