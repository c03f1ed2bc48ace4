// backend/script/heap.h - one Duktape heap with limits: what script.cc and globals.cc share.
#pragma once
#include <duktape.h>

#include <ctime>
#include <string>
#include <unordered_map>

#include "backend/script/script.h"
#include "backend/script/script_watch.h"

namespace picket {

// In front of every block; those of a heap are in a ring, so that it can be thrown away whatever state it is in.
struct ScriptBlock {
  ScriptBlock *before, *behind;
  size_t size;
};

// Time taken lately, running out by itself (script.h: kScriptAccountS).
struct ScriptAccount { int64_t used_us = 0, at_s = 0; };

// A script that was compiled (its bytecode lies in the heap's stash), or why it could not be.
struct CompiledScript {
  duk_uarridx_t index = 0;
  std::string error;
};

struct Scripts {
  ScriptLimits limits;
  bool parse_only = false;                  // nothing is evaluated: the heap needs no globals
  duk_context* ctx = nullptr;               // null: to be made on demand
  size_t used = 0;                          // bytes the heap holds
  ScriptBlock blocks{&blocks, &blocks, 0};  // of the heap
  ScriptWatch watch;
  bool out_of_memory = false;
  bool timed_out = false;
  int64_t time_ms = 0;   // of processor time for what runs now; 0 = no limit
  int64_t began_us = 0;  // of the thread's processor time, when somebody asked for the first time; 0 = not yet
  std::unordered_map<std::string, CompiledScript> compiled;
  // Of "namespace\n" and "namespace\nscript".
  std::unordered_map<std::string, int64_t> stopped;         // those that rest: until when, unix seconds
  std::unordered_map<std::string, ScriptAccount> accounts;  // those that were slow lately
  uint64_t subject = 0;                                     // serial of the subject that lies in the stash, 0 = none or changed
  const ScriptEnvironment* environment = nullptr;           // of the evaluation that runs
};

// Makes the heap if there is none. False: not even an empty heap fits into the limit.
bool heap_ready(Scripts* s);
void heap_drop(Scripts* s);
// Runs `f(ctx, argument)`, which leaves one value on top; every failure of it becomes an error text and nothing stays
// on the stack then. `time_ms` limits it. f must hold no C++ object with a destructor: failures jump over it.
Status heap_run(Scripts* s, duk_safe_call_function f, void* argument, int64_t time_ms);

int64_t thread_us();  // of the thread's processor time; never 0

// globals.cc: what scripts find, frozen. Leaves the pristine global object in the stash as "pristine".
void globals_install(duk_context* ctx);
void globals_lend(duk_context* ctx, duk_idx_t stash);  // helper functions into the object on top
Scripts* scripts_of(duk_context* ctx);

// subject.cc: pushes the object of a compact JSON text, its large members to be parsed on first use.
void subject_install(duk_context* ctx);
void subject_push(duk_context* ctx, std::string_view json);

}  // namespace picket

// Is it out of time: 1 = stop it. Asked by Duktape now and then, and by the watch.
extern "C" unsigned int picket_duk_timeout(void* udata);
