// backend/script/script.cc - programs compiled once and run within their limits of time and memory.
#include "backend/script/script.h"

#include <algorithm>
#include <atomic>
#include <chrono>

#include "common/json/json.h"
#include "backend/script/heap.h"

namespace picket {
namespace {

// ---- compiling: bytecode, because every evaluation binds it to a global object of its own ----

struct Compile {
  std::string_view text;
  duk_uarridx_t index;
};

duk_ret_t compile(duk_context* ctx, void* argument) {
  auto* c = static_cast<Compile*>(argument);
  duk_push_heap_stash(ctx);
  duk_push_string(ctx, "expression");
  duk_compile_lstring_filename(ctx, DUK_COMPILE_EVAL, c->text.data(), c->text.size());
  duk_dump_function(ctx);
  duk_put_prop_index(ctx, -2, c->index);
  duk_push_undefined(ctx);
  return 1;
}

// An error of the text itself is remembered as well; one of time or memory is not.
CompiledScript compiled(Scripts* s, const std::string& text) {
  auto it = s->compiled.find(text);
  if (it != s->compiled.end()) return it->second;
  CompiledScript result;
  result.index = static_cast<duk_uarridx_t>(s->compiled.size());
  Compile c{text, result.index};
  Status status = text.size() > kScriptTextMax ? fail(Err::too_large, "script longer than " + std::to_string(kScriptTextMax) + " bytes")
                                               : heap_run(s, compile, &c, s->limits.time_ms);
  if (status.ok()) duk_pop(s->ctx);
  result.error = status.message;
  if (status.ok() || status.code == Err::invalid) s->compiled[text] = result;
  return result;
}

void load(duk_context* ctx, duk_uarridx_t index) {
  duk_push_heap_stash(ctx);
  duk_get_prop_index(ctx, -1, index);
  duk_remove(ctx, -2);
  duk_load_function(ctx);
}

// ---- the subject ----

struct Parse {
  const ScriptSubject* subject;
  bool whole;
};

duk_ret_t parse_subject(duk_context* ctx, void* argument) {
  auto* p = static_cast<Parse*>(argument);
  duk_push_heap_stash(ctx);
  if (p->whole) {
    duk_push_lstring(ctx, p->subject->json.data(), p->subject->json.size());
    duk_json_decode(ctx, -1);
  } else {
    subject_push(ctx, p->subject->json);
  }
  duk_put_prop_string(ctx, -2, "subject");
  duk_push_undefined(ctx);
  return 1;
}

// `whole`: as plain properties in the order of the text, for a mutator that may print it again.
Status subject_ready(Scripts* s, const ScriptSubject& subject, bool whole) {
  if (s->subject == subject.serial && !whole) return {};
  s->subject = 0;
  Parse parse{&subject, whole};
  Status status = heap_run(s, parse_subject, &parse, s->limits.time_ms);
  if (!status.ok()) return because("cannot pass the event to scripts", status);
  duk_pop(s->ctx);
  s->subject = subject.serial;
  return {};
}

// A script without these cannot change the object it looks at, and the next filter may look at the same one.
bool may_change(std::string_view text) {
  for (size_t i = 0; i < text.size(); i++) {
    char c = text[i], next = i + 1 < text.size() ? text[i + 1] : 0, before = i ? text[i - 1] : 0;
    if (c == '=' && next != '=' && before != '=' && before != '!' && before != '<' && before != '>') return true;
    if (c == '=' && (before == '<' || before == '>') && i > 1 && text[i - 2] == before) return true;  // <<= >>=
    if ((c == '+' || c == '-') && next == c) return true;
  }
  for (const char* word : {"delete", "push", "pop", "shift", "splice", "sort", "reverse", "define", "eval", "unction", "rototype",
                           "__proto__", "assign", "fill", "copyWithin", "freeze", "seal", "prevent", "["})
    if (text.find(word) != text.npos) {
      // Indexing alone changes nothing, but event['check']['history']['po' + 'p']() would.
      if (word[0] != '[' || text.find(")(") != text.npos || text.find("](") != text.npos) return true;
    }
  return false;
}

// ---- mutators see the event as it is printed, and as filters see it ----

// Run before a mutator, over plain ES5 objects. Names, labels and annotations are found beside `metadata`, too, and what is written
// there lands in it; maps and lists that are not there are empty ones while the script runs. None of it is printed.
constexpr const char* kMutatorPrelude = R"JS((function (event) {
  var kLists = ["handlers", "subscriptions", "runtime_assets", "env_vars", "silenced", "hooks", "check_hooks", "secrets", "pipelines",
    "output_metric_handlers", "output_metric_tags", "output_metric_thresholds", "subdues", "history", "redact", "keepalive_handlers"];
  var filled = [];
  function isObject(o) { return o !== null && typeof o === "object"; }
  function fill(o, key, empty) {
    if (isObject(o[key])) return;
    filled.push({ of: o, key: key, had: key in o, was: o[key] });
    o[key] = empty;
  }
  function hide(o, key, property) {
    if (key in o) return;
    property.configurable = true;
    Object.defineProperty(o, key, property);
  }
  function shorten(o) {
    if (!isObject(o)) return;
    fill(o, "metadata", {});
    fill(o.metadata, "labels", {});
    fill(o.metadata, "annotations", {});
    ["name", "namespace", "labels", "annotations", "created_by"].forEach(function (key) {
      hide(o, key, { get: function () { return o.metadata[key]; }, set: function (v) { o.metadata[key] = v; } });
    });
  }
  if (!isObject(event)) return;
  var check = event.check, entity = event.entity, last = check && check.history && check.history.slice(-2)[0];
  var silenced = !!check && (check.is_silenced === true || (isObject(check.silenced) && check.silenced.length > 0));
  hide(event, "has_check", { value: isObject(check) });
  hide(event, "has_metrics", { value: isObject(event.metrics) });
  hide(event, "is_incident", { value: isObject(check) && check.status !== 0 });
  hide(event, "is_resolution", { value: isObject(check) && check.status === 0 && check.history && check.history.length > 1 && last.status !== 0 });
  hide(event, "is_silenced", { value: silenced });
  [event, check, entity].concat(isObject(check) && isObject(check.hooks) ? check.hooks : []).forEach(shorten);
  if (isObject(check)) kLists.slice(0, 14).forEach(function (key) { fill(check, key, []); });
  if (isObject(entity)) ["subscriptions", "redact", "keepalive_handlers"].forEach(function (key) { fill(entity, key, []); });
  hide(event, "__restore", { value: function () {
    filled.reverse().forEach(function (f) {
      var v = f.of[f.key];
      if (isObject(v) && Object.keys(v).length === 0) {
        if (f.had) f.of[f.key] = f.was;
        else delete f.of[f.key];
      }
    });
  } });
})(event);)JS";

// What was filled in and is still empty goes again; the event is on top.
void event_restore(duk_context* ctx) {
  if (!duk_is_object(ctx, -1)) return;
  duk_get_prop_string(ctx, -1, "__restore");
  if (duk_is_function(ctx, -1)) duk_call(ctx, 0);
  duk_pop(ctx);
}

// ---- evaluating ----

struct Evaluation {
  Scripts* scripts;
  const char* subject_name;
  const duk_uarridx_t* libraries;
  size_t libraries_count;
  duk_uarridx_t script;
  const std::vector<std::string>* globals;  // "name=value"
  bool truth;                               // the completion value as a boolean; else as script_mutate wants it
};

// A new global object that inherits everything and owns what the script declares.
void scope_enter(duk_context* ctx, const Evaluation& e) {
  duk_push_heap_stash(ctx);
  duk_idx_t stash = duk_get_top_index(ctx);
  duk_push_object(ctx);
  globals_lend(ctx, stash);
  duk_get_prop_string(ctx, -2, "pristine");
  duk_set_prototype(ctx, -2);
  duk_push_string(ctx, e.subject_name);
  duk_get_prop_string(ctx, -3, "subject");
  duk_def_prop(ctx, -3, DUK_DEFPROP_HAVE_VALUE | DUK_DEFPROP_SET_WRITABLE | DUK_DEFPROP_SET_CONFIGURABLE | DUK_DEFPROP_SET_ENUMERABLE);
  for (size_t i = 0; e.globals && i < e.globals->size(); i++) {
    const std::string& pair = (*e.globals)[i];
    size_t equals = pair.find('=');
    if (equals == pair.npos) continue;
    duk_push_lstring(ctx, pair.data(), equals);
    duk_push_lstring(ctx, pair.data() + equals + 1, pair.size() - equals - 1);
    duk_def_prop(ctx, -3, DUK_DEFPROP_HAVE_VALUE | DUK_DEFPROP_SET_WRITABLE | DUK_DEFPROP_SET_CONFIGURABLE | DUK_DEFPROP_SET_ENUMERABLE);
  }
  duk_set_global_object(ctx);
  duk_pop(ctx);
}

// duk_error would put the path of this file into the program: other bytes by ccache than without.
duk_ret_t type_error(duk_context* ctx, const char* why) {
  duk_error_raw(ctx, DUK_ERR_TYPE_ERROR, nullptr, 0, "%s", why);
  return 0;  // it does not come back
}

duk_ret_t mutation_result(duk_context* ctx, const Evaluation& e) {
  if (duk_is_string(ctx, -1)) return 1;
  if (!duk_is_null_or_undefined(ctx, -1)) return type_error(ctx, "bad mutator result");
  duk_get_global_string(ctx, e.subject_name);
  event_restore(ctx);
  duk_json_encode(ctx, -1);
  if (!duk_is_string(ctx, -1)) return type_error(ctx, "bad mutator result: no event");
  // An object that is not a string any more asks the caller to write it as our own JSON.
  duk_push_array(ctx);
  duk_insert(ctx, -2);
  duk_put_prop_index(ctx, -2, 0);
  return 1;
}

duk_ret_t evaluate(duk_context* ctx, void* argument) {
  auto* e = static_cast<Evaluation*>(argument);
  scope_enter(ctx, *e);
  for (size_t i = 0; i < e->libraries_count; i++) {
    load(ctx, e->libraries[i]);
    duk_call(ctx, 0);
    duk_pop(ctx);
  }
  load(ctx, e->script);
  duk_call(ctx, 0);
  if (e->truth) {
    duk_push_boolean(ctx, duk_to_boolean(ctx, -1));
    return 1;
  }
  duk_call(ctx, 0);  // the mutator's function
  return mutation_result(ctx, *e);
}

// Indices of libraries and script in the stash. A library that does not parse fails what needs it.
struct Program {
  std::vector<duk_uarridx_t> libraries;
  duk_uarridx_t script = 0;
};

Status program_ready(Scripts* s, const std::string& text, const ScriptEnvironment& environment, bool is_mutator, Program& program) {
  if (s->compiled.size() > kScriptCacheMax) heap_drop(s);
  if (!heap_ready(s)) return fail(Err::too_large, "the memory limit of scripts is too small for any script");
  if (environment.libraries)
    for (const auto& library : *environment.libraries) {
      CompiledScript c = compiled(s, *library);
      if (!c.error.empty()) return fail(Err::invalid, "library in the filter's assets: " + c.error);
      program.libraries.push_back(c.index);
    }
  if (is_mutator) program.libraries.push_back(compiled(s, kMutatorPrelude).index);
  CompiledScript c = compiled(s, text);
  if (!c.error.empty()) return fail(Err::invalid, c.error);
  program.script = c.index;
  return {};
}

// ---- what was slow rests ----

constexpr const char* kRests = "script time limit exceeded; it is not run again for a minute";
constexpr const char* kNamespaceRests = "script time limit of the namespace exceeded; its scripts are not run for a minute";
constexpr const char* kBudgetUsed = "script time limit of the event exceeded; its other scripts are not run";

std::string rest_key(const ScriptEnvironment& environment, std::string_view text) {
  std::string key = environment.budget ? environment.budget->account : "";
  return key.append(1, '\n').append(text);
}

bool rests(Scripts* s, const std::string& key, int64_t now_s) {
  auto it = s->stopped.find(key);
  if (it == s->stopped.end()) return false;
  if (now_s < it->second && it->second - now_s <= kScriptPenaltyS) return true;
  s->stopped.erase(it);
  return false;
}

// Without a clock (now_s 0) nobody is kept waiting, and no script is kept from running.
Status penalty(Scripts* s, const std::string& text, const ScriptEnvironment& environment) {
  if (environment.budget && environment.budget->used_us >= environment.budget->time_us) return fail(Err::unavailable, kBudgetUsed);
  if (s->stopped.empty() || environment.now_s == 0) return {};
  if (environment.budget && rests(s, rest_key(environment, ""), environment.now_s)) return fail(Err::unavailable, kNamespaceRests);
  if (rests(s, rest_key(environment, text), environment.now_s)) return fail(Err::timeout, kRests);
  return {};
}

void punish(Scripts* s, const std::string& text, const ScriptEnvironment& environment) {
  if (s->stopped.size() >= kScriptCacheMax) s->stopped.clear();
  s->stopped[rest_key(environment, text)] = environment.now_s + kScriptPenaltyS;
  if (environment.on_rest) environment.on_rest(environment.budget ? environment.budget->account : "", text);
}

// True: it is at its limit, and empty again.
bool account_charge(Scripts* s, std::string key, int64_t took_us, int64_t share_ms, int64_t now_s) {
  if (s->accounts.size() >= kScriptCacheMax) s->accounts.clear();
  ScriptAccount& a = s->accounts[key];
  const int64_t run_out_us = std::max<int64_t>(now_s - a.at_s, 0) * share_ms * 1000 / kScriptAccountS;
  a.used_us = (a.at_s == 0 ? 0 : std::max<int64_t>(a.used_us - run_out_us, 0)) + took_us;
  a.at_s = now_s;
  if (a.used_us < share_ms * 1000) return false;
  s->accounts.erase(key);
  return true;
}

int64_t now_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// `took_us` goes by the clock on the wall, which costs next to nothing; only of a slow subject the processor's is asked.
void charge(Scripts* s, const std::string& text, const ScriptEnvironment& environment, int64_t took_us) {
  ScriptBudget& b = *environment.budget;
  b.used_us += took_us;
  if (b.used_us < kScriptSlowMs * 1000) return;
  b.used_us = std::min(b.used_us, thread_us() - b.began_us);
  if (b.used_us < kScriptSlowMs * 1000 || environment.now_s == 0) return;
  took_us = std::min(took_us, b.used_us);
  if (account_charge(s, rest_key(environment, text), took_us, kScriptShareMs, environment.now_s) &&
      !rests(s, rest_key(environment, text), environment.now_s))
    punish(s, text, environment);
  if (account_charge(s, rest_key(environment, ""), took_us, kScriptNamespaceShareMs, environment.now_s)) punish(s, "", environment);
}

// What is left of the subject's budget, as a limit of one evaluation.
int64_t time_left_ms(ScriptBudget* budget, int64_t time_ms) {
  if (!budget) return time_ms;
  if (budget->began_us == 0) budget->began_us = thread_us();
  return std::min(time_ms, std::max<int64_t>((budget->time_us - budget->used_us) / 1000, 1));
}

// Leaves the result on the stack when ok. `parse_us`: how long the subject took, which is not the script's fault.
Status script_eval_ready(Scripts* s, const ScriptSubject& subject, const std::string& text, const ScriptEnvironment& environment,
                         const std::vector<std::string>* globals, bool truth, int64_t time_ms, int64_t* parse_us) {
  Program program;
  if (Status status = program_ready(s, text, environment, !truth, program); !status.ok()) return status;
  const int64_t began = s->subject == subject.serial ? 0 : now_us();
  Status ready = subject_ready(s, subject, !truth);
  if (began != 0) *parse_us = now_us() - began;
  if (!ready.ok()) return ready;
  // Heaps that were dropped on the way took the bytecode with them.
  if (!s->ctx || s->compiled.find(text) == s->compiled.end()) return fail(Err::too_large, "event too large for scripts");
  Evaluation e{s, subject.name, program.libraries.data(), program.libraries.size(), program.script, globals, truth};
  s->environment = &environment;
  Status status = heap_run(s, evaluate, &e, time_ms);
  s->environment = nullptr;
  return status;
}

Status script_eval(Scripts* s, const ScriptSubject& subject, const std::string& text, const ScriptEnvironment& environment,
                   const std::vector<std::string>* globals, bool truth, int64_t time_ms) {
  if (Status status = penalty(s, text, environment); !status.ok()) return status;
  ScriptBudget* budget = environment.budget;
  const int64_t limit_ms = time_left_ms(budget, time_ms), began = budget ? now_us() : 0;
  int64_t parse_us = 0;
  Status status = script_eval_ready(s, subject, text, environment, globals, truth, limit_ms, &parse_us);
  const bool is_whole = limit_ms == time_ms;  // it had all the time that one script may have
  if (status.code == Err::timeout && is_whole) punish(s, text, environment);
  if (budget) charge(s, text, environment, now_us() - began - parse_us);
  if (status.code != Err::timeout || is_whole) return status;
  budget->used_us = budget->time_us;
  return fail(Err::unavailable, kBudgetUsed);
}

}  // namespace

Scripts* scripts_open(const ScriptLimits& limits) {
  auto* s = new Scripts;
  s->limits = limits;
  return s;
}

void scripts_close(Scripts* s) {
  if (!s) return;
  heap_drop(s);
  delete s;
}

size_t scripts_memory(const Scripts* s) { return s->used; }

ScriptSubject script_subject(const char* name, std::string json) {
  static std::atomic<uint64_t> serial{0};
  return {name, std::move(json), ++serial};
}

void script_run(Scripts* s, const ScriptSubject& subject, const std::vector<std::string>& expressions, const ScriptEnvironment& environment,
                const ScriptEach& each) {
  bool changed = environment.libraries && !environment.libraries->empty();
  for (size_t i = 0; i < expressions.size(); i++) {
    Status status = script_eval(s, subject, expressions[i], environment, nullptr, true, s->limits.time_ms);
    Result<bool> outcome = status;
    if (status.ok()) {
      outcome = Result<bool>(duk_get_boolean(s->ctx, -1) != 0);
      duk_pop(s->ctx);
    }
    changed = changed || may_change(expressions[i]);
    if (!each(i, outcome)) break;
  }
  if (changed) s->subject = 0;
}

Result<bool> script_truth(Scripts* s, const ScriptSubject& subject, const std::string& expression, const ScriptEnvironment& environment) {
  Result<bool> truth = false;
  script_run(s, subject, {expression}, environment, [&](size_t, const Result<bool>& outcome) {
    truth = outcome;
    return false;
  });
  return truth;
}

Status script_compiles(Scripts* s, const std::string& text) {
  if (!heap_ready(s)) return fail(Err::internal, "out of memory parsing the script");
  CompiledScript c = compiled(s, text);
  return c.error.empty() ? Status{} : fail(Err::invalid, c.error);
}

Status script_check(std::string_view text) {
  ScriptsPtr scripts(scripts_open());
  scripts->parse_only = true;
  return script_compiles(scripts.get(), std::string(text));
}

// As the rest of our JSON: `<`, `>`, `&` and the two line separators escaped.
static std::string escape_like_go(std::string_view json) {
  std::string out;
  for (size_t i = 0; i < json.size(); i++) {
    char c = json[i];
    if (c == '<') out += "\\u003c";
    else if (c == '>') out += "\\u003e";
    else if (c == '&') out += "\\u0026";
    else if (json.substr(i, 3) == "\xe2\x80\xa8") out += "\\u2028", i += 2;
    else if (json.substr(i, 3) == "\xe2\x80\xa9") out += "\\u2029", i += 2;
    else out += c;
  }
  return out;
}

Result<std::string> script_mutate(Scripts* s, const ScriptSubject& subject, const std::string& body,
                                  const std::vector<std::string>& globals, int64_t time_ms, const ScriptEnvironment& environment) {
  std::string text = "(function(){" + body + "\n})";
  Status status = script_eval(s, subject, text, environment, &globals, false, time_ms > 0 ? time_ms : s->limits.time_ms);
  s->subject = 0;
  if (!status.ok()) return status;
  duk_context* ctx = s->ctx;
  bool is_event = !duk_is_string(ctx, -1);
  if (is_event) duk_get_prop_index(ctx, -1, 0);
  duk_size_t size = 0;
  const char* bytes = duk_get_lstring(ctx, -1, &size);
  std::string result(bytes ? bytes : "", size);
  duk_pop_n(ctx, is_event ? 2 : 1);
  return is_event ? escape_like_go(result) : result;
}

}  // namespace picket
