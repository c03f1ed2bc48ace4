// agent/edge/spool_files.h - the files of the spool as they are: SpoolDisk over libuv's file calls.
#pragma once
#include "agent/core/spool_disk.h"

namespace picket {

const SpoolDisk& spool_disk_real();

}  // namespace picket
