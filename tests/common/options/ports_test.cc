// tests/common/options/ports_test.cc - two listeners, one port.
#include "common/options/ports.h"

#include <doctest/doctest.h>

using namespace picket;

TEST_CASE("a port that two want: an error when both were asked for, else the default gives way") {
  struct Row {
    const char *why, *first_host;
    int first, second;
    bool first_asked, second_asked, second_udp;
    const char *error, *note;
  };
  const Row rows[] = {
      {"apart", "127.0.0.1", 3030, 3031, true, true, false, "", ""},
      {"asked twice", "127.0.0.1", 3031, 3031, true, true, false, "socket-port and api-port are both port 3031; use a different port for each", ""},
      {"the second is a default", "127.0.0.1", 3031, 3031, true, false, false, "", "the second is disabled: its port 3031 is used by socket-port; set api-port to another port to enable both"},
      {"the first is a default", "127.0.0.1", 3031, 3031, false, true, false, "", "the first is disabled: its port 3031 is used by api-port; set socket-port to another port to enable both"},
      {"every address is also this one", "0.0.0.0", 3031, 3031, true, true, false, "socket-port and api-port are both port 3031; use a different port for each", ""},
      {"one name of this one", "localhost", 3031, 3031, true, true, false, "socket-port and api-port are both port 3031; use a different port for each", ""},
      {"another address", "10.0.0.1", 3031, 3031, true, true, false, "", ""},
      {"another protocol", "127.0.0.1", 3031, 3031, true, true, true, "", ""},
      {"any that is free", "127.0.0.1", 0, 0, true, true, false, "", ""},
  };
  for (const Row& r : rows) {
    CAPTURE(r.why);
    bool first_off = false, second_off = false;
    std::vector<std::string> notes;
    Status s = ports_settle({{"socket-port", r.first_host, r.first, true, false, r.first_asked, &first_off, "the first"},
                             {"api-port", "127.0.0.1", r.second, !r.second_udp, r.second_udp, r.second_asked, &second_off, "the second"}},
                            &notes);
    CHECK(s.message == r.error);
    CHECK((notes.empty() ? "" : notes[0]) == r.note);
    CHECK(first_off == (std::string(r.note).find("the first") == 0));
    CHECK(second_off == (std::string(r.note).find("the second") == 0));
  }
}
