// common/process/process_start_uv.cc - a child by uv_spawn: Windows, and where posix_spawn or the process descriptor is missing.
#include "common/process/process_os.h"

namespace picket {
namespace {

struct UvChild {
  uv_process_t process{};
  ProcessExited exited = nullptr;
};

}  // namespace

int process_start_uv(uv_loop_t* loop, uv_process_options_t& options, ProcessExited exited, ProcessChild* child) {
  UvChild* c = new UvChild;
  c->exited = exited;
  options.exit_cb = [](uv_process_t* process, int64_t status, int signal) {
    reinterpret_cast<UvChild*>(process)->exited(reinterpret_cast<uv_handle_t*>(process), status, signal);
  };
  int error = uv_spawn(loop, &c->process, &options);  // initialised also when it fails: it has to be closed
  *child = {reinterpret_cast<uv_handle_t*>(&c->process), c->process.pid, 0, [](uv_handle_t* h) { delete reinterpret_cast<UvChild*>(h); }};
  return error;
}

}  // namespace picket
