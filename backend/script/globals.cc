// backend/script/globals.cc - what a script finds: ES5, the helper functions, console.log; all of it frozen.
#include <cmath>
#include <cstdint>

#include "common/time/timezone.h"
#include "backend/script/heap.h"

namespace picket {
namespace {

// A time argument as the reference takes it: what is not a number counts as 0.
int64_t time_argument(duk_context* ctx) {
  double v = duk_is_number(ctx, 0) ? duk_get_number(ctx, 0) : 0;
  return std::isfinite(v) && std::fabs(v) < 1e15 ? static_cast<int64_t>(v) : 0;
}

template <int WallTime::*Part>
duk_ret_t wall_part(duk_context* ctx) {
  if (duk_is_undefined(ctx, 0)) duk_push_int(ctx, 0);
  else duk_push_int(ctx, wall_time(time_argument(ctx)).*Part);
  return 1;
}

duk_ret_t seconds_since(duk_context* ctx) {
  const ScriptEnvironment* e = scripts_of(ctx)->environment;
  duk_push_number(ctx, static_cast<double>((e ? e->now_s : 0) - time_argument(ctx)));
  return 1;
}

duk_ret_t console_log(duk_context* ctx) {
  duk_push_string(ctx, " ");
  duk_insert(ctx, 0);
  duk_join(ctx, duk_get_top(ctx) - 1);
  duk_size_t size = 0;
  const char* text = duk_get_lstring(ctx, -1, &size);
  const ScriptEnvironment* e = scripts_of(ctx)->environment;
  if (!e || !e->on_console) return 0;
  ScriptHold hold(scripts_of(ctx)->watch);
  e->on_console({text, size});
  return 0;
}

struct Helper { const char* name; duk_c_function function; };
const Helper kHelpers[] = {
    {"hour", wall_part<&WallTime::hour>},     {"weekday", wall_part<&WallTime::weekday>},
    {"minute", wall_part<&WallTime::minute>}, {"second", wall_part<&WallTime::second>},
    {"seconds_since", seconds_since},
};

// Runs once per heap with the global object and a native function (they have a prototype of their own) as its arguments.
// - What ES5 does not have goes away, so an expression that works here works in the reference.
// - Native loops over a length that somebody made up (4 billion) could not be stopped: they refuse it.
// - Everything is frozen, so that no script can leave something for the next. Freezing alone would also forbid
//   `o.toString = ..` on plain objects (an inherited read-only property refuses assignment), so what is likely to be
//   overridden becomes an accessor whose setter defines the property on the object itself.
const char kFreeze[] = R"JS((function (g, native) {
  'use strict';
  var keep = ('Object Function Array String Boolean Number Date RegExp Error EvalError RangeError ReferenceError ' +
    'SyntaxError TypeError URIError Math JSON NaN Infinity undefined eval parseInt parseFloat isNaN isFinite decodeURI ' +
    'decodeURIComponent encodeURI encodeURIComponent escape unescape').split(' ');
  var names = Object.getOwnPropertyNames, get = Object.getOwnPropertyDescriptor, def = Object.defineProperty, freeze = Object.freeze,
    frozen = Object.isFrozen;
  var max = 1000000;
  names(g).forEach(function (n) { if (keep.indexOf(n) < 0) delete g[n]; });
  function bounded(f) {
    return function () {
      if (this != null && this.length > max) throw new RangeError('the array is too long');
      return f.apply(this, arguments);
    };
  }
  var A = Array.prototype;
  names(A).forEach(function (n) {
    if (n !== 'constructor' && typeof A[n] === 'function') def(A, n, { value: bounded(A[n]), writable: true, configurable: true, enumerable: false });
  });
  var stringify = JSON.stringify;
  function measure(v, depth) {
    if (v === null || typeof v !== 'object' || depth > 100) return;
    if (Array.isArray(v) && v.length > max) throw new RangeError('the array is too long');
    Object.keys(v).forEach(function (k) { measure(v[k], depth + 1); });
  }
  JSON.stringify = function stringify_(v, r, s) { measure(v, 0); return stringify(v, r, s); };
  function overridable(o) {
    names(o).forEach(function (n) {
      var d = get(o, n);
      if (!d.configurable || !('value' in d)) return;
      var v = d.value;
      def(o, n, {
        get: function () { return v; },
        set: function (x) { if (this !== o) def(this, n, { value: x, writable: true, enumerable: true, configurable: true }); },
        enumerable: d.enumerable, configurable: false
      });
    });
  }
  function deep(o) {
    if (o === null || (typeof o !== 'object' && typeof o !== 'function') || frozen(o)) return;
    freeze(o);
    deep(Object.getPrototypeOf(o));
    names(o).forEach(function (n) {
      var d = get(o, n);
      if ('value' in d) deep(d.value); else { deep(d.get); deep(d.set); }
    });
  }
  var roots = names(g).map(function (n) { return g[n]; });
  [Object, Function, Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError].forEach(function (c) { overridable(c.prototype); });
  roots.forEach(deep);
  deep(native);
  overridable(g);
  names(g).forEach(function (n) { var d = get(g, n); deep(d.get); deep(d.set); });
  freeze(g);
}))JS";

}  // namespace

Scripts* scripts_of(duk_context* ctx) {
  duk_memory_functions functions;
  duk_get_memory_functions(ctx, &functions);
  return static_cast<Scripts*>(functions.udata);
}

void globals_install(duk_context* ctx) {
  duk_push_heap_stash(ctx);
  duk_eval_string(ctx, kFreeze);
  duk_push_global_object(ctx);
  duk_push_c_function(ctx, console_log, DUK_VARARGS);
  duk_call(ctx, 2);
  duk_pop(ctx);
  duk_push_global_object(ctx);
  duk_put_prop_string(ctx, -2, "pristine");
  for (const Helper& h : kHelpers) {
    duk_push_c_function(ctx, h.function, 1);
    duk_freeze(ctx, -1);
    duk_put_prop_string(ctx, -2, h.name);
  }
  duk_push_object(ctx);
  duk_push_c_function(ctx, console_log, DUK_VARARGS);
  duk_freeze(ctx, -1);
  duk_put_prop_string(ctx, -2, "log");
  duk_freeze(ctx, -1);
  duk_put_prop_string(ctx, -2, "console");
  duk_pop(ctx);
}

// Helpers are the scope's own, because a script may declare a function of the same name, and a declaration cannot
// replace what is inherited and frozen.
void globals_lend(duk_context* ctx, duk_idx_t stash) {
  auto lend = [&](const char* name) {
    duk_get_prop_string(ctx, stash, name);
    duk_put_prop_string(ctx, -2, name);
  };
  for (const Helper& h : kHelpers) lend(h.name);
  lend("console");
}

}  // namespace picket
