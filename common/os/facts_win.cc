// common/os/facts_win.cc - what an entity says about its Windows, by the rules of gopsutil.
#include "common/os/os_win.h"

#include <iphlpapi.h>

#include <cstdio>
#include <map>
#include <memory>

#include "common/os/os.h"

namespace picket {
namespace {

std::string registry_text(const wchar_t* key, const wchar_t* name) {
  wchar_t value[512];
  DWORD size = sizeof value;
  if (RegGetValueW(HKEY_LOCAL_MACHINE, key, name, RRF_RT_REG_SZ, nullptr, value, &size) != ERROR_SUCCESS) return {};
  return os_narrow(value);
}

OSVERSIONINFOEXW version() {  // GetVersionEx says to every program that it is Windows 8
  OSVERSIONINFOEXW info{};
  info.dwOSVersionInfoSize = sizeof info;
  using Get = LONG(WINAPI*)(OSVERSIONINFOEXW*);
  if (HMODULE ntdll = GetModuleHandleW(L"ntdll.dll"))
    if (auto get = reinterpret_cast<Get>(reinterpret_cast<void*>(GetProcAddress(ntdll, "RtlGetVersion")))) get(&info);
  return info;
}

std::string product(const OSVERSIONINFOEXW& v) {
  std::string name = registry_text(L"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion", L"ProductName");
  if (name.empty()) return "Microsoft Windows";
  size_t ten = name.find("Windows 10");  // the registry of Windows 11 still says 10
  if (ten != std::string::npos && v.dwBuildNumber >= 22000) name.replace(ten, 10, "Windows 11");
  return name.compare(0, 9, "Microsoft") == 0 ? name : "Microsoft " + name;
}

std::string family(const OSVERSIONINFOEXW& v) {
  switch (v.wProductType) {
    case VER_NT_WORKSTATION: return "Standalone Workstation";
    case VER_NT_DOMAIN_CONTROLLER: return "Server (Domain Controller)";
    case VER_NT_SERVER: return "Server";
    default: return {};
  }
}

std::string mac_text(const IP_ADAPTER_ADDRESSES* a) {
  std::string text;
  for (ULONG i = 0; i < a->PhysicalAddressLength; i++) {
    char hex[4];
    snprintf(hex, sizeof hex, "%s%02x", i ? ":" : "", a->PhysicalAddress[i]);
    text += hex;
  }
  return text;
}

std::string cidr(const IP_ADAPTER_UNICAST_ADDRESS* u) {
  char ip[INET6_ADDRSTRLEN] = {};
  const sockaddr* s = u->Address.lpSockaddr;
  if (s->sa_family == AF_INET6) inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6*>(s)->sin6_addr, ip, sizeof ip);
  else inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(s)->sin_addr, ip, sizeof ip);
  return std::string(ip) + "/" + std::to_string(u->OnLinkPrefixLength);
}

std::vector<NetworkInterface> interfaces() {
  ULONG size = 64 * 1024;
  std::unique_ptr<char[]> memory;
  ULONG error = ERROR_BUFFER_OVERFLOW;
  for (int i = 0; i < 4 && error == ERROR_BUFFER_OVERFLOW; i++) {
    memory = std::make_unique<char[]>(size);
    error = GetAdaptersAddresses(AF_UNSPEC, GAA_FLAG_SKIP_ANYCAST | GAA_FLAG_SKIP_MULTICAST | GAA_FLAG_SKIP_DNS_SERVER, nullptr,
                                 reinterpret_cast<IP_ADAPTER_ADDRESSES*>(memory.get()), &size);
  }
  std::map<ULONG, NetworkInterface> by_index;
  if (error != NO_ERROR) return {};
  for (auto* a = reinterpret_cast<IP_ADAPTER_ADDRESSES*>(memory.get()); a; a = a->Next) {
    NetworkInterface& i = by_index[a->IfIndex ? a->IfIndex : a->Ipv6IfIndex];
    i.name = os_narrow(a->FriendlyName);
    i.mac = mac_text(a);
    for (auto* u = a->FirstUnicastAddress; u; u = u->Next) i.addresses.push_back(cidr(u));
  }
  std::vector<NetworkInterface> all;
  for (auto& [index, i] : by_index) all.push_back(std::move(i));
  return all;
}

}  // namespace

System os_system_facts() {
  System facts;
  OSVERSIONINFOEXW v = version();
  facts.hostname = os_hostname();
  facts.os = "windows";
  facts.platform = product(v);
  facts.platform_family = family(v);
  facts.platform_version = std::to_string(v.dwMajorVersion) + "." + std::to_string(v.dwMinorVersion) + "." +
      std::to_string(v.dwBuildNumber) + " Build " + std::to_string(v.dwBuildNumber);
  facts.interfaces = interfaces();
  facts.arch = os_go_arch();
  return facts;
}

}  // namespace picket
