// common/os/facts_unix.cc - what an entity says about its system, by the rules of gopsutil (which the reference uses),
// from files alone: no process is started.
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>
#ifdef __linux__
#include <linux/if_packet.h>
#endif

#include <algorithm>
#include <cctype>
#include <cstring>
#include <map>

#include "common/os/os.h"

namespace picket {
namespace {

constexpr size_t kFactFileMax = 1u << 20;

std::string file_text(const std::string& path) { return os_read_file(path, kFactFileMax).value; }

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(tolower(static_cast<unsigned char>(c)));
  return text;
}

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

std::string first_word(const std::string& text) { return text.substr(0, text.find(' ')); }

std::string without(std::string text, const char* characters) {
  size_t from = text.find_first_not_of(characters);
  if (from == std::string::npos) return {};
  return text.substr(from, text.find_last_not_of(characters) - from + 1);
}

// KEY=value lines of os-release and lsb-release; quotes around the value do not count.
std::map<std::string, std::string> assignments(const std::string& text) {
  std::map<std::string, std::string> all;
  for (size_t at = 0; at < text.size();) {
    size_t end = std::min(text.find('\n', at), text.size());
    std::string line = text.substr(at, end - at);
    at = end + 1;
    size_t eq = line.find('=');
    if (eq != std::string::npos) all[line.substr(0, eq)] = without(line.substr(eq + 1), "\"' \r");
  }
  return all;
}

// The number after `word`: "CentOS Linux release 7.9.2009 (Core)" -> "7.9.2009".
std::string number_after(const std::string& text, const std::string& word) {
  size_t at = text.find(word);
  if (at == std::string::npos) return {};
  at += word.size();
  size_t end = at;
  while (end < text.size() && (isdigit(static_cast<unsigned char>(text[end])) || text[end] == '.')) end++;
  return text.substr(at, end - at);
}

std::string redhat_version(const std::string& text) {
  std::string low = lower(text);
  return contains(low, "rawhide") ? "rawhide" : number_after(low, "release ");
}

std::string redhat_platform(const std::string& text) {
  std::string low = lower(text);
  return contains(low, "red hat") ? "redhat" : first_word(first_line(low));
}

std::string suse_version(const std::string& text) {
  std::string version = number_after(text, "VERSION = "), patch = number_after(text, "PATCHLEVEL = ");
  return patch.empty() ? version : version + "." + patch;
}

struct Platform { std::string name, version; };

Platform debian_platform(std::map<std::string, std::string>& lsb) {
  std::string id = lsb["DISTRIB_ID"];
  if (id == "Ubuntu" || id == "LinuxMint") return {lower(id), lsb["DISTRIB_RELEASE"]};
  return {os_exists("/usr/bin/raspi-config") ? "raspbian" : "debian", first_line(file_text("/etc/debian_version"))};
}

Platform os_release_platform(std::map<std::string, std::string>& lsb) {
  auto release = assignments(os_exists("/etc/os-release") ? file_text("/etc/os-release") : file_text("/usr/lib/os-release"));
  if (!release["ID"].empty()) return {lower(release["ID"]), release["VERSION_ID"]};
  return {lower(lsb["DISTRIB_ID"]), lsb["DISTRIB_RELEASE"]};
}

// The order matters: derived distributions keep their parent's file beside their own.
Platform platform_detect() {
  auto lsb = assignments(file_text("/etc/lsb-release"));
  auto has = [](const char* path) { return os_exists(path); };
  if (has("/etc/oracle-release")) return {"oracle", redhat_version(file_text("/etc/oracle-release"))};
  if (has("/etc/enterprise-release")) return {"oracle", redhat_version(file_text("/etc/enterprise-release"))};
  if (has("/etc/slackware-version")) {
    std::string text = first_line(file_text("/etc/slackware-version"));
    return {"slackware", contains(lower(text), "slackware ") ? text.substr(10) : text};
  }
  if (has("/etc/debian_version")) return debian_platform(lsb);
  for (const char* path : {"/etc/redhat-release", "/etc/system-release"})
    if (has(path)) return {redhat_platform(file_text(path)), redhat_version(file_text(path))};
  if (has("/etc/gentoo-release")) return {"gentoo", redhat_version(file_text("/etc/gentoo-release"))};
  if (has("/etc/SuSE-release")) {
    std::string text = file_text("/etc/SuSE-release");
    return {contains(lower(text), "opensuse") ? "opensuse" : "suse", suse_version(text)};
  }
  if (has("/etc/arch-release")) return {"arch", lsb["DISTRIB_RELEASE"]};
  if (has("/etc/alpine-release")) return {"alpine", first_line(file_text("/etc/alpine-release"))};
  return os_release_platform(lsb);
}

std::string platform_family(const std::string& platform) {
  static const std::pair<const char*, const char*> kFamilies[] = {
      {"debian", "debian"}, {"ubuntu", "debian"}, {"linuxmint", "debian"}, {"raspbian", "debian"},
      {"fedora", "fedora"},
      {"oracle", "rhel"}, {"centos", "rhel"}, {"redhat", "rhel"}, {"scientific", "rhel"}, {"enterpriseenterprise", "rhel"},
      {"amazon", "rhel"}, {"xenserver", "rhel"}, {"cloudlinux", "rhel"}, {"ibm_powerkvm", "rhel"}, {"rocky", "rhel"},
      {"almalinux", "rhel"}, {"rhel", "rhel"},
      {"suse", "suse"}, {"opensuse", "suse"}, {"opensuse-leap", "suse"}, {"opensuse-tumbleweed", "suse"},
      {"opensuse-tumbleweed-kubic", "suse"}, {"sles", "suse"}, {"sled", "suse"}, {"caasp", "suse"},
      {"gentoo", "gentoo"}, {"slackware", "slackware"}, {"arch", "arch"}, {"exherbo", "exherbo"}, {"alpine", "alpine"},
      {"coreos", "coreos"}, {"solus", "solus"}};
  for (auto& [name, family] : kFamilies)
    if (platform == name) return family;
  return {};
}

// What `ldd --version` would say: glibc's ldd is a script that names its library, musl's is the loader itself.
std::string libc_type() {
  char target[256] = {};
  if (readlink("/usr/bin/ldd", target, sizeof target - 1) > 0 && contains(target, "musl")) return "musl";
  for (const char* path : {"/usr/bin/ldd", "/bin/ldd"}) {
    std::string text = lower(os_read_file(path, 4u << 20).value);
    if (contains(text, "glibc") || contains(text, "gnu libc")) return "glibc";
    if (contains(text, "musl")) return "musl";
  }
  return {};
}

struct Vm { std::string system, role; };

Vm vm_from_modules(const std::string& modules) {
  struct Row { const char *word, *system, *role; };
  static const Row kRows[] = {{"kvm", "kvm", "host"},       {"hv_util", "hyperv", "guest"}, {"vboxdrv", "vbox", "host"},
                              {"vboxguest", "vbox", "guest"}, {"vmware", "vmware", "guest"}};
  for (const Row& row : kRows)
    if (contains(modules, row.word)) return {row.system, row.role};
  return {};
}

Vm vm_from_cgroup(const std::string& cgroup, Vm found) {
  struct Row { const char *word, *system; };
  static const Row kRows[] = {{"lxc", "lxc"}, {"docker", "docker"}, {"machine-rkt", "rkt"}};
  for (const Row& row : kRows)
    if (contains(cgroup, row.word)) return {row.system, "guest"};
  if (os_exists("/usr/bin/lxc-version")) return {"lxc", "host"};
  return found;
}

// Later probes win, as in the original.
Vm vm_detect() {
  Vm vm;
  if (os_exists("/proc/xen")) vm = {"xen", contains(file_text("/proc/xen/capabilities"), "control_d") ? "host" : "guest"};
  if (Vm found = vm_from_modules(file_text("/proc/modules")); !found.system.empty()) vm = found;
  std::string cpu = file_text("/proc/cpuinfo");
  for (const char* word : {"QEMU Virtual CPU", "Common KVM processor", "Common 32-bit KVM processor"})
    if (contains(cpu, word)) vm = {"kvm", "guest"};
  if (contains(file_text("/proc/bus/pci/devices"), "virtio-pci")) vm.role = "guest";
  if (os_exists("/proc/bc/0")) vm = {"openvz", "host"};
  else if (os_exists("/proc/vz")) vm = {"openvz", "guest"};
  std::string status = file_text("/proc/self/status");
  if (contains(status, "s_context:") || contains(status, "VxID:")) vm.system = "linux-vserver";
  if (contains(file_text("/proc/1/environ"), "container=lxc")) vm = {"lxc", "guest"};
  vm = vm_from_cgroup(file_text("/proc/self/cgroup"), vm);
  if (os_exists("/.dockerenv")) vm = {"docker", "guest"};
  return vm;
}

int prefix_length(const sockaddr* mask) {
  if (!mask) return 0;
  const unsigned char* bytes;
  size_t count;
  if (mask->sa_family == AF_INET6) {
    bytes = reinterpret_cast<const sockaddr_in6*>(mask)->sin6_addr.s6_addr;
    count = 16;
  } else {
    bytes = reinterpret_cast<const unsigned char*>(&reinterpret_cast<const sockaddr_in*>(mask)->sin_addr);
    count = 4;
  }
  int bits = 0;
  for (size_t i = 0; i < count; i++) bits += __builtin_popcount(bytes[i]);
  return bits;
}

std::string cidr(const ifaddrs* a) {
  char text[INET6_ADDRSTRLEN] = {};
  const void* address = a->ifa_addr->sa_family == AF_INET6
      ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in6*>(a->ifa_addr)->sin6_addr)
      : &reinterpret_cast<const sockaddr_in*>(a->ifa_addr)->sin_addr;
  inet_ntop(a->ifa_addr->sa_family, address, text, sizeof text);
  return std::string(text) + "/" + std::to_string(prefix_length(a->ifa_netmask));
}

#ifdef __linux__
std::string mac_text(const sockaddr_ll* link) {
  std::string text;
  bool any = false;
  for (int i = 0; i < link->sll_halen && i < 8; i++) {
    char hex[4];
    snprintf(hex, sizeof hex, "%s%02x", i ? ":" : "", link->sll_addr[i]);
    text += hex;
    any = any || link->sll_addr[i] != 0;
  }
  return any ? text : std::string();  // the loopback's is all zero: it has none
}
#endif

std::vector<NetworkInterface> network_interfaces() {
  std::map<unsigned, NetworkInterface> by_index;
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return {};
  for (const ifaddrs* a = list; a; a = a->ifa_next) {
    unsigned index = if_nametoindex(a->ifa_name);
    if (index == 0 || !a->ifa_addr) continue;
    NetworkInterface& interface = by_index[index];
    if (interface.name.empty()) interface.name = a->ifa_name;
#ifdef __linux__
    if (a->ifa_addr->sa_family == AF_PACKET) interface.mac = mac_text(reinterpret_cast<const sockaddr_ll*>(a->ifa_addr));
#endif
    if (a->ifa_addr->sa_family == AF_INET || a->ifa_addr->sa_family == AF_INET6) interface.addresses.push_back(cidr(a));
  }
  freeifaddrs(list);
  std::vector<NetworkInterface> all;
  for (auto& [index, interface] : by_index) all.push_back(std::move(interface));
  return all;
}

}  // namespace

System os_system_facts() {
  System facts;
  facts.hostname = os_hostname();
#ifdef __linux__
  facts.os = "linux";
#elif defined(__APPLE__)
  facts.os = "darwin";
#else
  facts.os = "freebsd";
#endif
  Platform platform = platform_detect();
  facts.platform = platform.name;
  facts.platform_version = platform.version;
  facts.platform_family = platform_family(platform.name);
  facts.interfaces = network_interfaces();
  facts.arch = os_go_arch();
#if defined(__arm__) && defined(__ARM_ARCH)
  facts.arm_version = __ARM_ARCH >= 7 ? 7 : __ARM_ARCH;
#endif
#if defined(__mips__)
#ifdef __mips_soft_float
  facts.float_type = "soft";
#else
  facts.float_type = "hard";
#endif
#endif
  facts.libc_type = libc_type();
  Vm vm = vm_detect();
  facts.vm_system = vm.system;
  facts.vm_role = vm.role;
  return facts;
}

}  // namespace picket
