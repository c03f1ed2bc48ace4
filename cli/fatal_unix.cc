// cli/fatal_unix.cc - of the release program only: what throws ends the process with a word about what it was.
//
// We build without exceptions and without the tables to unwind by (cmake/no_unwind.ld); what is left that throws is the
// library, out of memory or called wrongly. The library's own last words would bring its demangler, 50 kB.
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <typeinfo>

namespace {

void say(const char* text) { (void)!write(STDERR_FILENO, text, strlen(text)); }

}  // namespace

// -Wl,--wrap: every __cxa_throw of the program comes here.
extern "C" [[noreturn]] void __wrap___cxa_throw(void*, std::type_info* type, void (*)(void*)) {
  say("picket: uncaught exception ");
  say(type->name());
  say(strcmp(type->name(), "St9bad_alloc") == 0 ? ": out of memory\n" : "; this is a bug in picket\n");
  abort();
}

namespace __gnu_cxx {
void __verbose_terminate_handler() {
  say("picket: terminated by the standard library; this is a bug in picket\n");
  abort();
}
}  // namespace __gnu_cxx
