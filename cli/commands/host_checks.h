// cli/commands/host_checks.h - the checks a host begins with: picket edge's of its first start, and packaging/checks/*-host.yaml.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace picket {

std::string host_checks_yaml(std::string_view os);  // "linux" or "windows"; one document for each
std::vector<std::string> host_checks_json(std::string_view os, const std::vector<std::string>& subscriptions);  // CheckConfig objects

}  // namespace picket
