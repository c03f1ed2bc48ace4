// common/os/os_unix.cc - os.h for Linux and its relatives. The facts about the system are in facts_unix.cc.
#include <dirent.h>
#ifdef __linux__
#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#endif
#include <fcntl.h>
#include <ftw.h>
#ifdef __GLIBC__
#include <nss.h>
#endif
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "common/os/os.h"

extern char** environ;

namespace picket {
namespace {

Status system_error(const std::string& doing, int error) {
  Err code = error == ENOENT ? Err::not_found : error == EACCES || error == EPERM ? Err::denied : error == EEXIST ? Err::exists : Err::io;
  return fail(code, doing + ": " + strerror(error));
}

int64_t clock_ns(clockid_t clock) {
  timespec t{};
  clock_gettime(clock, &t);
  return int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec;
}

struct Fd {
  int fd;
  explicit Fd(int f) : fd(f) {}
  ~Fd() {
    if (fd >= 0) close(fd);
  }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
};

int write_all(int fd, std::string_view text) {  // 0 or errno
  while (!text.empty()) {
    ssize_t n = write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno;
    text.remove_prefix(static_cast<size_t>(n));
  }
  return 0;
}

std::string directory_of(const std::string& path) {
  size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// A rename is on the disk when its directory is. Some file systems refuse to sync one: nothing more can be done there.
void directory_sync(const std::string& path) {
  Fd dir(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (dir.fd >= 0) (void)fsync(dir.fd);
}

int write_temporary(const std::string& path, std::string_view text, int mode) {  // 0 or errno
  Fd file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (file.fd < 0) return errno;
  if (int error = write_all(file.fd, text)) return error;
  if (fchmod(file.fd, static_cast<mode_t>(mode)) != 0) return errno;
  return fsync(file.fd) != 0 ? errno : 0;
}

std::atomic<int64_t> clock_ahead_ns{0};

int remove_one(const char* path, const struct stat*, int, struct FTW*) { return remove(path); }

// What was taken out of the environment (os_environment_seal).
std::vector<std::pair<std::string, std::string>>& sealed_environment() {
  static std::vector<std::pair<std::string, std::string>> variables;
  return variables;
}

std::pair<int, char**>& command_line() {
  static std::pair<int, char**> words{0, nullptr};
  return words;
}

void bytes_wipe(char* bytes, size_t count) {  // where the compiler sees that nobody reads them
  for (volatile char* p = bytes; count > 0; count--) *p++ = 0;
}

}  // namespace

int64_t os_unix_ns() { return clock_ns(CLOCK_REALTIME) + clock_ahead_ns.load(std::memory_order_relaxed); }
void os_clock_set(int64_t ahead_ns) { clock_ahead_ns = ahead_ns; }
int64_t os_unix_ms() { return os_unix_ns() / 1'000'000; }

int64_t os_mono_ms() {
#ifdef CLOCK_BOOTTIME
  return clock_ns(CLOCK_BOOTTIME) / 1'000'000;
#else
  return clock_ns(CLOCK_MONOTONIC) / 1'000'000;
#endif
}

std::string os_hostname() {
  char name[256] = {};
  if (gethostname(name, sizeof name - 1) != 0 || name[0] == 0) return "unidentified-hostname";
  return name;
}

std::vector<std::pair<std::string, std::string>> os_environment() {
  std::vector<std::pair<std::string, std::string>> all;
  for (char** e = environ; e && *e; e++)
    if (const char* eq = strchr(*e, '=')) all.emplace_back(std::string(*e, static_cast<size_t>(eq - *e)), eq + 1);
  all.insert(all.end(), sealed_environment().begin(), sealed_environment().end());
  return all;
}

void os_environment_seal(bool (*is_secret)(std::string_view name, std::string_view value)) {
  char** kept = environ;
  for (char** e = environ; e && *e; e++) {
    char* eq = strchr(*e, '=');
    std::string name(*e, eq ? static_cast<size_t>(eq - *e) : 0);
    if (eq && is_secret(name, eq + 1)) {
      sealed_environment().emplace_back(name, eq + 1);
      bytes_wipe(eq + 1, strlen(eq + 1));
    } else {
      *kept++ = *e;
    }
  }
  if (kept) *kept = nullptr;
}

std::vector<std::string> os_arguments(int argc, char** argv) {
  command_line() = {argc, argv};
  return {argv, argv + argc};
}

// Alone, after a `=` or `-p`, or as one of a list.
static bool is_argument_of(std::string_view word, size_t at, size_t size) {
  bool begins = at == 0 || word[at - 1] == '=' || word[at - 1] == ',' || (at == 2 && word[0] == '-');
  return begins && (at + size == word.size() || word[at + size] == ',');
}

bool os_argument_hide(const std::string& value) {
  if (value.empty()) return true;
  for (int i = 1; i < command_line().first; i++) {
    char* bytes = command_line().second[i];
    std::string_view word = bytes;
    for (size_t at = 0; (at = word.find(value, at)) != word.npos; at += value.size())
      if (is_argument_of(word, at, value.size())) memset(bytes + at, 'x', value.size());
  }
  return true;
}

int os_file_mode(const std::string& path) {
  struct stat s;
  return stat(path.c_str(), &s) == 0 ? static_cast<int>(s.st_mode & 07777) : -1;
}

std::string os_config_path(const std::string& unix_path) { return unix_path; }

static Result<std::string> read_all(int fd, const std::string& path, size_t max) {
  std::string text;
  char buffer[32 * 1024];
  for (;;) {
    ssize_t n = read(fd, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return system_error("read " + path, errno);
    if (n == 0) return text;
    if (text.size() + static_cast<size_t>(n) > max)
      return fail(Err::too_large, "read " + path + ": larger than " + std::to_string(max) + " bytes");
    text.append(buffer, static_cast<size_t>(n));
  }
}

Result<std::string> os_read_file(const std::string& path, size_t max) {
  Fd file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.fd < 0) return system_error("read " + path, errno);
  return read_all(file.fd, path, max);
}

Result<std::string> os_read_foreign_file(const std::string& path, size_t max) {
  const Status odd = fail(Err::invalid, "read " + path + ": not a regular file with a single link; another user may have created it");
  Fd file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
  if (file.fd < 0 && (errno == ELOOP || errno == EMLINK || errno == ENXIO || errno == EOPNOTSUPP)) return odd;  // a link; a socket
  if (file.fd < 0) return system_error("read " + path, errno);
  struct stat st;
  if (fstat(file.fd, &st) != 0) return system_error("read " + path, errno);
  if (!S_ISREG(st.st_mode) || st.st_nlink > 1) return odd;
  return read_all(file.fd, path, max);
}

Status os_write_file(const std::string& path, std::string_view text, int mode) {
  static int serial = 0;
  std::string temporary =
      path + ".tmp-" + std::to_string(getpid()) + "-" + std::to_string(__atomic_add_fetch(&serial, 1, __ATOMIC_RELAXED));
  int error = write_temporary(temporary, text, mode);
  if (error == 0 && rename(temporary.c_str(), path.c_str()) != 0) error = errno;
  if (error != 0) {
    if (error != EEXIST) (void)unlink(temporary.c_str());
    return system_error("write " + path, error);
  }
  directory_sync(directory_of(path));
  return {};
}

Status os_make_private(const std::string& path, bool create, std::string* was) {
  was->clear();
  int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | (create ? O_CREAT : 0), 0600);
  if (fd < 0) return errno == ENOENT && !create ? Status{} : system_error("open " + path, errno);
  struct stat st;
  int error = fstat(fd, &st) == 0 ? 0 : errno;
  if (error == 0 && S_ISREG(st.st_mode) && (st.st_mode & 077) != 0) {
    char text[16];
    snprintf(text, sizeof text, "%04o", static_cast<unsigned>(st.st_mode & 07777));
    *was = text;
    if (fchmod(fd, 0600) != 0) error = errno;
  }
  close(fd);
  return error == 0 ? Status{} : system_error("make " + path + " readable only by its owner", error);
}

Status os_make_dirs(const std::string& path, int mode) {
  if (path.empty()) return fail(Err::invalid, "make directory: the path is empty");
  for (size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    std::string part = path.substr(0, end);
    if (mkdir(part.c_str(), static_cast<mode_t>(mode)) != 0 && !os_is_dir(part)) return system_error("make directory " + part, errno);
    if (end == std::string::npos) return {};
  }
}

Result<std::vector<std::string>> os_list_dir(const std::string& path) {
  DIR* dir = opendir(path.c_str());
  if (!dir) return system_error("list " + path, errno);
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* entry = readdir(dir)) {
    if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) names.emplace_back(entry->d_name);
    errno = 0;
  }
  int error = errno;
  closedir(dir);
  if (error != 0) return system_error("list " + path, error);
  std::sort(names.begin(), names.end());
  return names;
}

Status os_rename(const std::string& from, const std::string& to) {
  return rename(from.c_str(), to.c_str()) == 0 ? Status{} : system_error("rename " + from + " to " + to, errno);
}

Status os_remove_file(const std::string& path) {
  return unlink(path.c_str()) == 0 || errno == ENOENT ? Status{} : system_error("remove " + path, errno);
}

FILE* os_open(const std::string& path, const char* how, int mode) {
  const int flags = how[0] == 'r' ? O_RDONLY : O_WRONLY | O_CREAT | (how[0] == 'a' ? O_APPEND : O_TRUNC);
  int fd = open(path.c_str(), flags | O_CLOEXEC, static_cast<mode_t>(mode));
  return fd < 0 ? nullptr : fdopen(fd, how);
}

bool os_exists(const std::string& path) {
  struct stat s;
  return stat(path.c_str(), &s) == 0;
}

bool os_is_dir(const std::string& path) {
  struct stat s;
  return stat(path.c_str(), &s) == 0 && S_ISDIR(s.st_mode);
}

bool os_is_file(const std::string& path) {
  struct stat s;
  return stat(path.c_str(), &s) == 0 && S_ISREG(s.st_mode);
}

Status os_sync_folder(const std::string& path) {
  Fd dir(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (dir.fd < 0) return system_error("sync " + path, errno);
#ifdef __linux__
  if (syncfs(dir.fd) != 0) return system_error("sync " + path, errno);
#else
  sync();
#endif
  return {};
}

bool os_is_shared_dir(const std::string& path) {
  struct stat s;
  return !path.empty() && stat(path.c_str(), &s) == 0 && S_ISDIR(s.st_mode) && (s.st_mode & S_ISGID);
}

Status os_set_mode(const std::string& path, int mode) {
  return chmod(path.c_str(), static_cast<mode_t>(mode)) == 0 ? Status{} : system_error("set the mode of " + path, errno);
}

std::string os_shared_outbox() { return "/var/lib/picket/outbox"; }

Status os_remove_tree(const std::string& path) {
  struct stat s;
  if (lstat(path.c_str(), &s) != 0) return errno == ENOENT ? Status{} : system_error("remove " + path, errno);
  if (nftw(path.c_str(), remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0) return system_error("remove " + path, errno);
  return {};
}

// root has the system's places, others their own (the XDG ones).
std::string os_default_dir(std::string_view what) {
  struct Row { std::string_view what; const char *system, *variable, *home; };
  static const Row kRows[] = {
      {"config", "/etc/picket", "XDG_CONFIG_HOME", "/.config"},
      {"state", "/var/lib/picket", "XDG_STATE_HOME", "/.local/state"},
      {"cache", "/var/cache/picket", "XDG_CACHE_HOME", "/.cache"},
      {"log", "/var/log/picket", "XDG_STATE_HOME", "/.local/state"},
  };
  for (const Row& row : kRows) {
    if (row.what != what) continue;
    const char *own = getenv(row.variable), *home = getenv("HOME");
    if (geteuid() == 0) return row.system;
    std::string tail = what == "log" ? "/picket/log" : "/picket";
    if (own && *own) return own + tail;
    return home && *home ? std::string(home) + row.home + tail : std::string(row.system);
  }
  return {};
}

bool os_random(void* bytes, size_t count) {
  static const int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
  char* at = static_cast<char*>(bytes);
  while (count > 0) {
    ssize_t n = fd < 0 ? -1 : read(fd, at, count);
    if (n < 0 && errno == EINTR && fd >= 0) continue;
    if (n <= 0) return false;
    at += n;
    count -= static_cast<size_t>(n);
  }
  return true;
}

int64_t os_resident_kb() {
  Result<std::string> statm = os_read_file("/proc/self/statm", 4096);
  if (!statm.ok()) return 0;
  size_t blank = statm.value.find(' ');
  if (blank == std::string::npos) return 0;
  return atoll(statm.value.c_str() + blank) * (sysconf(_SC_PAGESIZE) / 1024);
}

#ifdef __linux__
// The pages stay in the page cache; what is needed again is mapped again at its first use. Only what cannot be written
// is let go: text and constants of the program itself, which comes first in the list. What was freed goes back, too.
void os_release_code() {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
  dl_iterate_phdr(
      [](dl_phdr_info* program, size_t, void*) {
        const auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
        for (int i = 0; i < program->dlpi_phnum; i++) {
          const auto& part = program->dlpi_phdr[i];
          if (part.p_type != PT_LOAD || (part.p_flags & PF_W) != 0) continue;
          const uintptr_t begin = (program->dlpi_addr + part.p_vaddr) & ~(page - 1);
          (void)madvise(reinterpret_cast<void*>(begin), program->dlpi_addr + part.p_vaddr + part.p_memsz - begin, MADV_DONTNEED);
        }
        return 1;
      },
      nullptr);
}
#else
void os_release_code() {}
#endif

void os_raise_file_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 65536);
  (void)setrlimit(RLIMIT_NOFILE, &limit);
}

int os_file_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
  return static_cast<int>(std::min<rlim_t>(limit.rlim_cur, 1 << 20));
}

Result<std::string> os_trusted_authorities() {
  if (const char* own = getenv("SSL_CERT_FILE"); own && *own) return os_read_file(own, 16u << 20);
  static const char* kBundles[] = {
      "/etc/ssl/certs/ca-certificates.crt",                 // Debian, Arch, Alpine
      "/etc/pki/tls/certs/ca-bundle.crt",                   // Fedora, RHEL
      "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // RHEL
      "/etc/ssl/ca-bundle.pem",                             // SUSE
      "/etc/ssl/cert.pem",                                  // BSD, macOS
  };
  for (const char* path : kBundles)
    if (os_exists(path)) return os_read_file(path, 16u << 20);
  return fail(Err::not_found, "no CA certificates found on this system; install ca-certificates or set a CA file");
}

int os_run_with_file(const std::string& command, const std::string& file) {
  std::string word = "'";  // one word for the shell, whatever is in it
  for (char c : file) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return system((command + " " + word + "'").c_str());
}

bool os_terminal_echo(bool on) {
  termios settings{};
  if (tcgetattr(STDIN_FILENO, &settings) != 0) return false;
  if (on) settings.c_lflag |= ECHO;
  else settings.c_lflag &= ~tcflag_t(ECHO);
  return tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings) == 0;
}

void os_service_notify(std::string_view state) {
  const char* path = getenv("NOTIFY_SOCKET");
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (!path || (path[0] != '/' && path[0] != '@') || strlen(path) >= sizeof address.sun_path) return;
  memcpy(address.sun_path, path, strlen(path));
  if (path[0] == '@') address.sun_path[0] = 0;  // the abstract name space
  Fd socket_fd(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (socket_fd.fd < 0) return;
  socklen_t size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + strlen(path));
  (void)sendto(socket_fd.fd, state.data(), state.size(), MSG_NOSIGNAL, reinterpret_cast<sockaddr*>(&address), size);
}

void os_ignore_broken_pipes() { signal(SIGPIPE, SIG_IGN); }

// Users and groups in every build: asking a directory may take long (process_unix.cc has another way). Hosts where we are
// static; elsewhere the system's libraries fit, and know mDNS and the like.
void os_own_name_services() {
#ifdef __GLIBC__
  for (const char* database : {"passwd", "group", "shadow", "gshadow", "initgroups", "networks", "protocols", "services", "rpc", "ethers",
                               "netgroup", "aliases", "publickey"})
    (void)__nss_configure_lookup(database, "files");
#ifdef PICKET_STATIC
  (void)__nss_configure_lookup("hosts", "files dns");
#endif
#endif
}

static volatile pid_t init_child = 0;

int os_run_as_init() {
  if (getpid() != 1) return -1;
  sigset_t forwarded, before;
  sigemptyset(&forwarded);
  for (int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2}) sigaddset(&forwarded, signal);
  sigprocmask(SIG_BLOCK, &forwarded, &before);  // none may come before there is somebody to hand it to
  pid_t child = fork();
  if (child <= 0) {
    sigprocmask(SIG_SETMASK, &before, nullptr);
    return -1;  // also when there is no second process to be had: then we do the work ourselves
  }
  init_child = child;
  struct sigaction action {};
  action.sa_handler = [](int signal) { kill(init_child, signal); };
  for (int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2}) sigaction(signal, &action, nullptr);
  sigprocmask(SIG_UNBLOCK, &forwarded, nullptr);  // also those that our caller holds back: the child does so itself
  for (;;) {
    int status = 0;
    pid_t ended = waitpid(-1, &status, 0);
    if (ended == child) return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    if (ended < 0 && errno != EINTR) return 1;
  }
}

}  // namespace picket
