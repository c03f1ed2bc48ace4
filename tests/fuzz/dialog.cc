// tests/fuzz/dialog.cc - any bytes as what services say to the dialogs of the checks: in pieces of seven, and all at once.
#include <cstdint>
#include <cstdlib>

#include "checks/protocol/dialog.h"

using namespace picket;

namespace {

struct Verdict {
  bool done = false;
  CheckState state = CheckState::unknown;
};

Verdict talk(const Dialog& dialog, std::string_view bytes, size_t piece) {
  std::string received;
  DialogStep step = dialog(DialogEvent::opened, received);
  for (size_t at = 0; at < bytes.size() && step.kind != DialogStep::done; at += piece) {
    received += bytes.substr(at, piece);
    for (size_t before = SIZE_MAX; !received.empty() && received.size() < before && step.kind != DialogStep::done;) {
      before = received.size();
      step = dialog(DialogEvent::bytes, received);
      if (step.kind == DialogStep::secure) received.clear(), step = dialog(DialogEvent::secured, received);
    }
  }
  if (step.kind != DialogStep::done) step = dialog(DialogEvent::ended, received);
  return {step.kind == DialogStep::done, step.state};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  auto each = [](int i) -> Dialog {
    switch (i) {
      case 0: return dialog_smtp({"me", "220", false});
      case 1: return dialog_smtp({"me", "220", true});
      case 2: return dialog_ssh("OpenSSH", pattern_parse("OpenSSH").value);
      case 3: return dialog_mysql("me");
      case 4: return dialog_postgres({});
      case 5: return dialog_postgres({"me", "", true});
      case 6: return dialog_redis({"", "x"});
      case 7: return dialog_redis({});
      case 8: return dialog_tcp({"", "x", true});
      case 9: return dialog_start_tls("imap");
      case 10: return dialog_start_tls("pop3");
      case 11: return dialog_start_tls("ftp");
      default: return nullptr;
    }
  };
  for (int i = 0; each(i); i++) {
    talk(each(i), bytes, 7);
    talk(each(i), bytes, bytes.size() + 1);
  }
  return 0;
}
