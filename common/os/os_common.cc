// common/os/os_common.cc - what of os.h is the same on every system.
#include "common/os/os.h"

namespace picket {

std::string os_uuid() {
  unsigned char b[16];
  if (!os_random(b, sizeof b)) return {};
  b[6] = static_cast<unsigned char>((b[6] & 0x0f) | 0x40);
  b[8] = static_cast<unsigned char>((b[8] & 0x3f) | 0x80);
  std::string text;
  for (int i = 0; i < 16; i++) {
    static const char kHex[] = "0123456789abcdef";
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += kHex[b[i] >> 4];
    text += kHex[b[i] & 15];
  }
  return text;
}

const char* os_go_arch() {
#if defined(__x86_64__) || defined(_M_X64)
  return "amd64";
#elif defined(__i386__) || defined(_M_IX86)
  return "386";
#elif defined(__aarch64__) || defined(_M_ARM64)
  return "arm64";
#elif defined(__arm__)
  return "arm";
#elif defined(__powerpc64__) && defined(__LITTLE_ENDIAN__)
  return "ppc64le";
#elif defined(__powerpc64__)
  return "ppc64";
#elif defined(__s390x__)
  return "s390x";
#elif defined(__riscv) && __riscv_xlen == 64
  return "riscv64";
#elif defined(__loongarch64)
  return "loong64";
#elif defined(__mips64) && defined(__MIPSEL__)
  return "mips64le";
#elif defined(__mips64)
  return "mips64";
#elif defined(__mips__) && defined(__MIPSEL__)
  return "mipsle";
#elif defined(__mips__)
  return "mips";
#else
  return "unknown";
#endif
}

}  // namespace picket
