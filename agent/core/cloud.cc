// agent/core/cloud.cc - see cloud.h.
#include "agent/core/cloud.h"

#include "common/json/json.h"

namespace picket {
namespace {

std::string lowered(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = char(c + 32);
  return out;
}

}  // namespace

std::string cloud_of_machine(std::string_view bios_version, std::string_view vendor, std::string_view hypervisor_uuid) {
  std::string bios = lowered(bios_version), maker = lowered(vendor);
  auto says = [](const std::string& text, const char* word) { return text.find(word) != text.npos; };
  if (says(bios, "amazon") || says(maker, "amazon")) return "EC2";
  if (says(bios, "google") || says(maker, "google")) return "GCP";
  if (says(maker, "microsoft")) return "Azure";
  return lowered(hypervisor_uuid.substr(0, 3)) == "ec2" ? "EC2" : "";
}

bool cloud_is_ec2(int http_status) { return http_status >= 200 && http_status < 400; }

bool cloud_is_azure(std::string_view body) {
  if (!json_check(body).ok() || json_type(body) != JsonType::object) return false;
  std::string_view versions = json_at(body, {"newest-versions"});
  return !versions.empty() && json_type(versions) == JsonType::array && !json_items(versions).value.empty();
}

}  // namespace picket
