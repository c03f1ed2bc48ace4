/* Included before everything else in a Windows build: Windows' headers first, in the order they want, then without the words
 * they take away from ordinary code. */
#pragma once
#define WIN32_LEAN_AND_MEAN
#define NOMINMAX
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>
#undef near
#undef far
#undef interface
#undef small
#undef ERROR
#undef IN
#undef OUT
