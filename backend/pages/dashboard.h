// backend/pages/dashboard.h - the dashboard's listener: its files, which lie in the program, and the API beside them for its pages.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "backend/api/call.h"
#include "common/socket/net.h"

namespace picket {

struct DashboardFile;               // made of backend/dashboard/dist by backend/dashboard/embed.cmake
std::string_view dashboard_hash();  // of all files: part of their addresses, so that they can be kept for ever

// What a GET of a path is answered with, if it is a page or a file. Pure.
struct StaticAnswer {
  int status = 404;
  const DashboardFile* file = nullptr;
  std::string location;   // of 301: Sensu's own dashboard had other addresses
  bool for_ever = false;  // it may be kept
};
StaticAnswer dashboard_find(std::string_view path);

}  // namespace picket
