// cli/main.cc - picket: the table of commands.
#include <cstdio>
#include <cstring>

#include "common/build_info.h"

int main(int argc, char** argv) {
  if (argc > 1 && strcmp(argv[1], "version") == 0) {
    printf("picket version %s, build %s, built %s\n", kVersion, kBuildSha, kBuildDate);
    return 0;
  }
  fprintf(stderr, "usage: picket version\n");
  return 2;
}
