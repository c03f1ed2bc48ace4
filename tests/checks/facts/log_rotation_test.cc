// tests/checks/facts/log_rotation_test.cc - which files were the log since one of them was.
#include "checks/facts/log_rotation.h"

#include <doctest/doctest.h>

using namespace picket;

TEST_CASE("what lies between an old log and the log, oldest first") {
  struct Row { const char *log, *old; std::vector<std::string> names, between; const char* why; };
  const Row rows[] = {
      {"app.log", "app.log.3", {"app.log.1", "app.log.10", "app.log.2", "app.log.3", "app.log.4"}, {"app.log.2", "app.log.1"}, "numbers grow with age"},
      {"app.log", "app.log.1", {"app.log.1", "app.log.2"}, {}, "once"},
      {"app.log", "app.log.3.gz", {"app.log.1", "app.log.2.gz", "app.log.3.gz"}, {"app.log.2.gz", "app.log.1"}, "compressed"},
      {"app.log", "app.log.3", {"app.log.1", "app.log.2", "app.log.2.gz", "app.log.3"}, {"app.log.2", "app.log.1"}, "while it is compressed"},
      {"app.log", "app.log-20261118", {"app.log-20261117", "app.log-20261118", "app.log-20261120", "app.log-20261119.xz", "app.log.1"}, {"app.log-20261119.xz", "app.log-20261120"}, "dates, of one scheme"},
      {"app.log", "app-20261118.log", {"app-20261119.log.gz", "app-20261118.log", "app-web.log", "app-web-20261119.log", "application.log.1"}, {"app-20261119.log.gz"}, "other logs begin alike"},
      {"app.log", "app.log-2026-11-18T10:00:00", {"app.log-2026-11-18T11:00:00"}, {"app.log-2026-11-18T11:00:00"}, "with a time"},
      {"syslog", "syslog.2", {"syslog.1", "syslog-ng.1", "syslog.2"}, {"syslog.1"}, "no extension"},
      {"app.log", "app.log.old", {"app.log.1", "app.log.old"}, {}, "a name without an order"},
      {"app.log", "other.log.2", {"app.log.1"}, {}, "not of this log"},
      {"app.log", "", {"app.log.1"}, {}, "no old one"},
  };
  for (const Row& r : rows) {
    CAPTURE(r.why);
    CHECK(log_between(r.log, r.old, r.names) == r.between);
  }
  CHECK(log_is_sealed("app.log.1.xz"));
  CHECK_FALSE(log_is_sealed("app.log.1.gz"));
  CHECK_FALSE(log_is_sealed("app.log.1"));
}
