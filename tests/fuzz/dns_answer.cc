// Any bytes as an answer of a name server, of a time server, and as what services say to the dialogs of the checks.
#include <cstdint>
#include <cstdlib>

#include "checks/dialog.h"
#include "checks/dns_message.h"
#include "checks/proc_text.h"
#include "checks/sntp.h"

using namespace picket;

static void talk(Dialog dialog, std::string_view bytes) {
  std::string received;
  if (!dialog || dialog(DialogEvent::opened, received).kind == DialogStep::done) return;
  for (size_t at = 0; at < bytes.size(); at += 7) {
    received += bytes.substr(at, 7);
    DialogStep step = dialog(DialogEvent::bytes, received);
    if (step.kind == DialogStep::secure) step = dialog(DialogEvent::secured, received);
    if (step.kind == DialogStep::done) return;
  }
  (void)dialog(DialogEvent::ended, received);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  Result<DnsAnswer> answer = dns_answer(bytes);
  if (answer.ok() && answer.value.records.size() > kDnsRecordsMax) std::abort();
  (void)sntp_answer(bytes, 1'700'000'000'000'000'000, 1'700'000'000'100'000'000);
  talk(dialog_smtp({"me", "220", true}), bytes), talk(dialog_ssh("", pattern_parse("").value), bytes), talk(dialog_mysql("me"), bytes);
  talk(dialog_postgres({"me", "", true}), bytes), talk(dialog_postgres({}), bytes), talk(dialog_redis({"", "x"}), bytes),
      talk(dialog_tcp({"", "x"}), bytes);
  for (const char* protocol : {"imap", "pop3", "ftp"}) talk(dialog_start_tls(protocol), bytes);
  ProcessFacts p;
  (void)proc_mountinfo_read(bytes), (void)proc_diskstats_read(bytes), (void)proc_netdev_read(bytes),
      (void)proc_pid_stat_read(bytes, 100, 4096, 1, &p);
  (void)proc_stat_read(bytes, 100), (void)proc_meminfo_read(bytes), (void)pressure_read(bytes);
  return 0;
}
