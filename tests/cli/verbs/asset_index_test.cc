// tests/cli/verbs/asset_index_test.cc - versions and names of the asset index.
#include "cli/verbs/asset_index.h"

#include <doctest/doctest.h>

namespace picket {

TEST_CASE("versions of the asset index are ordered as people read them") {
  const char* const ascending[] = {"0.9",          "1.0.0-alpha",   "1.0.0-alpha.1", "1.0.0-alpha.beta",
                                   "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1",    "v1.0",
                                   "1.0.1+build",  "1.10",          "2.2.0-1",       "2.2.0"};
  for (size_t i = 0; i < std::size(ascending); i++)
    for (size_t j = 0; j < std::size(ascending); j++) {
      CAPTURE(ascending[i]);
      CAPTURE(ascending[j]);
      CHECK(version_compare(ascending[i], ascending[j]) == (i < j ? -1 : i > j ? 1 : 0));
    }
  CHECK(version_compare("v1.2", "1.2.0+other") == 0);
  for (const char* bad : {"", "v", "latest", "1..2", "1.x", "1.2.99999999999999999999"}) CHECK_FALSE(version_valid(bad));
}

TEST_CASE("names of the asset index have a namespace, a name and perhaps a version") {
  CHECK(asset_name_parse("acme/thing").value.name == "thing");
  CHECK(asset_name_parse("acme/thing:1.2").value.version == "1.2");
  for (const char* bad : {"", "thing", "/thing", "acme/", "a/b/c", "acme/thing:1:2", "acme/thing:x"}) {
    CAPTURE(bad);
    CHECK_FALSE(asset_name_parse(bad).ok());
  }
  CHECK(version_choose({"acme", "thing", "1.2"}, {"v1.2.0", "2.0"}).value == "v1.2.0");
  CHECK(version_choose({"acme", "thing", ""}, {"v1.2.0", "2.0"}).value == "2.0");
  CHECK_FALSE(version_choose({"acme", "thing", "3"}, {"v1.2.0", "2.0"}).ok());
}

}  // namespace picket
