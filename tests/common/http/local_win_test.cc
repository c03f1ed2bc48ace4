// tests/common/http/local_win_test.cc - who may talk to the pipe, as the system reports it.
#include "common/http/local.h"
#include "common/os/os_win.h"
#include "tests/common/socket/net_fixture.h"

#include <aclapi.h>
#include <sddl.h>

using namespace picket;

TEST_CASE("the pipe is for the system, administrators and its owner, and for nobody else") {
  NetTest t;
  ListenOptions o;
  o.unix_path = "C:\\some where\\state/agent-x.sock";
  CHECK(local_name(o.unix_path) == "\\\\.\\pipe\\picket-C__some where_state_agent-x.sock");
  CHECK(local_name(std::string(500, 'x') + "/agent.sock").size() < 256);
  Result<LocalServer*> server = local_listen(t.net, o, [](HttpRequest) { return HttpResponse{}; });
  REQUIRE_MESSAGE(server.ok(), server.status.message);
  HANDLE client =
      CreateFileW(os_wide(local_name(o.unix_path)).c_str(), GENERIC_READ | GENERIC_WRITE, 0, nullptr, OPEN_EXISTING, 0, nullptr);
  REQUIRE(client != INVALID_HANDLE_VALUE);
  PSECURITY_DESCRIPTOR descriptor = nullptr;
  REQUIRE(GetSecurityInfo(client, SE_KERNEL_OBJECT, DACL_SECURITY_INFORMATION, nullptr, nullptr, nullptr, nullptr, &descriptor) == 0);
  wchar_t* text = nullptr;
  REQUIRE(ConvertSecurityDescriptorToStringSecurityDescriptorW(descriptor, SDDL_REVISION_1, DACL_SECURITY_INFORMATION, &text, nullptr));
  std::string rights = os_narrow(text);
  CAPTURE(rights);
  CHECK(rights.find(";;;SY)") != rights.npos);
  CHECK(rights.find(";;;BA)") != rights.npos);
  for (const char* other : {";;;WD)", ";;;AN)", ";;;AU)", ";;;BU)", ";;;IU)"}) CHECK(rights.find(other) == rights.npos);
  LocalFree(text);
  LocalFree(descriptor);
  CloseHandle(client);
  t.close();
}
