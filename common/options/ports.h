// common/options/ports.h - a port that two listeners want: an error when both were asked for, else the default gives way. Pure.
#pragma once
#include <string>
#include <vector>

#include "common/basic/result.h"

namespace picket {

struct PortUse {
  std::string option, host;  // "api-port", where it listens
  int port = 0;              // 0: any that is free
  bool tcp = false, udp = false;
  bool is_asked = false;  // by somebody, not by default
  bool* off = nullptr;    // set to true when it gives way; none: it cannot
  std::string what = {};  // "the HTTP API"
};

// One line an error; `notes`: which listener gave way, to which, and what to do.
Status ports_settle(const std::vector<PortUse>& uses, std::vector<std::string>* notes);

}  // namespace picket
