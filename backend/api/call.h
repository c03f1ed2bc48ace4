// backend/api/call.h - one request on its way through the API, and what handlers use. Included by api*.cc only.
#pragma once
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/json/json.h"
#include "common/rules/resource_types.h"
#include "backend/api/api.h"
#include "backend/auth/auth.h"
#include "backend/access/rbac.h"

namespace picket {

struct ApiCall;
using CallPtr = std::shared_ptr<ApiCall>;
using ApiHandler = void (*)(CallPtr call);

enum class Access {
  open,    // no authentication
  rights,  // authenticated, and RBAC says yes
  own,     // authenticated; the handler decides what the user sees
};

struct ApiRoute {
  std::string method, pattern;  // "/api/core/v2/namespaces/{namespace}/checks/{id}"
  Access access = Access::rights;
  std::string resource;     // RBAC resource; "" is matched by rules for `*` only
  std::string subresource;  // what follows the name: "password"
  const ResourceType* type = nullptr;
  ApiHandler handler = nullptr;
  std::string doc;                    // one line
  std::string body, answer;           // schemas of the OpenAPI document; "" = none
  std::vector<std::string> segments;  // of the pattern
};

// The path's variables, decoded.
struct PathVariables { std::string ns, id, sub, sub2; };

struct Page {
  int64_t limit = 0;           // 0 = all
  std::string after;           // decoded continue token, without its NUL; "" = from the start
  std::string labels, fields;  // selectors as sent
};

// What a request changes, for the audit log: the row, and its revision before.
struct Changed {
  std::string kind, ns, name, check;  // kind "": nothing yet
  int64_t revision_before = 0;        // 0: there was none
};

struct ApiCall {
  Api* api = nullptr;
  std::shared_ptr<Api> kept;  // the same: a write may be answered when the API has closed
  Backend* backend = nullptr;
  HttpExchange* exchange = nullptr;  // nullptr once answered
  HttpRequest request;
  const ApiRoute* route = nullptr;
  PathVariables path;
  Identity who;
  Page page;
  Changed changed;
  int64_t now_s = 0, started_us = 0;
  bool dashboard = false;      // it came by the dashboard's listener
  int64_t session_ends_s = 0;  // of a login of the dashboard
};

// ---- rights (api.cc) ----
// What a request to a route asks RBAC (H-30).
RbacRequest route_rights(const ApiRoute& route, const PathVariables& path, const Identity& who);
Status call_may(const ApiCall& call, const RbacRequest& request);
// Whether the caller might do the same with another object: for bodies that name one.
Status call_may_at(const ApiCall& call, const std::string& ns, const std::string& name);
// For answers that take longer than a turn: everything that was asked at the beginning, asked again.
bool call_still_may(ApiCall& call);

// ---- the dashboard's listener (backend/pages/dashboard.cc) ----
bool page_identify(const CallPtr& call);                   // by cookie and key, or as a guest; answers when it cannot
bool page_guest(const ApiCall& call);                      // would a guest be admitted
void page_headers(const ApiCall& call, Headers* headers);  // what every answer there carries
std::string dashboard_cookie(const ApiCall& call);         // its name

// ---- routes (route_match.cc; the table is backend/endpoints/routes.cc) ----
const std::vector<ApiRoute>& api_routes();
std::vector<std::string> path_segments(std::string_view path);
enum class Match { found, wrong_method, none };
// `path` as sent. Segments are compared encoded and decoded afterwards.
Match route_match(const std::vector<ApiRoute>& routes, std::string_view method, std::string_view path, const ApiRoute** route,
                  PathVariables* variables);
std::string path_clean(std::string_view path);  // doubled slashes, `.` and `..`
bool path_escapes_valid(std::string_view path);
std::string route_metric_name(const ApiRoute* route);

// ---- answers (answer.cc) ----
// 6.x error codes: 0 internal, 1 invalid, 2 not found, 3 exists, 4 denied, 5 unauthenticated, 7 precondition, 8 timeout.
// To be called before the write: this row is what the call changes. `check`: of an event, whose entity is `name`.
void call_changes(ApiCall& call, const std::string& kind, const std::string& ns, const std::string& name, const std::string& check = "");
void call_count(const ApiCall& call, int status);  // for answers that do not go through answer()
void answer(const CallPtr& call, int status, std::string body, Headers headers = {});
void answer_json(const CallPtr& call, int status, std::string body, Headers headers = {});  // application/json
void answer_text(const CallPtr& call, int status, std::string text);                        // http.Error: nosniff, newline at the end
void answer_error(const CallPtr& call, int status, int code, const std::string& message);   // handlers' shape
void answer_denied(const CallPtr& call, int status, int code, const std::string& message);  // middlewares' shape
void answer_not_found(const CallPtr& call);
void answer_no_room(const CallPtr& call);                       // 503: too much is unread (kApiUnreadMax); answer() does it by itself
void answer_unread(const CallPtr& call, const Status& status);  // of a read: 404 when absent, 500 when the store cannot be read
void answer_status(const CallPtr& call, const Status& status);  // by its code, as handlers answer
// One stored object; 500 when it is no JSON, because its row was damaged. `tagged`: what its ETag is made of.
void answer_stored(const CallPtr& call, std::string body, std::string_view tagged);
int status_http(Err code);
int status_code(Err code);

// ---- bodies (body.cc) ----
// The first JSON value as an object: what follows it is ignored, null is {}. Errors are the decoder's texts.
Result<std::string> body_object(std::string_view body);
// The same for a call, with the content-type trap and the size limit. Answers on error: `code` 1 is 400, 0 is 500.
bool call_body(const CallPtr& call, int code, std::string* object);
bool body_is_form(const HttpRequest& request);
// A member that no struct has, read as the decoder reads keys: without case, the last of several; "" when absent or null. A
// search of another kind (json_at) would see another value than what is acted on.
std::string_view body_member(std::string_view object, std::string_view key);

// ---- query (page.cc) ----
std::string query_get(std::string_view query, std::string_view name);  // decoded; "" when absent
bool query_has(std::string_view query, std::string_view name);
Page page_parse(std::string_view query);
std::string page_token(std::string_view key);  // base64url(key NUL)

// ---- selectors (selector.cc) ----
struct Selector;
Result<std::shared_ptr<const Selector>> selector_parse(std::string_view text);
// `lookup` gives the value of a key, or nullopt. Lists are joined with commas.
bool selector_matches(const Selector& selector, const std::function<std::optional<std::string>(const std::string&)>& lookup);
// Label and field selectors of a call, ready to be asked about objects. Err::invalid with a sentence.
struct Selection { std::shared_ptr<const Selector> labels, fields; bool any() const { return labels || fields; } };
Result<Selection> selection_parse(const Page& page);
bool selection_matches(const Selection& selection, std::string_view singular, std::string_view object_json);

// ---- lists (list.cc) ----
struct ListItem { std::string ns, key, json; };  // key: what the continue token names
struct ListSource {
  // Up to `count` items after `after_ns`/`after` in order; fewer = the end.
  std::function<Result<std::vector<ListItem>>(const std::string& after_ns, const std::string& after, int64_t count)> next;
  std::function<bool(const ListItem&)> keep;         // nullptr = all
  std::function<std::string(const ListItem&)> show;  // the JSON to print; nullptr = as stored
  bool across = false;                               // tokens carry the namespace
};
void list_start(const CallPtr& call, ListSource source);

// ---- generic resources (api_resource.cc) ----
void resource_list(CallPtr call);
void resource_get(CallPtr call);
void resource_create(CallPtr call);
void resource_put(CallPtr call);
void resource_patch(CallPtr call);
void resource_delete(CallPtr call);

std::string etag_of(const ApiCall& call, std::string_view body);
// Name and namespace of the body against those of the URI; the reference's texts.
Status resource_check_place(const ApiCall& call, const ObjectMeta& metadata, bool with_name);
Status definition_check(const ResourceType& type, const std::string& body);   // what is refused: texts of 6.x, and what could not run
Status resource_validate(const ResourceType& type, const std::string& body);  // with `resource is invalid: `
// Logs what no field takes of a definition (`given`: as it was sent, "" = not to be looked at), and what of it can have no effect: that is
// also in the headers of the answer, `Warning: 299 picket "..."`.
Headers definition_warn(const ApiCall& call, const ObjectMeta& metadata, std::string_view given, std::string_view kept);
void store_put(const CallPtr& call, StoredObject object, StoreWrite::Op op, StoreDone done);
Status store_refusal(Status status, const std::string& ns);  // "the namespace X does not exist"

// ---- PATCH (patch.cc) ----
// As the reference merges: objects merge, arrays and scalars replace, null keeps what is there.
std::string json_merge(std::string_view target, std::string_view patch);
// `body`, an object as we encode it, with [] in the place of null where `merged` has an empty list: as the reference answers.
std::string json_keep_empty(std::string_view body, std::string_view merged);
// Content-Type and form of a PATCH; answers when wrong.
bool patch_body(const CallPtr& call, std::string* patch);
Status patch_check_place(const ApiCall& call, const ObjectMeta& merged);
Status patch_conditions(const ApiCall& call, const std::string& present);
bool etag_listed(std::string_view header, std::string_view etag);  // `*` or a list of quoted tags

// ---- events (events.cc) ----
std::string event_json(const StoredEvent& event);  // with its entity, redacted

// ---- redaction (api_redact.cc) ----
std::string redacted_entity(std::string_view entity_json);
// What was read redacted and is written back keeps the stored value.
void unredact(ObjectMeta& incoming, const StringMap& labels, const StringMap& annotations, const StringList& redact);

// ---- the OpenAPI document (openapi.cc) ----
void openapi_get(CallPtr call);

}  // namespace picket
