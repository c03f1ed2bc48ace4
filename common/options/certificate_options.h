// common/options/certificate_options.h - which options of a table name files with certificates: those whose names end so.
#pragma once
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "common/options/options.h"

namespace picket {

struct CertificateOption { std::string option, path; bool authorities = false; };

// Those that are set, in the table's order.
inline std::vector<CertificateOption> certificate_options(const Options& options) {
  std::vector<CertificateOption> all;
  for (int i = 0; options.table && i < options.table->count; i++) {
    const OptionRow& row = options.table->rows[i];
    const std::string_view name = row.name, end = name.substr(name.size() - std::min<size_t>(name.size(), 9));
    const bool authorities = name.size() > 7 && name.substr(name.size() - 7) == "ca-file";
    if (row.kind != OptionKind::text || (!authorities && end != "cert-file") || options.text(name).empty()) continue;
    all.push_back({std::string(name), options.text(name), authorities});
  }
  return all;
}

}  // namespace picket
