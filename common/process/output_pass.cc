// common/process/output_pass.cc - what is alike on all systems.
#include "common/process/output_pass.h"

#include <unistd.h>  // mingw has it too

#include <cerrno>

namespace picket {

bool output_pass_add(OutputPass* pass, std::string_view bytes) {
  if (pass->fd < 0 || pass->error != 0) return true;
  if (!bytes.empty()) pass->waiting.append(bytes);
  pass->waiting.erase(0, output_pass_some(pass->fd, pass->waiting, &pass->error));
  if (pass->error != 0) pass->waiting.clear();
  return pass->waiting.empty();
}

int output_pass_wait(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    auto n = write(fd, bytes.data(), unsigned(bytes.size()));
    if (n < 0 && errno != EINTR && errno != EAGAIN) return errno;
    if (n < 0 && errno == EAGAIN) (void)usleep(1000);  // somebody made our descriptor so
    if (n > 0) bytes.remove_prefix(size_t(n));
  }
  return 0;
}

}  // namespace picket
