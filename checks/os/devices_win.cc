// checks/os/devices_win.cc - disks at work, interfaces and services of Windows.
#include "common/os/os_win.h"

#include <iphlpapi.h>
#include <netioapi.h>
#include <winioctl.h>

#include "checks/os/measure.h"

namespace picket {

Result<std::vector<DiskIoFacts>> os_disk_io() {
  constexpr int kDisksMax = 64;
  std::vector<DiskIoFacts> disks;
  for (int i = 0; i < kDisksMax; i++) {
    std::string name = "PhysicalDrive" + std::to_string(i);
    HANDLE disk = CreateFileW(os_wide("\\\\.\\" + name).c_str(), 0, FILE_SHARE_READ | FILE_SHARE_WRITE, nullptr, OPEN_EXISTING, 0, nullptr);
    if (disk == INVALID_HANDLE_VALUE) continue;
    DISK_PERFORMANCE p{};
    DWORD size = 0;
    if (DeviceIoControl(disk, IOCTL_DISK_PERFORMANCE, nullptr, 0, &p, sizeof p, &size, nullptr)) {
      DiskIoFacts d;
      d.device = name;
      d.reads = p.ReadCount, d.writes = p.WriteCount;
      d.read_bytes = double(p.BytesRead.QuadPart), d.write_bytes = double(p.BytesWritten.QuadPart);
      d.wait_seconds = double(p.ReadTime.QuadPart + p.WriteTime.QuadPart) / 1e7;
      d.busy_seconds = double(p.QueryTime.QuadPart - p.IdleTime.QuadPart) / 1e7;
      disks.push_back(std::move(d));
    }
    CloseHandle(disk);
  }
  return disks;
}

Result<std::vector<InterfaceFacts>> os_interfaces() {
  MIB_IF_TABLE2* table = nullptr;
  if (DWORD error = GetIfTable2(&table); error != NO_ERROR) return fail(Err::io, "interfaces: " + os_error_text(error));
  std::vector<InterfaceFacts> all;
  for (ULONG i = 0; i < table->NumEntries; i++) {
    const MIB_IF_ROW2& row = table->Table[i];
    bool loopback = row.Type == IF_TYPE_SOFTWARE_LOOPBACK;
    if (!loopback && !row.InterfaceAndOperStatusFlags.HardwareInterface) continue;  // filters and tunnels show the same bytes again
    InterfaceFacts f;
    f.name = os_narrow(row.Alias);
    f.up = row.AdminStatus == NET_IF_ADMIN_STATUS_UP;
    f.carrier = row.OperStatus == IfOperStatusUp;
    f.loopback = loopback;
    if (row.TransmitLinkSpeed > 0 && row.TransmitLinkSpeed != UINT64_MAX) f.speed_bits = double(row.TransmitLinkSpeed);
    f.in_bytes = double(row.InOctets), f.out_bytes = double(row.OutOctets);
    f.in_packets = double(row.InUcastPkts + row.InNUcastPkts), f.out_packets = double(row.OutUcastPkts + row.OutNUcastPkts);
    f.in_errors = double(row.InErrors), f.out_errors = double(row.OutErrors);
    f.in_drops = double(row.InDiscards), f.out_drops = double(row.OutDiscards);
    all.push_back(std::move(f));
  }
  FreeMibTable(table);
  return all;
}

namespace {

struct Service {
  SC_HANDLE handle = nullptr;
  explicit Service(SC_HANDLE h) : handle(h) {}
  ~Service() {
    if (handle) CloseServiceHandle(handle);
  }
  Service(const Service&) = delete;
};

const char* start_words(SC_HANDLE service) {
  std::vector<char> buffer(8192);
  DWORD size = 0;
  auto* config = reinterpret_cast<QUERY_SERVICE_CONFIGW*>(buffer.data());
  if (!QueryServiceConfigW(service, config, DWORD(buffer.size()), &size)) return "";
  switch (config->dwStartType) {
    case SERVICE_AUTO_START: return "automatic";
    case SERVICE_DEMAND_START: return "manual";
    case SERVICE_DISABLED: return "disabled";
    default: return "at boot";
  }
}

struct StateRow { DWORD state; ServiceFacts::State meaning; const char* words; };
constexpr StateRow kStates[] = {
    {SERVICE_RUNNING, ServiceFacts::running, "running"},           {SERVICE_STOPPED, ServiceFacts::stopped, "stopped"},
    {SERVICE_START_PENDING, ServiceFacts::starting, "starting"},   {SERVICE_STOP_PENDING, ServiceFacts::stopping, "stopping"},
    {SERVICE_PAUSED, ServiceFacts::stopped, "paused"},             {SERVICE_PAUSE_PENDING, ServiceFacts::stopping, "being paused"},
    {SERVICE_CONTINUE_PENDING, ServiceFacts::starting, "resuming"},
};

}  // namespace

Result<ServiceFacts> os_service(const std::string& name) {
  Service manager(OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CONNECT));
  if (!manager.handle) return fail(Err::unavailable, "the service manager does not respond: " + os_error_text(GetLastError()));
  Service service(OpenServiceW(manager.handle, os_wide(name).c_str(), SERVICE_QUERY_STATUS | SERVICE_QUERY_CONFIG));
  ServiceFacts f;
  if (!service.handle && GetLastError() == ERROR_SERVICE_DOES_NOT_EXIST) return f;
  SERVICE_STATUS_PROCESS status{};
  DWORD size = 0;
  if (!service.handle ||
      !QueryServiceStatusEx(service.handle, SC_STATUS_PROCESS_INFO, reinterpret_cast<BYTE*>(&status), sizeof status, &size))
    return fail(Err::io, os_error_text(GetLastError()));
  for (const StateRow& row : kStates)
    if (status.dwCurrentState == row.state) f.state = row.meaning, f.detail = row.words;
  bool broke =
      f.state == ServiceFacts::stopped && status.dwWin32ExitCode != NO_ERROR && status.dwWin32ExitCode != ERROR_SERVICE_NEVER_STARTED;
  if (broke) f.state = ServiceFacts::failed, f.detail += " with error " + std::to_string(status.dwWin32ExitCode);
  f.start_by = start_words(service.handle);
  f.pid = status.dwProcessId;
  return f;
}

Result<ContainerFacts> os_container(const std::string&) { return fail(Err::unavailable, "cgroups exist only on Linux"); }

}  // namespace picket
