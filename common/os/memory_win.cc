// common/os/memory_win.cc - see memory.h: the system's heap is one already.
#include "common/os/memory.h"

namespace picket {

void os_spare_memory() {}

}  // namespace picket
