// checks/run/file_preload.cc - see file_preload.h. Bundles of authorities are kept as long as their text stays the same: reading one takes
// a
// twentieth of the time of parsing it.
#include "checks/run/file_preload.h"

#include <algorithm>
#include <list>
#include <mutex>

#include "checks/os/ping.h"
#include "common/tls/crypto.h"
#include "common/os/os.h"
#include "common/process/blocking_worker.h"

namespace picket {
namespace {

constexpr size_t kPemMax = 16u << 20;
constexpr size_t kSecretMax = 64u << 10;

Result<std::string> file_text(const std::string& path, size_t max) {
  if (path.empty()) return std::string();
  work_note(path);
  return os_read_file(path, max);
}

Result<std::shared_ptr<TlsAuthorities>> trust_parsed(const std::string& pem) {
  struct Kept {
    std::string hash;
    std::shared_ptr<TlsAuthorities> authorities;
  };
  static std::mutex mutex;  // over the list; two that parse the same at once do no harm
  static std::list<Kept> kept;
  const std::string hash = sha256(pem);
  {
    std::lock_guard<std::mutex> lock(mutex);
    auto it = std::find_if(kept.begin(), kept.end(), [&](const Kept& k) { return k.hash == hash; });
    if (it != kept.end()) return kept.splice(kept.begin(), kept, it), it->authorities;
  }
  Result<std::shared_ptr<TlsAuthorities>> parsed = tls_authorities(pem);
  if (!parsed.ok()) return parsed;
  std::lock_guard<std::mutex> lock(mutex);
  kept.push_front({hash, parsed.value});
  if (kept.size() > kTrustsKept) kept.pop_back();
  return parsed;
}

Status trust_read(const Options& o, TlsMaterial* m) {
  const std::string& ca_file = o.text("ca-file");
  work_note("the system's CA certificates");
  Result<std::string> authorities = ca_file.empty() ? os_trusted_authorities() : file_text(ca_file, kPemMax);
  Result<std::string> certificate = file_text(o.text("cert-file"), kPemMax), key = file_text(o.text("key-file"), kPemMax);
  if (!authorities.ok() && !ca_file.empty()) return authorities.status;  // without any, every certificate is from strangers
  if (!certificate.ok()) return certificate.status;
  if (!key.ok()) return key.status;
  m->look = true;
  m->certificate = std::move(certificate.value), m->key = std::move(key.value);
  if (!authorities.ok() || authorities.value.empty()) return {};
  Result<std::shared_ptr<TlsAuthorities>> parsed = trust_parsed(authorities.value);
  m->parsed = std::move(parsed.value);
  return parsed.ok() ? Status{} : because(ca_file.empty() ? "the system's CA certificates" : ca_file, parsed.status);
}

Status secret_read(const Options& o, std::string* secret) {
  const char* name = o.values.count("password-file") ? "password-file" : "authorization-file";
  Result<std::string> text = file_text(o.text(name), kSecretMax);
  if (!text.ok()) return because(std::string("--") + name, text.status);
  *secret = text.value.substr(0, text.value.find_first_of("\r\n"));
  return {};
}

}  // namespace

Status files_read(unsigned what, const Options& options, CheckFiles* files) {
  if (what & kReadTrust)
    if (Status s = trust_read(options, &files->tls); !s.ok()) return s;
  if (what & kReadSecret)
    if (Status s = secret_read(options, &files->secret); !s.ok()) return s;
  if (what & kReadNameServers) work_note("the list of name servers"), files->name_servers = os_name_servers();
  work_note("");
  return {};
}

}  // namespace picket
