// common/types/types_entity.cc - Entity and System, and the entity_config message, which is an Entity without what the system reports.
#include "common/types/fields.h"

namespace picket {

static const Field<NetworkInterface> kInterface[] = {
    row<NetworkInterface, &NetworkInterface::name>("name", omit_empty),
    row<NetworkInterface, &NetworkInterface::mac>("mac", omit_empty),
    row<NetworkInterface, &NetworkInterface::addresses>("addresses", always),
};
PICKET_HAS_TABLE(NetworkInterface) { return table_of(kInterface); }

// "network": {"interfaces": [...]} is a plain list with us, "deregistration": {"handler": ".."} a string.
static const Field<System> kInterfaces = row<System, &System::interfaces>("interfaces", always);
static const Field<Entity> kDeregistrationHandler = row<Entity, &Entity::deregistration_handler>("handler", omit_empty);

template <class T>
static bool never_empty(const T&) {
  return false;
}

static bool read_network(JsonCursor& c, System& v) { return inner_read(c, v, kInterfaces); }
static void write_network(JsonText& out, const System& v) { struct_write(out, v, FieldTable<System>{&kInterfaces, 1}); }

static bool read_processes(JsonCursor& c, System& v) {
  JsonType type;
  std::string_view raw;
  if (!cursor_peek(c, &type) || !cursor_skip(c, &raw)) return false;
  if (type != JsonType::array) return cursor_fail(c, std::string("expected an array, got ") + json_type_name(type));
  v.processes_raw = json_compact(raw);
  return true;
}

static void write_processes(JsonText& out, const System& v) { out += v.processes_raw.empty() ? std::string_view("null") : v.processes_raw; }

static const Field<System> kSystem[] = {
    row<System, &System::hostname>("hostname", omit_empty),
    row<System, &System::os>("os", omit_empty),
    row<System, &System::platform>("platform", omit_empty),
    row<System, &System::platform_family>("platform_family", omit_empty),
    row<System, &System::platform_version>("platform_version", omit_empty),
    {"network", always, read_network, never_empty<System>, write_network, "", "Network"},
    row<System, &System::arch>("arch", omit_empty),
    row<System, &System::arm_version>("arm_version", omit_empty),
    row<System, &System::libc_type>("libc_type", always),
    row<System, &System::vm_system>("vm_system", always),
    row<System, &System::vm_role>("vm_role", always),
    row<System, &System::cloud_provider>("cloud_provider", always),
    row<System, &System::float_type>("float_type", omit_empty),
    {"processes", always, read_processes, never_empty<System>, write_processes, "list of ", "Process"},
};
PICKET_HAS_TABLE(System) { return table_of(kSystem, &System::extra); }

static bool read_deregistration(JsonCursor& c, Entity& v) { return inner_read(c, v, kDeregistrationHandler); }
static void write_deregistration(JsonText& out, const Entity& v) { struct_write(out, v, FieldTable<Entity>{&kDeregistrationHandler, 1}); }

static const Field<Entity> kEntity[] = {
    row<Entity, &Entity::entity_class>("entity_class", always),
    row<Entity, &Entity::system>("system", always),
    row<Entity, &Entity::subscriptions>("subscriptions", always),
    row<Entity, &Entity::last_seen>("last_seen", always),
    row<Entity, &Entity::deregister>("deregister", always),
    {"deregistration", always, read_deregistration, never_empty<Entity>, write_deregistration, "", "Deregistration"},
    row<Entity, &Entity::user>("user", omit_empty),
    row<Entity, &Entity::redact>("redact", omit_empty),
    row<Entity, &Entity::metadata>("metadata", always),
    row<Entity, &Entity::sensu_agent_version>("sensu_agent_version", always),
    row<Entity, &Entity::keepalive_handlers>("keepalive_handlers", omit_empty),
};
PICKET_HAS_TABLE(Entity) { return table_of(kEntity, &Entity::extra); }

static const Field<Entity> kEntityConfig[] = {
    row<Entity, &Entity::metadata>("metadata", always),
    row<Entity, &Entity::entity_class>("entity_class", always),
    row<Entity, &Entity::user>("user", omit_empty),
    row<Entity, &Entity::subscriptions>("subscriptions", always),
    row<Entity, &Entity::deregister>("deregister", always),
    {"deregistration", always, read_deregistration, never_empty<Entity>, write_deregistration, "", "Deregistration"},
    row<Entity, &Entity::keepalive_handlers>("keepalive_handlers", omit_empty),
    row<Entity, &Entity::redact>("redact", omit_empty),
};
static const FieldTable<Entity> kEntityConfigTable = {kEntityConfig, static_cast<int>(std::size(kEntityConfig)), &Entity::extra};

std::string entity_config_encode(const Entity& entity) {
  JsonText out;
  struct_write(out, entity, kEntityConfigTable);
  return out.done();
}

Result<Entity> entity_config_decode(std::string_view json) {
  JsonCursor c = cursor_open(json);
  Result<Entity> result;
  if (!struct_read(c, result.value, kEntityConfigTable) || !cursor_end(c)) return cursor_status(c);
  return result;
}

PICKET_DOCUMENT(Entity)

}  // namespace picket
