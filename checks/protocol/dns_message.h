// checks/protocol/dns_message.h - questions and answers of DNS, RFC 1035. Pure; what comes from the network is read with limits.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/basic/result.h"

namespace picket {

inline constexpr size_t kDnsRecordsMax = 200;  // read of one answer; the rest is ignored

int dns_type_number(std::string_view name);  // A, AAAA, CNAME, MX, NS, PTR, SOA, SRV, TXT, CAA; 0 for another
const char* dns_code_name(int code);         // "NXDOMAIN"
// An address becomes its name in in-addr.arpa or ip6.arpa, others stay.
std::string dns_reverse_name(const std::string& address);

struct DnsRecord {
  std::string name, text;  // text: "10 mail.example.org" for an MX
  int type = 0;
  uint32_t ttl = 0;
};
struct DnsAnswer {
  int id = 0, code = 0;
  bool truncated = false, authoritative = false;
  std::vector<DnsRecord> records;  // of the answer section
};
Result<std::string> dns_question(int id, const std::string& name, int type);  // wants recursion
Result<DnsAnswer> dns_answer(std::string_view message);

}  // namespace picket
