// backend/script/script.h - JavaScript (ES5, Duktape) with limits on time and memory. Pure; one Scripts per thread.
//
// Every evaluation gets a fresh global scope over shared, frozen built-ins: nothing leaks from one expression into the
// next but changes of the subject. Compiled expressions are kept; a subject is built once and evaluated many times.
// A script that runs too long or takes too much memory raises; the heap is thrown away then and made again on demand.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/basic/result.h"

namespace picket {

inline constexpr size_t kScriptTextMax = 256u << 10;  // bytes of one script; longer ones are refused
inline constexpr size_t kScriptCacheMax = 4096;       // compiled scripts; all are forgotten at the limit

// A script that ran out of time is not run again for this time: each event would have to wait for it.
inline constexpr int64_t kScriptPenaltyS = 60;

// What all expressions and mutators of one subject may take together; what comes after it is not run.
inline constexpr int64_t kScriptBudgetMs = 500;
// Time of subjects that took more than kScriptSlowMs goes on two accounts, of the script and of its namespace, which run empty in
// kScriptAccountS. What is on its account at the limit rests for kScriptPenaltyS. Many events of quick scripts are no fault of theirs.
inline constexpr int64_t kScriptSlowMs = 20, kScriptAccountS = 10;
inline constexpr int64_t kScriptShareMs = 1000, kScriptNamespaceShareMs = 2000;

struct ScriptLimits {
  int64_t time_ms = 500;          // of processor time, per evaluation
  size_t memory_max = 32u << 20;  // of the whole heap; an event of 8 MB fits
};

struct Scripts;
Scripts* scripts_open(const ScriptLimits& limits = {});
void scripts_close(Scripts* scripts);
struct ScriptsClose { void operator()(Scripts* s) const { scripts_close(s); } };
using ScriptsPtr = std::unique_ptr<Scripts, ScriptsClose>;

// Functions for scripts to use, from the lib/*.js files of assets: evaluated before the expression, in its scope.
using ScriptLibraries = std::vector<std::shared_ptr<const std::string>>;

// What scripts look at: a JSON text under a global name ("event", "entity"). Parsed on first use, kept until another
// subject is used or until a script may have changed it.
struct ScriptSubject {
  const char* name = "event";
  std::string json;
  uint64_t serial = 0;  // set by script_subject; equal serials are the same subject
};
ScriptSubject script_subject(const char* name, std::string json);

// One subject's, handed to every evaluation on it.
struct ScriptBudget {
  std::string account;  // the namespace whose scripts these are
  int64_t time_us = kScriptBudgetMs * 1000;
  int64_t used_us = 0;
  int64_t began_us = 0;  // of the thread's processor time, at the first evaluation; 0 = not yet
};

struct ScriptEnvironment {
  const ScriptLibraries* libraries = nullptr;
  int64_t now_s = 0;                                      // for seconds_since
  std::function<void(std::string_view line)> on_console;  // console.log; empty = dropped
  ScriptBudget* budget = nullptr;                         // null: each evaluation has its own limit only
  // Somebody begins to rest: a script's text, or "" for the whole namespace. May be empty.
  std::function<void(std::string_view ns, std::string_view script)> on_rest;
};

// Evaluates the expressions one after the other on the same subject, each in a scope of its own, until `each` says stop.
// `each` gets the completion value as a boolean (JS truthiness), or the error: Err::timeout when this script ran too long or rests
// for it, Err::unavailable when no other one would be run either (the budget is used up, the namespace rests).
using ScriptEach = std::function<bool(size_t index, const Result<bool>& outcome)>;
void script_run(Scripts* scripts, const ScriptSubject& subject, const std::vector<std::string>& expressions,
                const ScriptEnvironment& environment, const ScriptEach& each);
Result<bool> script_truth(Scripts* scripts, const ScriptSubject& subject, const std::string& expression,
                          const ScriptEnvironment& environment);

// Does it parse. The message is the parser's. script_check needs no heap of the caller's; script_compiles remembers.
Status script_check(std::string_view text);
Status script_compiles(Scripts* scripts, const std::string& text);

// A javascript mutator: `body` is a function body that sees the subject and `globals` (name=value strings). A string it
// returns is the result; null or undefined: the (changed) subject as JSON; anything else: `bad mutator result`.
Result<std::string> script_mutate(Scripts* scripts, const ScriptSubject& subject, const std::string& body,
                                  const std::vector<std::string>& globals, int64_t time_ms, const ScriptEnvironment& environment);

size_t scripts_memory(const Scripts* scripts);  // bytes in use

}  // namespace picket
