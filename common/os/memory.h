// common/os/memory.h - how freely this process takes memory.
#pragma once

namespace picket {

// Before the first thread: all threads share one heap, and what is freed at its end goes back early. Costs a lock where many
// threads allocate at once, which nothing of ours does on an agent.
void os_spare_memory();

}  // namespace picket
