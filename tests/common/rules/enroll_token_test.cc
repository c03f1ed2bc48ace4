// tests/common/rules/enroll_token_test.cc - tokens read back, and nothing else is one.
#include <doctest/doctest.h>

#include "common/rules/enroll_token.h"

using namespace picket;

TEST_CASE("a token reads back as it was written, and what is no token shows nothing of itself") {
  const EnrollToken token{std::string(16, '1'), std::string(32, 'a'), std::string(64, 'f')};
  const EnrollToken read = enroll_token_read(enroll_token_write(token)).value;
  CHECK((read.id == token.id && read.secret == token.secret && read.pin == token.pin));
  CHECK(enroll_token_read(enroll_token_write({token.id, token.secret, ""})).value.pin.empty());
  const std::string good = enroll_token_write(token);
  for (const std::string& bad :
       {std::string(), std::string("picket."), good + "0", good + ".x", "x" + good, good.substr(0, good.size() - 1),
        std::string("picket.1.2.3"), "picket." + std::string(16, '1') + "." + std::string(32, 'G') + ".0"}) {
    const Result<EnrollToken> r = enroll_token_read(bad);
    CHECK_FALSE(r.ok());
    CHECK(r.status.message.find("aaaa") == std::string::npos);
  }
}
