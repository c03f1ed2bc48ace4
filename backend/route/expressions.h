// backend/route/expressions.h - the JavaScript in a definition: does it parse. Pure; the API asks, and `apply` before it writes.
#pragma once
#include <string>

#include "common/basic/result.h"
#include "common/rules/resource_types.h"

namespace picket {

// Of filters, asset builds, proxy requests and javascript mutators, which validate() of common/ leaves out: it has no script engine.
Status expressions_check(const ResourceType& type, const std::string& body);

}  // namespace picket
