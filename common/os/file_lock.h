// common/os/file_lock.h - a file that one process at a time may hold.
#pragma once
#include <cstdint>
#include <string>

#include "common/basic/result.h"

namespace picket {

// Takes the file until os_unlock_file or the end of this process, however it ends, and writes our pid into it.
// Err::exists: another process has it; the message names its pid. Other errors: files cannot be locked here.
Result<intptr_t> os_lock_file(const std::string& path);
void os_unlock_file(intptr_t lock);  // the file stays: removing it would let two hold it

}  // namespace picket
