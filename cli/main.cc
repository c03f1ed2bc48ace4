// cli/main.cc - picket: the table of commands.
#include <cstdio>
#include <cstring>

#include "backend/command.h"
#include "common/build_info.h"

int main(int argc, char** argv) {
  if (argc > 1 && strcmp(argv[1], "version") == 0) {
    printf("picket version %s, build %s, built %s\n", kVersion, kBuildSha, kBuildDate);
    return 0;
  }
  if (argc > 1 && strcmp(argv[1], "backend") == 0) return picket::backend_command({argv + 2, argv + argc});
  fprintf(stderr, "usage: picket version\n");
  return 2;
}
