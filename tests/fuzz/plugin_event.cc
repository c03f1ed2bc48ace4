// tests/fuzz/plugin_event.cc - any text as the event a handler reads with plugins-sdk: refused or read, never beyond its end;
// what a mutator prints is JSON again.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>
#include <picket/plugin.h>

#include "common/json/json.h"

static void walk(pk_json j, int depth) {
  char text[40];
  pk_json key, value;
  const char* at = nullptr;
  size_t count = 0;
  (void)pk_json_string(j, text, sizeof text), (void)pk_json_number(j, 0), (void)pk_json_integer(j, 0), (void)pk_json_bool(j, 0);
  while (pk_json_next(j, &at, &key, &value)) walk(value, depth + 1), count++;
  if (count != pk_json_count(j)) std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::vector<char> exact(data, data + size);  // so that one byte too far is seen
  pk_json j = pk_json_check(exact.data(), exact.size());
  std::string text(exact.begin(), exact.end());
  if ((pk_json_kind(j) != PK_NOTHING) && !picket::json_check(text).ok()) std::abort();  // ours is as strict
  if (pk_json_kind(j) == PK_NOTHING) return 0;
  walk(j, 0);
  pk_event event = {nullptr, j};
  char out[64];
  (void)pk_event_entity(&event, out, sizeof out), (void)pk_event_annotation(&event, "a", out, sizeof out),
      (void)pk_event_is_resolution(&event);
  const char* path[] = {"check", "a"};
  char* printed = nullptr;
  size_t printed_size = 0;
  FILE* to = open_memstream(&printed, &printed_size);
  pk_json_put_with(to, j, path, 2, "1");
  fclose(to);
  if (pk_json_kind(pk_json_check(printed, printed_size)) != PK_OBJECT) std::abort();
  free(printed);
  return 0;
}
