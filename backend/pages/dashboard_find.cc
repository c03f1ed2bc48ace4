// backend/pages/dashboard_find.cc - which file an address means: pages are all the same one, files have the hash of all in their address.
#include <algorithm>
#include <array>

#include "backend/dashboard_files.h"
#include "backend/pages/dashboard.h"

namespace picket {
namespace {

constexpr size_t kSegmentsMax = 8;

std::vector<std::string_view> segments_of(std::string_view path) {
  std::vector<std::string_view> out;
  while (!path.empty() && out.size() <= kSegmentsMax) {
    path.remove_prefix(1);
    out.push_back(path.substr(0, path.find('/')));
    path.remove_prefix(out.back().size());
  }
  return out;
}

const DashboardFile* file_named(std::string_view name) {
  const DashboardFile* end = kDashboardFiles + kDashboardFilesCount;
  const DashboardFile* found = std::find_if(kDashboardFiles, end, [&](const DashboardFile& f) { return f.name == name; });
  return found == end ? nullptr : found;
}

std::string joined(const std::vector<std::string_view>& parts, size_t from) {
  std::string out;
  for (size_t i = from; i < parts.size(); i++) out.append("/").append(parts[i]);
  return out;
}

// /c/~/n/NS/events/E/C and /NS/events of Sensu's dashboard; chats and mails are full of them.
std::string moved(const std::vector<std::string_view>& s) {
  static constexpr std::array<std::string_view, 7> kPages = {"events", "entities", "checks", "silences", "handlers", "filters", "mutators"};
  const auto is_page = [](std::string_view name) { return std::find(kPages.begin(), kPages.end(), name) != kPages.end(); };
  const size_t at = s.size() > 3 && s[0] == "c" && s[1] == "~" && s[2] == "n" ? 3 : 0;
  if (s.size() < at + 2 || !is_page(s[at + 1]) || (at == 0 && (s[0] == "n" || s[0] == "all"))) return "";
  std::vector<std::string_view> rest(s.begin() + static_cast<long>(at), s.end());
  if (rest.size() > 3 && rest[1] == "entities" && rest.back() == "events") rest.pop_back();
  return "/n" + joined(rest, 0);
}

bool is_page(const std::vector<std::string_view>& s) {
  static constexpr std::array<std::string_view, 5> kFirst = {"", "n", "all", "wall", "login"};
  return s.size() <= kSegmentsMax && std::find(kFirst.begin(), kFirst.end(), s[0]) != kFirst.end();
}

}  // namespace

std::string_view dashboard_hash() { return kDashboardHash; }

StaticAnswer dashboard_find(std::string_view path) {
  StaticAnswer answer;
  if (path.empty() || path[0] != '/' || path.find('\0') != path.npos) return answer;
  const std::vector<std::string_view> s = segments_of(path);
  if (s[0] == "_") {
    if (s.size() == 3 && s[1] == dashboard_hash() && s[2] != "index.html") answer.file = file_named(s[2]);
    answer.for_ever = answer.file != nullptr;
  } else if (answer.location = moved(s); !answer.location.empty()) {
    answer.status = 301;
    return answer;
  } else if (is_page(s)) {
    answer.file = file_named("index.html");
  }
  answer.status = answer.file ? 200 : 404;
  return answer;
}

}  // namespace picket
