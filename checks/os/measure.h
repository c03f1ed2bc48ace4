// checks/os/measure.h - the measuring edges: facts of this machine, from files and system calls. They may block (a network file
// system that does not answer): they are called on a thread of their own (blocking_worker.h). os_*_unix.cc and os_*_win.cc define them.
#pragma once
#include "checks/facts/facts.h"
#include "common/basic/result.h"

namespace picket {

Result<std::vector<CpuTimes>> os_cpu_times();
Result<MemoryFacts> os_memory();
Result<LoadFacts> os_load();  // Windows has none: Err::unavailable
int os_cpu_count();
Result<std::vector<MountFacts>> os_mounts();
Result<SpaceFacts> os_space(const std::string& path);
Result<UptimeFacts> os_uptime();
Result<std::vector<UserFacts>> os_users();
Result<std::vector<ProcessFacts>> os_processes(bool with_command_lines);
Result<FileFacts> os_file_facts(const std::string& path);  // follows links; not_found when there is none
Result<std::vector<DiskIoFacts>> os_disk_io();
Result<std::vector<InterfaceFacts>> os_interfaces();
Result<ServiceFacts> os_service(const std::string& name);
Result<ContainerFacts> os_container(const std::string& cgroup_dir);  // "": our own
// Bytes of a file from `offset` on, `max` at most; and what makes it that file whatever its name is.
struct FileId {
  uint64_t device = 0, number = 0;
  int64_t size = 0;
  bool regular = true;
};
Result<FileId> os_file_id(const std::string& path);
Result<std::string> os_read_range(const std::string& path, int64_t offset, size_t max);

bool os_shell_is_posix();  // how commands are split into words: sh, or cmd

}  // namespace picket
