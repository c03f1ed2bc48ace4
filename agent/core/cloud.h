// agent/core/cloud.h - in which cloud does this machine run: what the answers mean. Pure; cloud_probe.cc asks.
#pragma once
#include <string>
#include <string_view>

namespace picket {

// Texts of the firmware and /sys/hypervisor/uuid, "" = unknown. The reference has them from dmidecode, which needs root; newer
// machines of EC2 name themselves in the vendor alone. "": it does not say.
std::string cloud_of_machine(std::string_view bios_version, std::string_view vendor, std::string_view hypervisor_uuid);

inline constexpr const char* kCloudEc2Path = "/latest/dynamic/instance-identity";
inline constexpr const char* kCloudAzurePath = "/metadata/instance";  // asked with the header Metadata: true
bool cloud_is_ec2(int http_status);
bool cloud_is_azure(std::string_view body);  // an object with versions to choose from

}  // namespace picket
