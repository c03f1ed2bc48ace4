// tests/fuzz/dbus_answer.cc - any bytes as what systemd says over D-Bus, in pieces.
#include <cstdint>
#include <cstdlib>

#include "checks/protocol/dbus_message.h"
#include "checks/protocol/systemd_unit.h"

using namespace picket;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  SystemdTalk whole, pieces;
  Result<bool> at_once = systemd_take(whole, bytes), last = false;
  for (size_t at = 0; at < size && last.ok(); at += 11) last = systemd_take(pieces, bytes.substr(at, 11));
  if (at_once.ok() != last.ok() || (last.ok() && whole.values != pieces.values)) std::abort();
  (void)systemd_facts(whole, 1000);
  if (Result<DbusMessage> m = dbus_message_read(bytes); m.ok()) (void)dbus_value(m.value);
  return 0;
}
