// cli/verbs/ctl_backup.cc - backup: the whole store as one file, from the running backend; restore: such a file into the state
// directory of a backend that does not run.
#include <uv.h>

#include <cstdio>

#include "backend/shared/backend.h"
#include "cli/show/ctl_resource.h"
#include "common/os/os.h"
#include "common/os/file_lock.h"

namespace picket {
namespace {

constexpr std::string_view kSqliteMagic("SQLite format 3\0", 16);

std::string bytes_text(size_t n) { return n < 10'000 ? std::to_string(n) + " bytes" : std::to_string(n / 1000) + " kB"; }

// Opens the store as the backend would: refuses what is damaged or too new, brings an old schema up to date.
Status try_store(const std::string& path) {
  uv_loop_t loop;
  if (uv_loop_init(&loop) != 0) return fail(Err::io, "cannot create an event loop: no file descriptor available");
  Result<Store*> store = store_open(&loop, path);
  if (store.ok()) store_close(store.value, [] {});
  uv_run(&loop, UV_RUN_DEFAULT);
  uv_loop_close(&loop);
  return store.status;
}

Status copy_file(const std::string& from, const std::string& to) {
  FILE* in = os_open(from, "rb");
  if (!in) return fail(Err::io, "cannot read " + from);
  FILE* out = os_open(to, "wb");
  if (!out) return fclose(in), fail(Err::io, "cannot write " + to);
  char buffer[1u << 16];
  bool fine = true;
  while (size_t n = fread(buffer, 1, sizeof buffer, in)) fine &= fwrite(buffer, 1, n, out) == n;
  fine &= !ferror(in);
  fclose(in);
  fine &= fclose(out) == 0;
  return fine ? Status() : fail(Err::io, "copying " + from + " to " + to + " failed; is the disk full?");
}

Status check_magic(const std::string& path) {
  if (os_exists(path) && !os_is_file(path))
    return fail(Err::invalid, path + " is no file: a backup is read twice, so a pipe or a folder cannot be one");
  FILE* in = os_open(path, "rb");
  if (!in) return fail(Err::not_found, "cannot read " + path);
  char head[16] = {};
  size_t n = fread(head, 1, sizeof head, in);
  fclose(in);
  if (n == sizeof head && std::string_view(head, n) == kSqliteMagic) return {};
  return fail(Err::invalid, path + " is not a backup: it has no SQLite header");
}

}  // namespace

Status run_backup(Ctl& ctl) {
  if (Status s = need_args(ctl, 1); !s.ok()) return s;
  std::string path = ctl.args[0], partial = path + ".partial";
  if (Status s = os_write_file(partial, "", 0600); !s.ok()) return s;  // nobody else reads it, not even half of it
  FILE* file = os_open(partial, "wb");
  if (!file) return fail(Err::io, "cannot write " + partial);
  size_t size = 0;
  bool written = true;
  CtlReply reply = client_stream(ctl, "/api/picket/v1/backup", [&](std::string_view bytes) {
    size += bytes.size();
    return written = fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  });
  written = fclose(file) == 0 && written;
  Status s = reply.transport.ok() && reply.code == 404
      ? fail(Err::not_found, "this backend does not support backups: it is not picket, or an older version")
      : reply_status(reply);
  if (!written) s = fail(Err::io, "writing " + partial + " failed; is the disk full?");
  if (s.ok()) s = check_magic(partial);
  if (s.ok()) s = os_rename(partial, path);
  if (!s.ok()) return (void)os_remove_tree(partial), s;
  return say(ctl, "Saved " + bytes_text(size) + " to " + path + ". It contains password hashes and the signing key: protect it.");
}

// A store and what SQLite keeps beside it while it is open, or after a bad end.
static Status rename_store(const std::string& from, const std::string& to) {
  for (const char* tail : {"-wal", "-shm"}) {
    (void)os_remove_tree(to + tail);
    if (!os_exists(from + tail)) continue;
    if (Status s = os_rename(from + tail, to + tail); !s.ok()) return s;
  }
  return os_rename(from, to);
}

// root restores, the backend's user opens the store afterwards: what is made here belongs to the folder's owner.
static Status own_as_folder(const std::string& folder, const std::string& path) {
  uv_fs_t asked{}, changed{};
  int error = uv_fs_stat(nullptr, &asked, folder.c_str(), nullptr);
  if (error == 0)
    error = uv_fs_chown(nullptr, &changed, path.c_str(), static_cast<uv_uid_t>(asked.statbuf.st_uid),
                        static_cast<uv_gid_t>(asked.statbuf.st_gid), nullptr);
  uv_fs_req_cleanup(&asked);
  uv_fs_req_cleanup(&changed);
  return error == 0
      ? Status{}
      : fail(Err::io, "give " + path + " the owner of " + folder + ": " + uv_strerror(error) + "; restore as root or as that user");
}

// The present store is kept beside the restored one, so that a mistake can be taken back.
static Status restore_store(const std::string& file, const std::string& dir, const std::string& store) {
  std::string fresh = store + ".restore", kept = store + ".before-restore";
  Status s = os_write_file(fresh, "", 0600);
  if (s.ok()) s = copy_file(file, fresh);
  if (s.ok()) s = store_is_ours(fresh);
  if (s.ok()) s = try_store(fresh);
  if (s.ok()) s = own_as_folder(dir, fresh);
  if (s.ok() && os_exists(store)) s = rename_store(store, kept);
  if (s.ok()) s = rename_store(fresh, store);
  for (const char* tail : {"", "-wal", "-shm"}) (void)os_remove_tree(fresh + tail);
  return s;
}

Status run_restore(Ctl& ctl) {
  if (Status s = need_args(ctl, 1); !s.ok()) return s;
  std::string dir = flag_text(ctl, "state-dir"), file = ctl.args[0];
  if (dir.empty()) dir = os_default_dir("state");
  std::string store = dir + "/picket.db";
  if (Status s = check_magic(file); !s.ok()) return s;
  if (Status s = os_make_dirs(dir, 0700); !s.ok()) return s;
  if (!os_exists(store) && os_exists(dir + "/backend/picket.db"))  // an edge's: this would be a database that nobody reads
    return fail(Err::invalid,
                dir + " is the state-dir of an edge, whose database is in " + dir + "/backend: use --state-dir " + dir + "/backend");
  Result<intptr_t> lock = backend_lock(dir);
  if (lock.status.code == Err::exists) return fail(Err::precondition, "a backend is using " + store + ": stop the backend first");
  if (!lock.ok() && os_exists(store + "-wal") && !flag_on(ctl, "force"))
    return fail(Err::precondition,
                "a backend may be using " + store + ", which cannot be locked here: if no backend is running, use --force");
  if (lock.ok() && os_exists(dir + "/backend.lock")) (void)own_as_folder(dir, dir + "/backend.lock");  // made by us where none was
  bool had_one = os_exists(store);
  Status s = restore_store(file, dir, store);
  if (lock.ok()) os_unlock_file(lock.value);
  if (!s.ok()) return s;
  return say(ctl,
             "Restored " + file + " to " + store + ". Start the backend." +
                 (had_one ? " The previous database is " + store + ".before-restore." : ""));
}

}  // namespace picket
