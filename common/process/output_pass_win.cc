// common/process/output_pass_win.cc - a pipe of Windows cannot be asked whether it would take bytes: we wait for its reader.
#include "common/process/output_pass.h"

namespace picket {

size_t output_pass_some(int fd, std::string_view bytes, int* error) {
  *error = output_pass_wait(fd, bytes);
  return bytes.size();
}

}  // namespace picket
