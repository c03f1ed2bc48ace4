// backend/script/script_watch_win.cc - see script_watch.h: Duktape's own looks at the clock are all there is.
#include "backend/script/script_watch.h"

namespace picket {

void script_watch_begin(Scripts*) {}
void script_watch_end() {}

}  // namespace picket
