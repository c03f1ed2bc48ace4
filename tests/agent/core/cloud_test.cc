// tests/agent/core/cloud_test.cc - what firmware and metadata servers say of the cloud.
#include <doctest/doctest.h>

#include "agent/core/cloud.h"
#include "tests/agent/core/core_story.h"

using namespace picket;

TEST_CASE("the machine's own words") {
  struct Row { const char* bios; const char* vendor; const char* uuid; const char* cloud; };
  const Row rows[] = {
      {"4.11.amazon", "Xen", "", "EC2"}, {"1.0", "Amazon EC2", "", "EC2"},           {"Google", "Google", "", "GCP"},
      {"090008", "Microsoft Corporation", "", "Azure"}, {"", "", "EC2abc-1", "EC2"}, {"", "", "", ""},
      {"SeaBIOS", "QEMU", "7c-ec2", ""},
  };
  for (const Row& r : rows) {
    CAPTURE(std::string(r.vendor));
    CHECK(cloud_of_machine(r.bios, r.vendor, r.uuid) == r.cloud);
  }
}

TEST_CASE("the servers' answers") {
  CHECK(cloud_is_ec2(200));
  CHECK(cloud_is_ec2(301));
  CHECK_FALSE(cloud_is_ec2(404));
  CHECK(cloud_is_azure("{\"error\":\"Bad request\",\"newest-versions\":[\"2023-07-01\"]}"));
  for (const char* no : {"", "{}", "[]", "{\"newest-versions\":[]}", "{\"newest-versions\":7}", "{\"newest-versions\":[", "<html>"})
    CHECK_FALSE(cloud_is_azure(no));
}

TEST_CASE("the provider comes with the next keepalive") {
  Story s;
  s.online();
  core_cloud_found(s.core, "EC2");
  s.tick(20'000);
  CHECK(s.last({"entity", "system", "cloud_provider"}) == "\"EC2\"");
}
