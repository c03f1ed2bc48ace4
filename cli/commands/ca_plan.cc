// cli/commands/ca_plan.cc - see ca_plan.h.
#include "cli/commands/ca_plan.h"

#include <uv.h>

#include <algorithm>

#include "common/time/timezone.h"

namespace picket {
namespace {

constexpr int64_t kDayS = 86400;
constexpr size_t kDnsNameMax = 253;
const char kNameLetters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

// It becomes the name of a file and of a user.
Status name_check(const std::string& name) {
  const bool fits = !name.empty() && name.size() <= kCommonNameMax && name.find_first_not_of(kNameLetters) == name.npos && name[0] != '.' &&
      name[0] != '-';
  if (!fits)
    return fail(
        Err::invalid,
        "name \"" + name + "\": expected up to " + std::to_string(kCommonNameMax) + " letters, digits, dots, dashes or underscores");
  if (name == "ca") return fail(Err::invalid, "name \"ca\": ca.pem is the authority's own; choose another name");
  return {};
}

std::string address_bytes(const std::string& text) {
  std::string bytes(16, '\0');
  if (uv_inet_pton(AF_INET, text.c_str(), bytes.data()) == 0) return bytes.substr(0, 4);
  return uv_inet_pton(AF_INET6, text.c_str(), bytes.data()) == 0 ? bytes : "";
}

// Labels of 1 to 63 letters with a dot between them. A last label of digits is a mistyped address: no name ends so.
bool is_dns_name(const std::string& text) {
  constexpr size_t kLabelMax = 63;
  size_t at = 0;
  for (size_t end = 0; end < text.size(); at = end + 1) {
    end = std::min(text.find('.', at), text.size());
    if (end == at || end - at > kLabelMax) return false;
    if (end == text.size()) return text.find_first_not_of("0123456789", at) != text.npos || at == 0;
  }
  return false;
}

template <class T>
void add_once(std::vector<T>& list, T value) {
  if (std::find(list.begin(), list.end(), value) == list.end()) list.push_back(std::move(value));
}

Status name_or_address_add(CertificateWish& wish, const std::string& text) {
  if (std::string bytes = address_bytes(text); !bytes.empty()) return add_once(wish.addresses, bytes), Status{};
  const size_t star = text.substr(0, 2) == "*." ? 2 : 0;
  if (text.size() > star && text.size() <= kDnsNameMax && text.find_first_not_of(kNameLetters, star) == text.npos &&
      is_dns_name(text.substr(star)))
    return add_once(wish.names, text), Status{};
  return fail(
      Err::invalid,
      "address \"" + text + "\": expected a name or an IP address, without scheme and port, like backend-0.example.com or 10.0.0.1");
}

Status names_add(CertificateWish& wish, const CaAsk& ask) {
  std::vector<std::string> all = {ask.name};
  for (const std::string& word : ask.addresses)
    for (size_t at = 0; at <= word.size();) {
      const size_t end = std::min(word.find(',', at), word.size());
      if (end > at) all.push_back(word.substr(at, end - at));
      at = end + 1;
    }
  for (const char* own : {"localhost", "127.0.0.1", "::1"}) all.push_back(own);
  for (const std::string& text : all)
    if (Status s = name_or_address_add(wish, text); !s.ok()) return s;
  return {};
}

void term_set(CertificateWish& wish, const CaAsk& ask, int64_t seconds) {
  wish.not_before = ask.now_s - kCaClockSlackS;
  wish.not_after = ask.now_s + seconds;
  if (ask.authority_until > 0) wish.not_after = std::min(wish.not_after, ask.authority_until);
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string left_text(const CertificateFacts& f, int64_t now_s) {
  if (f.not_before > now_s) return "not valid yet";
  const int64_t days = (f.not_after - now_s) / kDayS;
  return f.not_after <= now_s ? "expired" : std::to_string(days) + " days left";
}

}  // namespace

Result<CertificateWish> ca_wish(const CaAsk& ask) {
  CertificateWish wish;
  wish.common_name = ask.name;
  wish.authority = ask.kind == CaKind::authority;
  wish.server = ask.kind == CaKind::member;
  wish.client = !wish.authority;
  if (ask.days < 0 || ask.days > kCaDaysMax)
    return fail(Err::invalid, "--days " + std::to_string(ask.days) + ": expected 1 to " + std::to_string(kCaDaysMax));
  if (Status s = wish.authority ? Status{} : name_check(ask.name); !s.ok()) return s;
  if (Status s = wish.server ? names_add(wish, ask) : Status{}; !s.ok()) return s;
  if (!wish.server && !ask.addresses.empty())
    return fail(Err::invalid, "\"" + ask.addresses[0] + "\": a client's certificate has a name alone");
  term_set(wish, ask, (ask.days > 0 ? ask.days : wish.authority ? kCaDays : kCertificateDays) * kDayS);
  if (wish.not_after <= ask.now_s) return fail(Err::invalid, "the CA's certificate has expired; renew it first: picket ca renew ca.pem");
  return wish;
}

CertificateWish ca_renewal(const CertificateFacts& old, const CaAsk& ask) {
  CertificateWish wish;
  wish.common_name = old.common_name;
  wish.authority = old.authority;
  wish.server = old.server;
  wish.client = old.client;
  wish.addresses = old.addresses;
  for (const std::string& name : old.names)
    if (address_bytes(name).empty()) wish.names.push_back(name);
  term_set(wish, ask, ask.days > 0 ? ask.days * kDayS : old.not_after - old.not_before - kCaClockSlackS);
  return wish;
}

std::string ca_key_path(const std::string& path) {
  const bool has_end = path.size() > 4 && path.compare(path.size() - 4, 4, ".pem") == 0;
  return (has_end ? path.substr(0, path.size() - 4) : path) + "-key.pem";
}

std::string ca_folder(const std::string& path) {
  const size_t slash = path.find_last_of("/\\");
  if (slash == path.npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string ca_usages(const CertificateFacts& f) {
  if (f.authority) return "signs other certificates";
  return f.server && f.client ? "server and client" : f.server ? "server" : f.client ? "client" : "none known here";
}

std::string ca_shown(const CertificateFacts& f, int64_t now_s, const std::string& key) {
  std::string out = "subject      " + f.subject + "\nissuer       " + f.issuer + "\n";
  if (!f.names.empty()) out += "names        " + joined(f.names) + "\n";
  out += "use          " + ca_usages(f) + "\nvalid        " + rfc3339_utc(f.not_before) + " to " + rfc3339_utc(f.not_after) + " (" +
      left_text(f, now_s) + ")\nkey          " + f.key + "\n";
  if (!key.empty()) out += "             " + key + "\n";
  return out + "serial       " + f.serial + "\nfingerprint  sha256:" + certificate_fingerprint(f) + "\n";
}

}  // namespace picket
