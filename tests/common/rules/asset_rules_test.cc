// tests/common/rules/asset_rules_test.cc - sources, formats, environments, and archives that mean harm.
#include <doctest/doctest.h>

#include "common/rules/asset_rules.h"
#include "common/basic/system_names.h"

using namespace picket;

TEST_CASE("variables, sizes, formats") {
  CHECK(asset_variable("org/my-asset.x") == "ORG_MY_ASSET_X_PATH");
  CHECK(asset_size_text(256) == "256 B");
  CHECK(asset_size_text(12'300'000) == "12 MB");
  CHECK(asset_size_text(1234) == "1.2 kB");
  CHECK(asset_format("\x1F\x8B\x08...").value == "gzip");
  CHECK(asset_format("plain text").status.message == "given file of format '' does not appear valid");
  CHECK(asset_format(std::string("PK\x03\x04") + "x").status.message == "given file of format 'application/zip' does not appear valid");
  std::string tar(512, '\0');
  tar.replace(257, 5, "ustar");
  CHECK(asset_format(tar).value == "tar");
}

TEST_CASE("the environment has the assets in the order of the request") {
  const std::string sep(1, kPathListSeparator);
  CHECK(asset_environment({{"a", "/c/1"}, {"o/b", "/c/2"}}) ==
        std::vector<std::string>{"PATH=/c/1/bin" + sep + "/c/2/bin", "LD_LIBRARY_PATH=/c/1/lib" + sep + "/c/2/lib",
                                 "CPATH=/c/1/include" + sep + "/c/2/include", "A_PATH=/c/1", "O_B_PATH=/c/2"});
}

TEST_CASE("builds come before the asset itself; tokens are filled in; a sum that is none is refused") {
  Asset a;
  a.metadata.name = "x";
  a.url = "http://h/{{ .name }}.tgz";
  a.sha512 = std::string(128, 'A');
  a.headers = {{"X", "1, 2"}};
  auto s = asset_sources(a, R"({"name":"web"})");
  REQUIRE(s.ok());
  CHECK(s.value[0].url == "http://h/web.tgz");
  CHECK(s.value[0].sha512 == std::string(128, 'a'));
  REQUIRE(s.value[0].headers.size() == 2);
  CHECK(s.value[0].headers[1].second == "2");
  a.sha512 = "../../etc/passwd";
  CHECK_FALSE(asset_sources(a, "{}").ok());
}

TEST_CASE("paths that lead out of an archive, and those that only look so") {
  ArchivePaths p;
  for (const char* bad : {"/etc/passwd", "../x", "a/../../x", "a/..", ""}) {
    CAPTURE(bad);
    CHECK_FALSE(p.place(bad).ok());
  }
  for (const char* windows : {"C:/x", "a\\b", "man/Foo::Bar.3pm"}) {
    CAPTURE(windows);
    CHECK(p.place(windows).ok() == (kDirectorySigns == "/"));
  }
  CHECK(p.place("./bin//x").value == "bin/x");
  CHECK(p.place("./").value == "");
  CHECK(p.place("..bin/x").value == "..bin/x");
}

TEST_CASE("links: inside is fine, outside is not, and nothing is written through one") {
  ArchivePaths p;
  CHECK(p.link("lib/foo.so", "foo.so.1").ok());
  CHECK(p.link("bin/tool", "../lib/tool").ok());
  CHECK_FALSE(p.link("bin/up", "../../etc").ok());
  CHECK_FALSE(p.link("top", "..").ok());
  CHECK_FALSE(p.link("abs", "/etc").ok());
  CHECK_FALSE(p.link("bin/mid", "a/../../..").ok());
  CHECK(p.link("d", "sub").ok());
  CHECK_FALSE(p.place("d/file").ok());
  CHECK_FALSE(p.place("d").ok());
  CHECK(p.place("data").ok());
}
