// common/program/options_source.cc - files and environment as options_load wants them.
#include "common/program/options_source.h"

#include "common/os/os.h"

namespace picket {

OptionsInput os_options_input(std::vector<std::string> argv) {
  OptionsInput input;
  input.argv = std::move(argv);
  input.env = os_environment();
  input.read_file = [](const std::string& path) { return os_read_file(path); };
  input.default_file = os_config_path;
  input.file_mode = os_file_mode;
  input.hide_argument = os_argument_hide;
  return input;
}

}  // namespace picket
