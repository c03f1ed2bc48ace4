// common/os/memory_unix.cc - see memory.h.
#include "common/os/memory.h"

#include <cstdlib>
#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace picket {

void os_spare_memory() {
#ifdef __GLIBC__
  mallopt(M_ARENA_MAX, 1);
  mallopt(M_TRIM_THRESHOLD, 128 * 1024);
  mallopt(M_MMAP_THRESHOLD, 64 * 1024);  // outputs and messages: back as soon as they are freed
#endif
}

}  // namespace picket
