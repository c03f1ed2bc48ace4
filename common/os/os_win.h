// common/os/os_win.h - what the *_win.cc files share.
#pragma once
#ifndef _WIN32_WINNT
#define _WIN32_WINNT 0x0A00
#endif
#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#endif
#ifndef NOMINMAX
#define NOMINMAX
#endif
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>

#include <string>
#include <string_view>

#include "common/basic/result.h"

namespace picket {

std::wstring os_wide(std::string_view text);
std::string os_narrow(std::wstring_view wide);
std::string os_error_text(unsigned long error);
Status os_take_dir(const std::string& path);  // made if need be, and for the system and administrators only

}  // namespace picket
