// cli/certificate.h - what doctor wants to know of a certificate file.
#pragma once
#include <cstdint>
#include <string>

#include "common/result.h"

namespace picket {

// Unix seconds at which the first certificate to end in the PEM file ends.
Result<int64_t> certificate_valid_until(const std::string& path);

}  // namespace picket
