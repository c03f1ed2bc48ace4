// backend/script_heap.cc - the heap: memory with a cap, time with a deadline, failures as values.
#include "script_heap.h"

#include <cstdlib>
#include <cstring>

namespace picket {
namespace {

// Every block carries its size in front of it, aligned as malloc's.
union BlockHeader { size_t size; max_align_t align; };

void* block_alloc(void* udata, duk_size_t size) {
  auto* s = static_cast<Scripts*>(udata);
  if (size == 0) return nullptr;
  if (size > s->limits.memory_max || s->used + size > s->limits.memory_max) {
    s->out_of_memory = true;
    return nullptr;
  }
  auto* block = static_cast<BlockHeader*>(std::malloc(sizeof(BlockHeader) + size));
  if (!block) return nullptr;
  block->size = size;
  s->used += size;
  return block + 1;
}

void block_free(void* udata, void* p) {
  if (!p) return;
  auto* block = static_cast<BlockHeader*>(p) - 1;
  static_cast<Scripts*>(udata)->used -= block->size;
  std::free(block);
}

void* block_realloc(void* udata, void* p, duk_size_t size) {
  auto* s = static_cast<Scripts*>(udata);
  if (!p) return block_alloc(udata, size);
  if (size == 0) {
    block_free(udata, p);
    return nullptr;
  }
  auto* block = static_cast<BlockHeader*>(p) - 1;
  size_t old = block->size;
  if (size > s->limits.memory_max || s->used - old + size > s->limits.memory_max) {
    s->out_of_memory = true;
    return nullptr;
  }
  block = static_cast<BlockHeader*>(std::realloc(block, sizeof(BlockHeader) + size));
  if (!block) return nullptr;
  s->used += size - old;
  block->size = size;
  return block + 1;
}

// Duktape calls this when it cannot go on and nobody is there to be told: only our own mistakes lead here.
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

std::string take_error(Scripts* s) {
  duk_context* ctx = s->ctx;
  if (s->timed_out) return "the script ran longer than it may";
  if (s->out_of_memory) return "the script took more than " + std::to_string(s->limits.memory_max >> 20) + " MB of memory";
  if (duk_safe_call(ctx, error_text, nullptr, 1, 1) != DUK_EXEC_SUCCESS) return "the script raised an error without a text";
  duk_size_t size = 0;
  const char* text = duk_get_lstring(ctx, -1, &size);
  return text ? std::string(text, std::min<duk_size_t>(size, 1024)) : "the script raised an error without a text";
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

void heap_drop(Scripts* s) {
  if (!s->ctx) return;
  s->time_ms = 0;
  duk_destroy_heap(s->ctx);
  s->ctx = nullptr;
  s->compiled.clear();
  s->subject = 0;
}

Status heap_run(Scripts* s, duk_safe_call_function f, void* argument, int64_t time_ms) {
  s->out_of_memory = s->timed_out = false;
  s->time_ms = time_ms;
  s->began = 0;
  duk_int_t outcome = duk_safe_call(s->ctx, f, argument, 0, 1);
  s->time_ms = 0;
  if (outcome == DUK_EXEC_SUCCESS) return {};
  Err code = s->timed_out ? Err::timeout : s->out_of_memory ? Err::too_large : Err::invalid;
  Status status = fail(code, take_error(s));
  duk_pop(s->ctx);
  // What a stopped script left behind is of no use: begin with a clean heap.
  if (code != Err::invalid) heap_drop(s);
  return status;
}

}  // namespace picket

// Processor time, so that a busy machine does not make a good script fail; and the first question starts the watch, so
// that the many scripts that end before it cost no look at the clock.
// Duktape asks now and then while a script runs (DUK_USE_EXEC_TIMEOUT_CHECK): 1 = stop it.
extern "C" unsigned int picket_duk_timeout(void* udata) {
  auto* s = static_cast<picket::Scripts*>(udata);
  if (s->time_ms == 0) return 0;
  std::clock_t now = std::clock();
  if (s->began == 0) s->began = now == 0 ? 1 : now;
  if (int64_t(now - s->began) * 1000 / CLOCKS_PER_SEC < s->time_ms) return 0;
  s->timed_out = true;
  return 1;
}
