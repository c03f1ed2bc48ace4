// checks/protocol/dns_message.cc - see dns_message.h.
#include "checks/protocol/dns_message.h"

#include <algorithm>
#include <cstdio>
#include <iterator>

#include "common/tls/tls_problem.h"

namespace picket {
namespace {

struct Type { const char* name; int number; };
constexpr Type kTypes[] = {{"A", 1},   {"NS", 2},   {"CNAME", 5}, {"SOA", 6},  {"PTR", 12},
                           {"MX", 15}, {"TXT", 16}, {"AAAA", 28}, {"SRV", 33}, {"CAA", 257}};

struct Reader {
  std::string_view whole;
  size_t at = 0;
  bool good = true;

  unsigned number(size_t bytes) {
    unsigned value = 0;
    if (at + bytes > whole.size()) return good = false, 0;
    for (size_t i = 0; i < bytes; i++) value = value << 8 | static_cast<unsigned char>(whole[at++]);
    return value;
  }
  std::string_view bytes(size_t count) {
    if (at + count > whole.size()) return good = false, std::string_view();
    at += count;
    return whole.substr(at - count, count);
  }
  // Labels, with pointers to earlier ones; each pointer must go back, so there is an end.
  std::string name() {
    std::string text;
    size_t place = at, before = at;
    bool jumped = false;
    while (good && place < whole.size()) {
      auto length = static_cast<unsigned char>(whole[place++]);
      if (length == 0) return at = jumped ? at : place, text.empty() ? "." : text;
      if (length >= 0xc0) {
        if (place >= whole.size()) break;
        size_t to = size_t(length & 0x3f) << 8 | static_cast<unsigned char>(whole[place++]);
        if (!jumped) at = place;
        jumped = true;
        if (to >= before) break;
        place = before = to;
        continue;
      }
      if (length > 63 || place + length > whole.size() || text.size() + length > 255) break;
      text += (text.empty() ? "" : ".") + std::string(whole.substr(place, length));
      place += length;
    }
    good = false;
    return {};
  }
};

std::string texts(std::string_view data) {  // strings, each after its length
  std::string out;
  while (!data.empty()) {
    size_t length = std::min<size_t>(static_cast<unsigned char>(data[0]), data.size() - 1);
    out += data.substr(1, length);
    data.remove_prefix(1 + length);
  }
  return out;
}

std::string record_text(Reader r, int type, size_t length) {
  size_t end = r.at + length;
  auto number = [&](size_t bytes) { return std::to_string(r.number(bytes)); };
  std::string text;
  switch (type) {
    case 1:
    case 28: return tls_address_text(r.bytes(length));
    case 2:
    case 5:
    case 12: return r.name();
    case 15: text = number(2); return text + " " + r.name();
    case 16: return texts(r.bytes(length));
    case 33: text = number(2), text += " " + number(2), text += " " + number(2); return text + " " + r.name();
    case 6: text = r.name(), text += " " + r.name(); return text + " " + number(4);
    case 257: {
      text = number(1);
      std::string_view tag = r.bytes(r.number(1));
      return text + " " + std::string(tag) + " " + std::string(r.bytes(r.good && end > r.at ? end - r.at : 0));
    }
    default: return std::to_string(length) + " bytes";
  }
}

}  // namespace

int dns_type_number(std::string_view name) {
  std::string upper(name);
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? char(c - 32) : c;
  for (const Type& t : kTypes)
    if (upper == t.name) return t.number;
  return 0;
}

const char* dns_code_name(int code) {
  constexpr const char* kNames[] = {"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"};
  return code >= 0 && code < int(std::size(kNames)) ? kNames[code] : "an error";
}

static bool ip4_parse(const std::string& text, unsigned (&n)[4]) {
  char rest = 0;
  return sscanf(text.c_str(), "%3u.%3u.%3u.%3u%c", &n[0], &n[1], &n[2], &n[3], &rest) == 4 && *std::max_element(n, n + 4) < 256;
}

// The 32 hexadecimal digits of an IPv6 address, "" when it is none.
static std::string ip6_digits(const std::string& text) {
  std::string sides[2];
  size_t gap = text.find("::");
  for (int side = 0; side < 2; side++) {
    std::string part = side == 0 ? text.substr(0, gap) : gap == text.npos ? "" : text.substr(gap + 2);
    for (size_t at = 0; at < part.size();) {
      size_t end = std::min(part.find(':', at), part.size());
      std::string group = part.substr(at, end - at);
      if (group.empty() || group.size() > 4 || group.find_first_not_of("0123456789abcdefABCDEF") != group.npos) return "";
      sides[side] += std::string(4 - group.size(), '0') + group;
      at = end + 1;
    }
  }
  size_t have = sides[0].size() + sides[1].size();
  if (have > 32 || (gap == text.npos && have != 32)) return "";
  return sides[0] + std::string(32 - have, '0') + sides[1];
}

std::string dns_reverse_name(const std::string& address) {
  unsigned n[4];
  if (ip4_parse(address, n))
    return std::to_string(n[3]) + "." + std::to_string(n[2]) + "." + std::to_string(n[1]) + "." + std::to_string(n[0]) + ".in-addr.arpa";
  std::string digits = address.find(':') == address.npos ? "" : ip6_digits(address), name;
  for (size_t i = digits.size(); i-- > 0;) name += std::string(1, digits[i]) + ".";
  return digits.empty() ? address : name + "ip6.arpa";
}

Result<std::string> dns_question(int id, const std::string& name, int type) {
  std::string text;
  auto put = [&](int value) { text += char(value >> 8), text += char(value); };
  for (int value : {id, 0x0100, 1, 0, 0, 0}) put(value);
  std::string_view rest = name;
  if (!rest.empty() && rest.back() == '.') rest.remove_suffix(1);
  if (rest.size() > 253) return fail(Err::invalid, "name longer than 253 bytes");
  while (!rest.empty()) {
    std::string_view label = rest.substr(0, rest.find('.'));
    if (label.empty() || label.size() > 63) return fail(Err::invalid, "\"" + name + "\" is not a valid name: labels have 1 to 63 bytes");
    text += char(label.size());
    text += label;
    rest.remove_prefix(std::min(rest.size(), label.size() + 1));
  }
  text += '\0';
  put(type);
  put(1);
  return text;
}

Result<DnsAnswer> dns_answer(std::string_view message) {
  Reader r{message};
  DnsAnswer a;
  a.id = int(r.number(2));
  unsigned flags = r.number(2), questions = r.number(2), answers = r.number(2);
  r.number(4);
  if (!r.good || !(flags & 0x8000)) return fail(Err::invalid, "not a DNS response");
  a.code = int(flags & 15);
  a.truncated = flags & 0x0200;
  a.authoritative = flags & 0x0400;
  for (unsigned i = 0; i < questions && r.good; i++) r.name(), r.number(4);
  for (unsigned i = 0; i < answers && r.good && a.records.size() < kDnsRecordsMax; i++) {
    DnsRecord record;
    record.name = r.name();
    record.type = int(r.number(2));
    r.number(2);
    record.ttl = r.number(4);
    unsigned length = r.number(2);
    Reader data = r;
    if (r.bytes(length); !r.good) break;
    record.text = record_text(data, record.type, length);
    a.records.push_back(std::move(record));
  }
  if (!r.good && !a.truncated) return fail(Err::invalid, "truncated or invalid DNS response");
  return a;
}

}  // namespace picket
