// common/program/options_source.h - what options_load asks of the system: environment, files, and where the default files are.
#pragma once
#include <string>
#include <vector>

#include "common/options/options.h"

namespace picket {

OptionsInput os_options_input(std::vector<std::string> argv);

}  // namespace picket
