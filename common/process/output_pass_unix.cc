// common/process/output_pass_unix.cc - a pipe that poll(2) calls writable takes PIPE_BUF bytes without waiting, and not surely more.
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>

#include "common/process/output_pass.h"

namespace picket {

size_t output_pass_some(int fd, std::string_view bytes, int* error) {
  size_t done = 0;
  while (done < bytes.size()) {
    pollfd ready{fd, POLLOUT, 0};
    if (poll(&ready, 1, 0) <= 0) break;
    ssize_t n = write(fd, bytes.data() + done, std::min<size_t>(bytes.size() - done, PIPE_BUF));
    if (n >= 0) done += size_t(n);
    else if (errno == EAGAIN) break;
    else if (errno != EINTR) return *error = errno, done;
  }
  return done;
}

}  // namespace picket
