// backend/script/heap.cc - the heap: memory with a cap, time with a deadline, failures as values.
#include "backend/script/heap.h"

#include <time.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace picket {
namespace {

// Aligned as malloc's.
union BlockHeader {
  ScriptBlock block;
  max_align_t align;
};

BlockHeader* header_of(void* p) { return static_cast<BlockHeader*>(p) - 1; }

void ring_in(ScriptBlock& ring, ScriptBlock* b) {
  b->before = &ring;
  b->behind = ring.behind;
  b->before->behind = b->behind->before = b;
}

bool fits(Scripts* s, size_t old, size_t size) {
  if (size <= s->limits.memory_max && s->used - old + size <= s->limits.memory_max) return true;
  s->out_of_memory = true;
  return false;
}

void* block_alloc(void* udata, duk_size_t size) {
  auto* s = static_cast<Scripts*>(udata);
  if (size == 0 || !fits(s, 0, size)) return nullptr;
  ScriptHold hold(s->watch);
  void* memory = std::malloc(sizeof(BlockHeader) + size);
  if (!memory) return nullptr;
  auto* header = static_cast<BlockHeader*>(memory);
  header->block.size = size;
  ring_in(s->blocks, &header->block);
  s->used += size;
  return header + 1;
}

void block_free(void* udata, void* p) {
  if (!p) return;
  auto* s = static_cast<Scripts*>(udata);
  ScriptHold hold(s->watch);
  ScriptBlock& b = header_of(p)->block;
  s->used -= b.size;
  b.before->behind = b.behind;
  b.behind->before = b.before;
  std::free(header_of(p));
}

void* block_realloc(void* udata, void* p, duk_size_t size) {
  auto* s = static_cast<Scripts*>(udata);
  if (!p) return block_alloc(udata, size);
  if (size == 0) {
    block_free(udata, p);
    return nullptr;
  }
  size_t old = header_of(p)->block.size;
  if (!fits(s, old, size)) return nullptr;
  ScriptHold hold(s->watch);
  auto* header = static_cast<BlockHeader*>(std::realloc(header_of(p), sizeof(BlockHeader) + size));
  if (!header) return nullptr;
  s->used += size - old;
  header->block.size = size;
  header->block.before->behind = header->block.behind->before = &header->block;
  return header + 1;
}

// Duktape calls this when it cannot go on and no caller is there to report to: only our own mistakes lead here.
void on_fatal(void*, const char*) { std::abort(); }

duk_ret_t install(duk_context* ctx, void*) {
  globals_install(ctx);
  subject_install(ctx);
  duk_push_undefined(ctx);
  return 1;
}

// The error on top as text; the value is popped.
duk_ret_t error_text(duk_context* ctx, void*) {
  duk_safe_to_string(ctx, -1);
  return 1;
}

// False: it was left in the middle. This frame is what the watch jumps to: nothing in it needs an end.
bool run_watched(Scripts* s, duk_safe_call_function f, void* argument, duk_idx_t arguments, duk_int_t* outcome) {
  if (SCRIPT_WATCH_POINT(s->watch) != 0) return script_watch_end(), false;
  script_watch_begin(s);
  *outcome = duk_safe_call(s->ctx, f, argument, arguments, 1);
  script_watch_end();
  return true;
}

// The script's own toString makes the text, with what is left of its time.
std::string take_error(Scripts* s) {
  duk_context* ctx = s->ctx;
  duk_int_t outcome = DUK_EXEC_ERROR;
  if (!s->timed_out && !s->out_of_memory && !run_watched(s, error_text, nullptr, 1, &outcome)) s->timed_out = true;
  if (s->timed_out) return "script time limit exceeded";
  if (s->out_of_memory) return "script memory limit exceeded: " + std::to_string(s->limits.memory_max >> 20) + " MB";
  if (outcome != DUK_EXEC_SUCCESS) return "the script raised an error without a message";
  duk_size_t size = 0;
  const char* text = duk_get_lstring(ctx, -1, &size);
  return text ? std::string(text, std::min<duk_size_t>(size, 1024)) : "the script raised an error without a message";
}

}  // namespace

bool heap_ready(Scripts* s) {
  if (s->ctx) return true;
  s->out_of_memory = s->timed_out = false;
  s->ctx = duk_create_heap(block_alloc, block_realloc, block_free, s, on_fatal);
  if (!s->ctx || s->parse_only) return s->ctx != nullptr;
  if (duk_safe_call(s->ctx, install, nullptr, 0, 1) == DUK_EXEC_SUCCESS) {
    duk_pop(s->ctx);
    return true;
  }
  heap_drop(s);
  return false;
}

// By its blocks: a heap that was left in the middle cannot be walked, and finalizers there are none.
void heap_drop(Scripts* s) {
  s->time_ms = 0;
  s->ctx = nullptr;
  for (ScriptBlock* b = s->blocks.behind; b != &s->blocks;) std::free(reinterpret_cast<BlockHeader*>(std::exchange(b, b->behind)));
  s->blocks.before = s->blocks.behind = &s->blocks;
  s->used = 0;
  s->compiled.clear();
  s->subject = 0;
}

Status heap_run(Scripts* s, duk_safe_call_function f, void* argument, int64_t time_ms) {
  s->out_of_memory = s->timed_out = false;
  s->time_ms = time_ms;
  s->began_us = 0;
  duk_int_t outcome = DUK_EXEC_ERROR;
  if (!run_watched(s, f, argument, 0, &outcome)) s->timed_out = true;
  if (outcome == DUK_EXEC_SUCCESS) return s->time_ms = 0, Status{};
  std::string text = take_error(s);
  s->time_ms = 0;
  Err code = s->timed_out ? Err::timeout : s->out_of_memory ? Err::too_large : Err::invalid;
  // What a stopped script left is of no use: begin with a clean heap.
  if (code == Err::invalid) duk_pop(s->ctx);
  else heap_drop(s);
  return fail(code, std::move(text));
}

int64_t thread_us() {
#ifdef CLOCK_THREAD_CPUTIME_ID
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return int64_t{t.tv_sec} * 1'000'000 + t.tv_nsec / 1000 + 1;
#else
  return int64_t{std::clock()} * 1'000'000 / CLOCKS_PER_SEC + 1;
#endif
}

}  // namespace picket

// Processor time, so that a busy machine does not make a good script fail; and the first question starts the watch, so
// that the many scripts that end before it cost no look at the clock.
// Duktape asks now and then while a script runs (DUK_USE_EXEC_TIMEOUT_CHECK): 1 = stop it.
extern "C" unsigned int picket_duk_timeout(void* udata) {
  auto* s = static_cast<picket::Scripts*>(udata);
  if (s->time_ms == 0) return 0;
  int64_t now = picket::thread_us();
  if (s->began_us == 0) s->began_us = now;
  if ((now - s->began_us) / 1000 < s->time_ms) return 0;
  s->timed_out = true;
  return 1;
}
