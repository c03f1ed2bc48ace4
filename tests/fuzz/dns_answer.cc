// tests/fuzz/dns_answer.cc - any bytes as an answer of a name server, and as one of a time server.
#include <cstdint>
#include <cstdlib>

#include "checks/protocol/dns_message.h"
#include "checks/protocol/sntp.h"

using namespace picket;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  Result<DnsAnswer> answer = dns_answer(bytes);
  if (answer.ok() && answer.value.records.size() > kDnsRecordsMax) std::abort();
  (void)sntp_answer(bytes, 1'700'000'000'000'000'000, 1'700'000'000'100'000'000);
  return 0;
}
