// common/process/process_text_win.cc - commands of Windows write in the code page of the console, events are UTF-8.
#include <algorithm>

#include "common/json/cursor.h"
#include "common/os/os_win.h"
#include "common/process/process_os.h"

namespace picket {
namespace {

constexpr size_t kPart = 1 << 20;  // bytes converted at once; the system counts in int

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// Without the incomplete characters at both ends.
std::string_view whole(std::string_view text) {
  for (int i = 0; i < 3 && !text.empty() && is_continuation(text.front()); i++) text.remove_prefix(1);
  for (size_t back = 1; back <= std::min<size_t>(text.size(), 3); back++) {
    unsigned char c = static_cast<unsigned char>(text[text.size() - back]);
    size_t length = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC0 ? 2 : 1;
    if (length > back) return text.substr(0, text.size() - back);
    if (!is_continuation(static_cast<char>(c))) break;
  }
  return text;
}

bool is_utf8(std::string_view text) {
  const char *at = text.data(), *end = at + text.size();
  for (int length = 1; at < end && length > 0; at += length) length = utf8_length(at, end);
  return at == end;
}

// The system's, not the process's: a console of its own is made for each command.
UINT console_code_page() {
  DWORD page = 0;
  int size = GetLocaleInfoEx(LOCALE_NAME_SYSTEM_DEFAULT, LOCALE_IDEFAULTCODEPAGE | LOCALE_RETURN_NUMBER, reinterpret_cast<LPWSTR>(&page),
                             sizeof page / sizeof(wchar_t));
  return size > 0 && page != 0 ? page : GetOEMCP();
}

std::string from_code_page(UINT page, std::string_view text) {
  std::string out;
  while (!text.empty()) {
    size_t size = std::min(text.size(), kPart);
    if (size < text.size())
      while (size > kPart - 2 && IsDBCSLeadByteEx(page, static_cast<BYTE>(text[size - 1]))) size--;  // with its second byte
    std::wstring wide(size, L'\0');
    int count = MultiByteToWideChar(page, 0, text.data(), int(size), wide.data(), int(size));
    out += os_narrow(std::wstring_view(wide).substr(0, size_t(std::max(count, 0))));
    text.remove_prefix(size);
  }
  return out;
}

}  // namespace

std::string process_output_text(std::string bytes, bool is_cut) {
  if (bytes.compare(0, 2, "\xFF\xFE") == 0)
    return os_narrow(std::wstring_view(reinterpret_cast<const wchar_t*>(bytes.data()) + 1, bytes.size() / 2 - 1));
  if (is_utf8(is_cut ? whole(bytes) : std::string_view(bytes))) return bytes;
  return from_code_page(console_code_page(), bytes);
}

}  // namespace picket
