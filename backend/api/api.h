// backend/api/api.h - the HTTP API on 8080: the reference's REST routes, and a few of our own.
//
// One table of routes (backend/endpoints/routes.cc) makes dispatch, rights, 404 and 405, and the OpenAPI document. A request is taken
// apart in the reference's order: route, identity, rights, body, page, handler.
#pragma once
#include <functional>
#include <string>

#include "common/socket/net.h"
#include "common/basic/result.h"
#include "backend/shared/backend.h"

namespace picket {

inline constexpr int kApiConnectionsMax = 4096;        // beyond it new connections are closed at once
inline constexpr int kApiConnectionsPerPeerMax = 512;  // of one address; the local machine is one too
inline constexpr size_t kApiHeaderMax = 32u << 10;
// Bytes of answers and streams that nobody has read yet (common/http/unread_answers.h): of all clients of the API and the dashboard, and of
// one address. Beyond them slow readers are cut, and where there are none new answers are 503.
inline constexpr size_t kApiUnreadMax = 128u << 20;
inline constexpr size_t kApiUnreadPerPeerMax = 32u << 20;

// Listens where the configuration says. The backend's parts must have been started: requests may come at once.
Result<Api*> api_open(Backend* backend);
// No new connections; open streams are ended. `done` runs when nothing of it is left.
void api_close(Api* api, std::function<void()> done);
int api_port(const Api* api);

// One request. `dashboard`: it came by the dashboard's listener, where cookies and guests exist (backend/pages/dashboard.h).
void api_handle(Api* api, HttpExchange* exchange, HttpRequest request, bool dashboard = false);
int dashboard_port(const Api* api);  // 0: nothing listens

// Somebody's rights may have changed: streams ask for theirs again.
void api_rights_changed(Api* api);

std::string api_openapi();  // the OpenAPI 3 document, from the route table

}  // namespace picket
