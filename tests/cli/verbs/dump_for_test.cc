// tests/cli/verbs/dump_for_test.cc - dumps that older releases take back.
#include "cli/verbs/dump_for.h"

#include <doctest/doctest.h>

using namespace picket;

namespace {

constexpr int64_t kNow = 1'800'000'000;

ForRelease made(Release release, const char* type, const std::string& body) { return for_release(release, *ctl_type(type), body, kNow); }

}  // namespace

TEST_CASE("what a release does not know is taken out, and said when it held something") {
  const std::string check =
      R"({"command":"x","pipelines":[{"name":"p"}],"secrets":null,"subdues":null,"metadata":{"name":"c","created_by":"admin"}})";
  ForRelease old = made(Release::v5_11, "CheckConfig", check);
  CHECK(old.is_kept);
  CHECK(old.body == R"({"command":"x","metadata":{"name":"c"}})");
  CHECK(old.notes == std::vector<std::string>{"CheckConfig has no \"pipelines\" in 5.11; left out"});
  CHECK(made(Release::v6_9, "CheckConfig", check).body == check);
  CHECK(made(Release::own, "CheckConfig", check).body == check);
}

TEST_CASE("what has no place there is left out as a whole, with the reason") {
  struct Row { Release release; const char *type, *body, *why; };
  static const Row kRows[] = {
      {Release::v5_11, "Pipeline", R"({"metadata":{"name":"p"}})", "5.11 has no kind Pipeline"},
      {Release::v6_9, "Handler", R"({"type":"webhook","webhook":{"url":"u"}})", "6.9 has no handlers of type webhook"},
      {Release::v5_11, "Mutator", R"({"type":"javascript","eval":"1"})", "5.11 has no mutators in JavaScript"},
      {Release::v5_11, "Asset", R"({"url":"","builds":[{"url":"u"}]})", "5.11 has no assets with builds"},
      {Release::v6_9, "Entity", R"({"entity_class":"agent"})", "agents bring theirs when they connect"},
      {Release::v6_9, "User", R"({"username":"a"})", "passwords are in no dump, and users are still there on the old backend"},
  };
  for (const Row& r : kRows) {
    CAPTURE(std::string(r.why));
    const ForRelease f = made(r.release, r.type, r.body);
    CHECK_FALSE(f.is_kept);
    CHECK(f.notes == std::vector<std::string>{r.why});
  }
}

TEST_CASE("a silence keeps its end, in either direction") {
  const std::string one_hour =
      R"({"expire":7200,"begin":)" + std::to_string(kNow - 3600) + R"(,"expire_at":)" + std::to_string(kNow + 3600) + "}";
  CHECK(made(Release::v5_11, "Silenced", one_hour).body == R"({"expire":3600,"begin":)" + std::to_string(kNow) + "}");
  const std::string of_tomorrow =
      R"({"expire":3600,"begin":)" + std::to_string(kNow + 86'400) + R"(,"expire_at":)" + std::to_string(kNow + 90'000) + "}";
  CHECK(made(Release::v5_11, "Silenced", of_tomorrow).body == R"({"expire":3600,"begin":)" + std::to_string(kNow + 86'400) + "}");
  CHECK(silence_with_end(R"({"expire":89687})", R"({"expire":89687,"expire_at":0})", kNow) ==
        R"({"expire":89687,"expire_at":)" + std::to_string(kNow + 89'687) + "}");
  CHECK(silence_with_end(R"({"expire":-1})", R"({"expire":-1,"expire_at":0})", kNow) == R"({"expire":-1,"expire_at":0})");
  CHECK(silence_with_end(R"({"expire":60,"expire_at":5})", R"({"expire":60,"expire_at":5})", kNow) == R"({"expire":60,"expire_at":5})");
}
