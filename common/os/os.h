// common/os/os.h - everything that differs between systems: one short list, defined by os_unix.cc and os_win.cc.
//
// Where you want an #ifdef _WIN32 elsewhere, a function is missing here.
#pragma once
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "common/basic/result.h"
#include "common/types/types.h"

namespace picket {

void os_clock_set(int64_t ahead_ns);  // for tests: the wall clock of this process is so far ahead of the machine's
int64_t os_unix_ms();                 // wall clock, milliseconds
int64_t os_unix_ns();                 // wall clock, nanoseconds
int64_t os_mono_ms();                 // never goes back; counts while the machine sleeps where the system can

System os_system_facts();  // hostname, os, platform..., network; reads files, no process is started
std::string os_hostname();
std::vector<std::pair<std::string, std::string>> os_environment();  // names by environment_name (system_names.h)
// Takes the variables that `is_secret` names out of what the program's children inherit and /proc shows; os_environment has them still.
void os_environment_seal(bool (*is_secret)(std::string_view name, std::string_view value));
std::vector<std::string> os_arguments(int argc, char** argv);  // the program's, its name first, in UTF-8
// Overwrites this value where it stands on the program's command line, alone or after a `=`, so that ps does not show it. False: it cannot
// be done here.
bool os_argument_hide(const std::string& value);
// Permission bits as of chmod, whether a name or what it links to; -1: there is no such file, or the system has none.
int os_file_mode(const std::string& path);

Result<std::string> os_read_file(const std::string& path, size_t max = 64u << 20);
// One that somebody else may have put there: a regular file with one name, no link, no pipe (Err::invalid), and never waited for.
Result<std::string> os_read_foreign_file(const std::string& path, size_t max);
// Whole or not at all: temporary file beside it, flushed, renamed. `mode` as in chmod; on Windows it only says whether others may read.
Status os_write_file(const std::string& path, std::string_view text, int mode = 0644);
// The file is its owner's alone (0600): made so when it is absent and `create`, changed when it was open to others. `was`: the mode that
// had to be changed ("0644"), "" otherwise. On Windows the folder's rights are the file's: nothing is done.
Status os_make_private(const std::string& path, bool create, std::string* was);
Status os_make_dirs(const std::string& path, int mode = 0755);
Result<std::vector<std::string>> os_list_dir(const std::string& path);  // names, sorted
// A folder whose files belong to its own group (set-group-ID), so that others may leave something there for the folder's reader.
bool os_is_shared_dir(const std::string& path);
Status os_set_mode(const std::string& path, int mode);  // of what we have just made; nothing on Windows
std::string os_shared_outbox();                         // where packages make one for the outcomes of `picket run`; "" where there is none
Status os_rename(const std::string& from, const std::string& to);  // replaces `to`
// As fopen; null: errno says why. A file that is made gets `mode` and no more, whatever the umask: nobody else reads it unless we say so.
FILE* os_open(const std::string& path, const char* how, int mode = 0600);
bool os_exists(const std::string& path);
bool os_is_dir(const std::string& path);
bool os_is_file(const std::string& path);        // a regular one, or a link to one: opening it waits for nobody
Status os_sync_folder(const std::string& path);  // it and what is in it are on the disk
Status os_remove_tree(const std::string& path);
Status os_remove_file(const std::string& path);  // or what stands there instead of one, but no folder; a link itself, not what it names

std::string os_default_dir(std::string_view what);  // "config", "state", "cache", "log": the system's places
// Where a program of this system looks for a configuration file that lies below /etc on Unix.
std::string os_config_path(const std::string& unix_path);
bool os_random(void* bytes, size_t count);
std::string os_uuid();                           // version 4
int64_t os_resident_kb();                        // memory of this process
void os_raise_file_limit();                      // RLIMIT_NOFILE to its hard limit, 65536 at most: tables are made for it
int os_file_limit();                             // how many files this process may open
void os_ignore_broken_pipes();                   // a write to a closed pipe is an error of that write, not our end
void os_release_code();                          // lets the system take back code pages that only the start needed
void os_service_notify(std::string_view state);  // systemd: "READY=1", "STOPPING=1", "WATCHDOG=1"; elsewhere nothing
Result<std::string> os_trusted_authorities();    // the system's certificate authorities, PEM
const char* os_go_arch();                        // "amd64", "arm64", ...: the architecture's name in Go

// The name services of the system are libraries (/etc/nsswitch.conf), which a static program must not load: those of another libc
// end it. From here on names come from the files of /etc, host names from DNS as well. To be called before anything asks for a name.
void os_own_name_services();

// As process 1 of a container: a child goes on with the program (-1 is returned there, as in any other process), while we hand
// it the signals that come, reap every orphan, and return its exit status when it ends.
int os_run_as_init();

// A command line of the user's (an editor) with a file's name after it, on our terminal; its exit status.
int os_run_with_file(const std::string& command, const std::string& file);
// Echo of the terminal that standard input is; false when it is none.
bool os_terminal_echo(bool on);

}  // namespace picket
