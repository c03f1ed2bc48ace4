// common/assets/unpack.cc - libarchive and nothing else of it anywhere; see unpack.h.
#include "common/assets/unpack.h"

#include <archive.h>
#include <archive_entry.h>

#include <cstdio>
#include <memory>
#include <set>

#include "common/rules/asset_rules.h"
#include "common/tls/crypto.h"
#include "common/os/os.h"
#include "common/basic/system_names.h"

namespace picket {
namespace {

struct ReadFree { void operator()(archive* a) const { archive_read_free(a); } };
struct WriteFree { void operator()(archive* a) const { archive_write_free(a); } };
using Reader = std::unique_ptr<archive, ReadFree>;
using Writer = std::unique_ptr<archive, WriteFree>;

Status archive_failure(archive* a) {
  const char* text = archive_error_string(a);
  return fail(Err::invalid, text ? text : "archive is damaged");
}

Reader reader_open(const std::string& file, Status* s) {
  Reader in(archive_read_new());
  archive_read_support_filter_gzip(in.get());
  archive_read_support_format_tar(in.get());
  if (archive_read_open_filename(in.get(), file.c_str(), 64 << 10) != ARCHIVE_OK) *s = archive_failure(in.get());
  return in;
}

Status data_copy(archive* in, archive* out, uint64_t most, uint64_t* bytes) {
  const void* block;
  size_t size;
  la_int64_t offset;
  for (;;) {
    int r = archive_read_data_block(in, &block, &size, &offset);
    if (r == ARCHIVE_EOF) return {};
    if (r != ARCHIVE_OK) return archive_failure(in);
    *bytes += size;
    if (*bytes > most) return fail(Err::too_large, "unpacked size exceeds " + asset_size_text(most));
    if (archive_write_data_block(out, block, size, offset) < 0) return archive_failure(out);
  }
}

// The folders above it, which libarchive would make with whatever rights the umask leaves. `made`: those that are there.
Status parents_make(const std::string& folder, const std::string& placed, size_t most, std::set<std::string>* made) {
  const size_t slash = placed.rfind('/');
  if (slash == placed.npos || made->count(placed.substr(0, slash))) return {};
  for (size_t end = placed.find('/'); end != placed.npos; end = placed.find('/', end + 1)) made->insert(placed.substr(0, end));
  if (made->size() > most) return {};  // refused by the caller
  return os_make_dirs(folder + "/" + placed.substr(0, slash), 0755);
}

// Decides where the entry goes and makes it harmless: no owner, no special bits, no devices.
Status entry_place(archive_entry* entry, const std::string& folder, ArchivePaths* paths, std::string* place) {
  const char* name = archive_entry_pathname(entry);
  Result<std::string> placed = paths->place(name ? name : "");
  if (!placed.ok()) return placed.status;
  if (const char* target = archive_entry_hardlink(entry)) {
    Result<std::string> to = paths->place(target);
    if (!to.ok()) return to.status;
    archive_entry_set_hardlink(entry, (folder + "/" + to.value).c_str());
  } else {
    auto type = archive_entry_filetype(entry);
    if (type == AE_IFLNK) {
      const char* target_of = archive_entry_symlink(entry);
      if (Status s = paths->link(placed.value, target_of ? target_of : ""); !s.ok()) return s;
    } else if (type != AE_IFREG && type != AE_IFDIR) {
      return fail(Err::invalid, "archive contains \"" + placed.value + "\", which is not a file, directory or link");
    }
  }
  *place = placed.value;
  // Others read and run what is here: nobody but us may change it.
  bool is_folder = archive_entry_filetype(entry) == AE_IFDIR;
  archive_entry_set_perm(entry, (archive_entry_perm(entry) & 0755) | (is_folder ? 0700 : 0400));
  archive_entry_set_pathname(entry, (placed.value.empty() ? folder : folder + "/" + placed.value).c_str());
  return {};
}

Status unpack_into(const std::string& file, const std::string& folder, UnpackBounds bounds) {
  Status s;
  Reader in = reader_open(file, &s);
  if (!s.ok()) return s;
  Writer out(archive_write_disk_new());
  archive_write_disk_set_options(out.get(), ARCHIVE_EXTRACT_PERM | ARCHIVE_EXTRACT_TIME | ARCHIVE_EXTRACT_UNLINK);
  ArchivePaths paths;
  uint64_t bytes = 0;
  std::set<std::string> parents;
  std::string place;
  archive_entry* entry;
  for (size_t count = 1;; count++) {
    int r = archive_read_next_header(in.get(), &entry);
    if (r == ARCHIVE_EOF) break;
    if (r < ARCHIVE_WARN) return archive_failure(in.get());
    if (s = entry_place(entry, folder, &paths, &place); !s.ok()) return s;
    if (s = parents_make(folder, place, bounds.entries, &parents); !s.ok()) return s;
    if (count > bounds.entries || parents.size() > bounds.entries)
      return fail(Err::too_large, "archive has more than " + std::to_string(bounds.entries) + " files and directories");
    if (archive_write_header(out.get(), entry) < ARCHIVE_WARN) return archive_failure(out.get());
    if (s = data_copy(in.get(), out.get(), bounds.bytes, &bytes); !s.ok()) return s;
  }
  return archive_write_close(out.get()) == ARCHIVE_OK ? Status{} : archive_failure(out.get());
}

std::string first_word(const std::string& command) {
  size_t first = command.find_first_not_of(" \t");
  if (first == command.npos) return {};
  if (command[first] == '"') return command.substr(first + 1, command.find('"', first + 1) - first - 1);
  return command.substr(first, command.find_first_of(" \t", first) - first);
}

bool is_file(const std::string& path) { return os_exists(path) && !os_is_dir(path); }

// The file itself when its name has an ending; "" when there is none.
std::string program_file(const std::string& path) {
  bool has_ending = path.find('.', path.find_last_of(kDirectorySigns) + 1) != path.npos;
  if (has_ending && is_file(path)) return path;
  for (std::string_view ending : kProgramEndings)
    if (is_file(path + std::string(ending))) return path + std::string(ending);
  return {};
}

}  // namespace

Status archive_unpack(const std::string& file, const std::string& folder, UnpackBounds bounds) {
  std::string temporary = folder + ".unpacking";
  if (os_exists(temporary))
    if (Status s = os_remove_tree(temporary); !s.ok()) return s;  // a run that was killed left it
  if (Status s = os_make_dirs(temporary, 0755); !s.ok()) return s;
  Status s = unpack_into(file, temporary, bounds);
  if (s.ok()) s = os_sync_folder(temporary);  // the name says that it is whole: also after a power cut
  if (s.ok()) s = os_rename(temporary, folder);
  if (!s.ok()) (void)os_remove_tree(temporary);
  return s;
}

Result<std::string> file_sha512(const std::string& path) {
  std::unique_ptr<FILE, int (*)(FILE*)> file(os_open(path, "rb"), fclose);
  if (!file) return fail(Err::not_found, "open " + path + " failed");
  Sha512 sum;
  std::string block(64 << 10, '\0');
  for (size_t n; (n = fread(block.data(), 1, block.size(), file.get())) > 0;) sum.add({block.data(), n});
  if (ferror(file.get())) return fail(Err::io, "read " + path + " failed");
  return sum.hex();
}

Result<std::string> program_path(const std::string& command, const std::vector<std::string>& env) {
  std::string word = first_word(command);
  if (word.empty()) return fail(Err::invalid, "the command is empty");
  if (word.find_first_of(kDirectorySigns) != word.npos) {
    std::string file = program_file(word);
    return file.empty() ? word : file;
  }
  for (const std::string& entry : env) {
    if (entry.compare(0, 5, "PATH=") != 0) continue;
    std::string rest = entry.substr(5);
    while (!rest.empty()) {
      size_t end = rest.find(kPathListSeparator);
      std::string file = program_file(rest.substr(0, end) + "/" + word);
      rest = end == rest.npos ? "" : rest.substr(end + 1);
      if (!file.empty()) return file;
    }
  }
  return fail(Err::not_found, "no program \"" + word + "\" in PATH");
}

}  // namespace picket
