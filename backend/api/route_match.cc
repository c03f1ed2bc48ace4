// backend/api/route_match.cc - the path of a request against the patterns of routes.
#include "backend/api/call.h"

namespace picket {

std::vector<std::string> path_segments(std::string_view path) {
  std::vector<std::string> out;
  for (size_t at = 1; at <= path.size();) {
    size_t slash = std::min(path.find('/', at), path.size());
    out.emplace_back(path.substr(at, slash - at));
    at = slash + 1;
  }
  return out;
}

static bool is_variable(const std::string& segment) { return segment[0] == '{'; }

static bool segments_match(const ApiRoute& route, const std::vector<std::string>& path) {
  if (route.segments.size() != path.size()) return false;
  for (size_t i = 0; i < path.size(); i++)
    if (is_variable(route.segments[i]) ? path[i].empty() : route.segments[i] != path[i]) return false;
  return true;
}

static void variables_take(const ApiRoute& route, const std::vector<std::string>& path, PathVariables* out) {
  *out = {};
  std::string* next[] = {&out->id, &out->sub, &out->sub2};
  size_t count = 0;
  for (size_t i = 0; i < path.size(); i++) {
    if (!is_variable(route.segments[i])) continue;
    std::string* to = route.segments[i] == "{namespace}" ? &out->ns : next[count++];
    *to = url_decode(path[i]);
  }
}

Match route_match(const std::vector<ApiRoute>& routes, std::string_view method, std::string_view path, const ApiRoute** route,
                  PathVariables* variables) {
  Match match = Match::none;
  if (path.empty() || path[0] != '/') return match;
  std::vector<std::string> segments = path_segments(path);
  if (path.back() == '/') segments.emplace_back();
  for (const ApiRoute& r : routes) {
    if (!segments_match(r, segments)) continue;
    match = Match::wrong_method;
    if (r.method != method) continue;
    *route = &r;
    variables_take(r, segments, variables);
    return Match::found;
  }
  return match;
}

std::string path_clean(std::string_view path) {
  std::vector<std::string> kept;
  for (std::string& s : path_segments(path)) {
    if (s.empty() || s == ".") continue;
    if (s != "..") kept.push_back(std::move(s));
    else if (!kept.empty()) kept.pop_back();
  }
  std::string out;
  for (const std::string& s : kept) out += "/" + s;
  if (out.empty() || path.back() == '/') out += '/';
  return out;
}

bool path_escapes_valid(std::string_view path) {
  std::string decoded;
  return url_decode_strict(path, &decoded);
}

std::string route_metric_name(const ApiRoute* route) { return route ? route->method + " " + route->pattern : "none"; }

}  // namespace picket
