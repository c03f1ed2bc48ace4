// backend/api/openapi.cc - the OpenAPI 3 document, from the route table.
#include <map>

#include "backend/api/call.h"
#include "backend/incident/incident.h"

namespace picket {

static std::string ref_of(std::string schema) {
  bool list = schema.size() > 2 && schema.compare(schema.size() - 2, 2, "[]") == 0;
  if (list) schema.resize(schema.size() - 2);
  std::string ref = JsonObject().add("$ref", "#/components/schemas/" + schema).done();
  return list ? JsonObject().add("type", "array").add_raw("items", ref).done() : ref;
}

static std::string content_of(const std::string& schema, const char* type = "application/json") {
  std::string media = JsonObject().add_raw("schema", ref_of(schema)).done();
  return JsonObject().add_raw(type, media).done();
}

static bool is_list(const ApiRoute& route) { return route.answer.size() > 2 && route.answer.back() == ']'; }

static std::string parameter(const std::string& name, const char* in, bool required, const char* doc) {
  JsonObject o;
  o.add("name", name).add("in", in).add("required", required);
  if (*doc) o.add("description", doc);
  return o.add_raw("schema", "{\"type\":\"string\"}").done();
}

namespace {
struct ParameterDoc { const char *pattern, *method, *in, *name, *doc; };
}  // namespace

// What single routes take beside their path.
static constexpr ParameterDoc kParameters[] = {
    {"/api/picket/v1/watch", "GET", "query", "kinds", "Comma separated list of plurals, e.g. events,checks; default: events."},
    {"/api/picket/v1/watch", "GET", "query", "namespace", "Limit to this namespace; default: all."},
    {"/api/picket/v1/incidents", "GET", "query", "since", "Unix seconds: incidents that were open then, or began later."},
    {"/api/picket/v1/incidents", "GET", "query", "open", "true: only those that have not ended."},
    {"/api/picket/v1/incidents", "GET", "query", "limit", "1 to 1000, the newest first."},
    {"/api/picket/v1/namespaces/{namespace}/incidents", "GET", "query", "since", "Unix seconds: incidents that were open then, or began later."},
    {"/api/picket/v1/namespaces/{namespace}/incidents", "GET", "query", "open", "true: only those that have not ended."},
    {"/api/picket/v1/namespaces/{namespace}/incidents", "GET", "query", "entity", "Only of this entity."},
    {"/api/picket/v1/namespaces/{namespace}/incidents", "GET", "query", "check", "Only of this check."},
    {"/api/picket/v1/namespaces/{namespace}/incidents", "GET", "query", "limit", "1 to 1000, the newest first."},
    {"/health", "GET", "query", "timeout", "Seconds; accepted for compatibility."},
    {"/api/core/v2/cluster/members", "GET", "query", "timeout", "Seconds; accepted for compatibility."},
    {"/api/core/v2/cluster/members", "POST", "query", "peer-addrs", "Comma separated list of URLs."},
    {"/api/core/v2/cluster/members/{id}", "PUT", "query", "peer-addrs", "Comma separated list of URLs."},
};

static bool takes_conditions(const ApiRoute& route) {
  return (route.method == "PATCH" || route.method == "PUT") && route.type && route.subresource.empty() && route.handler != nullptr &&
      route.segments.back() == "{id}";
}

static std::string parameters_of(const ApiRoute& route) {
  std::string out;
  auto put = [&](const std::string& p) { out += (out.empty() ? "" : ",") + p; };
  for (const std::string& s : route.segments)
    if (s[0] == '{') put(parameter(s.substr(1, s.size() - 2), "path", true, ""));
  if (is_list(route)) {
    put(parameter("limit", "query", false, "Maximum number of items; the response header Sensu-Continue is the token of the next page."));
    put(parameter("continue", "query", false, "The Sensu-Continue of the previous page."));
    put(parameter("labelSelector", "query", false, "region == \"eu\" && tier in [web,db]"));
    put(parameter("fieldSelector", "query", false, "check.publish == true"));
  }
  for (const ParameterDoc& p : kParameters)
    if (route.pattern == p.pattern && route.method == p.method) put(parameter(p.name, p.in, false, p.doc));
  if (takes_conditions(route)) {
    put(parameter("If-Match", "header", false, "The ETag that was read: write only if it still matches."));
    put(parameter("If-None-Match", "header", false, "*: write only if the object does not exist."));
  }
  return "[" + out + "]";
}

static int success_of(const ApiRoute& r) {
  if (r.subresource == "execute") return 202;
  if (r.method == "DELETE") return 204;
  bool entity = r.resource == "entities" || !r.answer.empty();
  if ((r.method == "POST" || r.method == "PUT") && !entity && r.access == Access::rights) return 201;
  return 200;
}

static std::string responses_of(const ApiRoute& route) {
  JsonObject ok, out;
  ok.add("description", "done");
  if (!route.answer.empty()) ok.add_raw("content", content_of(route.answer));
  else if (route.pattern == "/api/picket/v1/watch") ok.add_raw("content", R"({"text/event-stream":{"schema":{"type":"string"}}})");
  else if (route.pattern == "/api/picket/v1/backup")
    ok.add_raw("content", R"({"application/octet-stream":{"schema":{"type":"string","format":"binary"}}})");
  out.add_raw(std::to_string(success_of(route)), ok.done());
  JsonObject error;
  error.add("description", "refused").add_raw("content", content_of("Error"));
  return out.add_raw("default", error.done()).done();
}

static std::string operation_of(const ApiRoute& route) {
  JsonObject o;
  o.add("summary", route.doc);
  std::string group = route.resource.empty() ? "backend" : route.resource;
  o.add("tags", StringList{group}).add_raw("parameters", parameters_of(route));
  if (!route.body.empty()) {
    const char* type = route.method == "PATCH" ? "application/merge-patch+json" : "application/json";
    o.add_raw("requestBody", JsonObject().add_raw("content", content_of(route.body, type)).done());
  }
  o.add_raw("responses", responses_of(route));
  if (route.pattern == "/auth" || route.pattern == "/auth/test") o.add_raw("security", R"([{"login":[]}])");
  else if (route.access == Access::open) o.add_raw("security", "[]");
  return o.done();
}

static std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(c | 0x20);
  return text;
}

static std::string paths() {
  std::map<std::string, std::map<std::string, std::string>> by_path;
  for (const ApiRoute& r : api_routes()) by_path[r.pattern][lower(r.method)] = operation_of(r);
  JsonObject out;
  for (const auto& [path, operations] : by_path) {
    JsonObject o;
    for (const auto& [method, operation] : operations) o.add_raw(method, operation);
    out.add_raw(path, o.done());
  }
  return out.done();
}

// Schemas show what an empty object of the type looks like on the wire: names and types, from the field tables.
static std::string schema_of_value(std::string_view raw) {
  switch (json_type(raw)) {
    case JsonType::boolean: return R"({"type":"boolean"})";
    case JsonType::number: return R"({"type":"number"})";
    case JsonType::string: return R"({"type":"string"})";
    case JsonType::array: return R"({"type":"array","items":{}})";
    case JsonType::null: return R"({"nullable":true})";
    case JsonType::object: break;
  }
  JsonObject properties;
  auto members = json_members(raw);
  for (const JsonMember& m : members.value) properties.add_raw(m.key, schema_of_value(m.raw));
  return JsonObject().add("type", "object").add_raw("properties", properties.done()).done();
}

static std::string schemas() {
  std::map<std::string, std::string> all = {
      {"Error", R"({"message":"","code":0})"},
      {"Tokens", R"({"access_token":"","expires_at":0,"refresh_token":""})"},
      {"RefreshRequest", R"({"refresh_token":""})"},
      {"PasswordChange", R"({"password":"","password_new":""})"},
      {"AdhocRequest", R"({"subscriptions":[],"creator":"","reason":""})"},
      {"Health", R"({"Alarms":null,"ClusterHealth":[],"Header":{"cluster_id":0,"member_id":0,"raft_term":0}})"},
      {"Version", R"({"etcd":{"etcdserver":"","etcdcluster":""},"sensu_backend":"","api_groups":{}})"},
      {"ClusterMembers", R"({"header":{"cluster_id":0,"member_id":0,"raft_term":0},"members":[]})"},
      {"HookList", "{}"},
      {"Incident", incident_json(Incident{})},
      {"Incidents", "[]"},
      {"AcknowledgeRequest", R"({"reason":"","for":0})"},
      {"TrialRequest", R"({"status":0,"entity":"","check":""})"},
      {"Trial", R"({"handlers":[]})"},
      {"Event", encode(Event{})},
      {"EntityConfig", entity_config_encode(Entity{})},
  };
  for (int i = 0; i < kResourceTypesCount; i++) {
    auto empty = kResourceTypes[i].decode("{}");
    if (empty.ok()) all.emplace(kResourceTypes[i].type, empty.value.body);
  }
  JsonObject out;
  for (const auto& [name, example] : all) out.add_raw(name, schema_of_value(example));
  return out.done();
}

std::string api_openapi() {
  JsonObject info, components, o;
  info.add("title", "picket")
      .add("version", "core/v2")
      .add("description",
           "The Sensu Go core/v2 API of a picket backend. Made from the route table (backend/endpoints/routes.cc); do not "
           "edit.");
  components.add_raw("schemas", schemas());
  components.add_raw("securitySchemes",
                     R"({"token":{"type":"http","scheme":"bearer","bearerFormat":"JWT"},)"
                     R"("key":{"type":"apiKey","in":"header","name":"Authorization","description":"Key UUID"},)"
                     R"("login":{"type":"http","scheme":"basic"}})");
  o.add("openapi", "3.0.3").add_raw("info", info.done()).add_raw("security", R"([{"token":[]},{"key":[]}])");
  o.add_raw("paths", paths()).add_raw("components", components.done());
  return json_pretty(o.done()) + "\n";
}

void openapi_get(CallPtr call) { answer_json(call, 200, api_openapi()); }

}  // namespace picket
