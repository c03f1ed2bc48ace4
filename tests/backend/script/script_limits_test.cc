// tests/backend/script/script_limits_test.cc - what scripts cost, and what ends those that cost too much.
#include <doctest/doctest.h>

#include <ctime>

#include "backend/script/script.h"
#include "common/json/json.h"

using namespace picket;

static Result<bool> truth(Scripts* s, const char* expression, const char* json = "{\"a\":1,\"list\":[3,1,2],\"text\":\"x\"}") {
  return script_truth(s, script_subject("event", json), expression, {});
}

TEST_CASE("a script that does not end, or eats memory, is stopped and harms nobody") {
  ScriptsPtr quick(scripts_open({50, 64u << 20})), small(scripts_open({5000, 2u << 20}));
  struct { const char* script; Err code; const char* why; } rows[] = {
      {"while (true) {}", Err::timeout, "a loop"},
      {"for (;;) { try { while (true) {} } catch (e) {} }", Err::timeout, "the stop cannot be caught"},
      {"(function f() { return f() + 1 })()", Err::invalid, "recursion has its own bound"},
      {"var a = []; while (true) a.push('xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' + a.length)", Err::too_large, "memory"},
      {"var t = 'x'; while (true) t += t", Err::too_large, "one long string"},
      {"new Array(4294967295).join('x')", Err::invalid, "a native loop over a made-up length"},
      {"Array.prototype.indexOf.call({length: 4294967295}, 1)", Err::invalid, "the same on an object"},
      {"JSON.stringify(new Array(4294967295))", Err::invalid, "and in JSON"},
      {"/^(a+)+$/.test('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!')", Err::timeout, "a regular expression that backtracks"},
  };
  for (auto& r : rows) {
    CAPTURE(r.why);
    Scripts* s = r.code == Err::too_large ? small.get() : quick.get();
    std::clock_t begin = std::clock();
    Result<bool> t = truth(s, r.script);
    std::clock_t took = std::clock() - begin;
    CHECK(!t.ok());
    CHECK_MESSAGE(t.status.code == r.code, t.status.message);
    CHECK(took / (CLOCKS_PER_SEC / 1000) < 3000);  // of processor time: the machine may be busy
    CHECK(truth(s, "event.a == 1").value);
  }
}

TEST_CASE("no script holds anybody up for longer than its time, whatever it calls") {
  struct {
    const char* script;
    const char* why;
  } rows[] = {
      {"var s = new Array(1000000).join('ab'); for (var i = 0; i < 1500; i++) s.indexOf('b' + i)", "many searches"},
      {"var s = new Array(1000000).join('a'), t = s + s; (t + t).indexOf(s + 'b')", "one search whose every place is nearly right"},
      {"var s = new Array(1000000).join('a'), t = s + s; (t + t).lastIndexOf('b' + s)", "the same from behind"},
      {"var s = new Array(1000000).join('ab'); for (;;) s.split('b')", "cutting"},
      {"var s = new Array(1000000).join('ab'); for (;;) s.replace(/a/g, function (x) { return x })", "replacing by a function"},
      {"var s = new Array(1000000).join('ab'); for (;;) s.toUpperCase()", "a pass over a large text"},
      {"var s = new Array(1000000).join('ab'), t = s + 'x', u = s + 'y'; for (;;) t < u", "comparing"},
      {"var s = new Array(1000000).join('\u00e9'); for (;;) s.charAt(900000 + s.length % 7)", "finding a character"},
      {"var s = new Array(1000000).join('\u00e9'); for (;;) encodeURIComponent(s)", "escaping"},
      {"var s = new Array(1000000).join('9'); for (;;) parseFloat(s) + parseInt(s, 7)", "reading numbers"},
      {"var a = []; for (var i = 0; i < 100000; i++) a[i] = (i * 7919) % 100003; for (;;) a.slice().sort()", "sorting"},
      {"var a = []; for (var i = 0; i < 50000; i++) a[i] = 'x' + i; for (;;) a.sort(function () { return 1 - 2 * ((i = i * 7919 % 100003) % 2) })",
       "sorting by one who cannot decide"},
      {"var a = []; a[999999] = 1; a[5] = 2; for (;;) a.sort()", "sorting what is mostly not there"},
      {"var a = []; a[999999] = 1; for (;;) a.indexOf(2)", "searching what is mostly not there"},
      {"var a = []; a[999999] = 1; for (;;) { a.reverse(); a.join(''); a.unshift(1); a.length = 999999 }", "turning it over"},
      {"var a = []; a[999999] = 1; for (;;) a.concat(a).splice(0, 10)", "putting it together"},
      {"[1, 2, 3].map(function () { for (;;); })", "a callback"},
      {"var o = {length: 1000000}; for (;;) Array.prototype.map.call(o, Math.sin)", "no array"},
      {"var a = new Array(60000); for (;;) Math.max.apply(null, a)", "many arguments"},
      {"var s = new Array(100000).join('['); for (;;) try { JSON.parse(s) } catch (e) {}", "parsing what is deep"},
      {"var s = '[' + new Array(300000).join('1,') + '1]'; for (;;) JSON.parse(s)", "parsing what is long"},
      {"var a = []; for (var i = 0; i < 100000; i++) a[i] = {k: i}; for (;;) JSON.stringify(a)", "printing"},
      {"JSON.stringify({toJSON: function () { for (;;); }})", "printing by the script's own way"},
      {"JSON.stringify([1, 2, 3], function (k, v) { for (;;); })", "a replacer"},
      {"JSON.stringify({get a() { for (;;); }})", "a getter"},
      {"var o = {}; for (var i = 0; i < 100000; i++) o['k' + i] = i; for (;;) Object.keys(o).length", "names of many members"},
      {"throw {toString: function () { for (;;); }}", "an error that does not end to say what it is"},
      {"throw {toString: function () { return {} }, valueOf: function () { while (true) [].slice.call({length: 100000}) }}",
       "and another way of it"},
      {"var e = new Error('x'); Object.defineProperty(e, 'message', {get: function () { for (;;); }}); throw e", "and another"},
      {"for (;;) { try { for (;;); } finally { continue } }", "one that does not let itself be stopped"},
      {"(function f() { try { f() } finally { f() } })()", "at the bottom of the stack"},
      {"for (;;) /^(a|aa)+$/.test('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab')", "regular expressions that go back"},
      {"for (;;) try { /(.*)(.*)(.*)(.*)(.*)(.*)[^x]$/.test(new Array(3000).join('x')) } catch (e) {}", "and run into their own bound"},
      {"for (;;) new RegExp(new Array(20000).join('(a|b)*'))", "compiling them"},
      {"var s = new Array(200000).join('x '); for (;;) s.match(/x/g)", "matching everywhere"},
      {"for (;;) eval('1 + 1')", "eval"},
      {"var t = new Array(50000).join('x + '); for (;;) try { new Function(t + '1') } catch (e) {}", "making functions"},
      {"with ({get x() { for (;;); }}) x", "with"},
      {"for (;;) new Date(2020, 1, 1).toLocaleString() + Date.parse('12 Feb 2021 13:04:05') + new Date('x')", "dates, by the C library"},
      {"for (;;) new Array(10000).join(new Date().toString())", "dates and memory"},
      {"for (;;) { var a = []; for (var i = 0; i < 1000; i++) a.push({b: a}) }", "garbage"},
      {"var s = 'x'; for (;;) { s += s.slice(0, 1000); if (s.length > 1000000) s = 'x' }", "texts that grow"},
      {"for (;;) console.log('x')", "talking"},
      {"for (;;) hour(1e9)", "helpers"},
  };
  for (auto& r : rows) {
    CAPTURE(r.why);
    CAPTURE(r.script);
    ScriptsPtr s(scripts_open({50, 32u << 20}));
    (void)truth(s.get(), "event.a == 1");  // the heap is there
    int said = 0;
    ScriptEnvironment environment;
    environment.on_console = [&said](std::string_view line) { said += std::string(line).size() > 0; };
    std::clock_t begin = std::clock();
    Result<bool> t = script_truth(s.get(), script_subject("event", "{\"a\":1}"), r.script, environment);
    int64_t took_ms = int64_t{std::clock() - begin} * 1000 / CLOCKS_PER_SEC;
    CHECK(!t.ok());
    CHECK(took_ms < 5000);  // of processor time, with sanitizers too: without an end they would take for ever
    CHECK(truth(s.get(), "event.a == 1").value);
    CHECK(scripts_memory(s.get()) < 2u << 20);  // nothing of it stays
    CHECK(truth(s.get(), "new Date(0).getTime() == 0 && String(new Date(0)).length > 5").value);
  }
}

TEST_CASE("a script that ran out of time does not make every event wait") {
  ScriptsPtr s(scripts_open({20, 4u << 20}));
  ScriptSubject event = script_subject("event", "{\"slow\":true}");
  ScriptEnvironment e;
  e.now_s = 1000;
  const std::string slow = "while (event.slow) {} true";
  CHECK(script_truth(s.get(), event, slow, e).status.code == Err::timeout);
  ScriptSubject fine = script_subject("event", "{\"slow\":false}");
  CHECK(script_truth(s.get(), fine, slow, e).status.message.find("it is not run again for a minute") != std::string::npos);
  CHECK(script_truth(s.get(), fine, "!event.slow", e).value);
  e.now_s += kScriptPenaltyS;
  CHECK(script_truth(s.get(), fine, slow, e).value);
}

TEST_CASE("what one subject's scripts take together is bounded, and what comes after it is not run") {
  ScriptsPtr s(scripts_open({60, 4u << 20}));
  ScriptSubject event = script_subject("event", "{\"slow\":true}");
  ScriptBudget budget{"ns1", 100'000};
  ScriptEnvironment e;
  e.now_s = 1000;
  e.budget = &budget;
  std::vector<std::string> endless;
  for (int i = 0; i < 20; i++) endless.push_back("while (event.slow) {} " + std::to_string(i));
  std::string codes;
  std::clock_t begin = std::clock();
  script_run(s.get(), event, endless, e, [&](size_t, const Result<bool>& r) {
    codes += r.status.code == Err::timeout ? "timeout " : r.status.code == Err::unavailable ? "unavailable " : "? ";
    return codes.size() < 50;
  });
  CHECK(int64_t{std::clock() - begin} * 1000 / CLOCKS_PER_SEC < 100 + 150);
  CHECK(codes == "timeout unavailable unavailable unavailable unavailable ");
  Result<std::string> mutated = script_mutate(s.get(), event, "return 'x'", {}, 0, e);
  CHECK(mutated.status.message == "script time limit of the event exceeded; its other scripts are not run");
  ScriptBudget next{"ns1"};
  e.budget = &next;
  CHECK(script_truth(s.get(), event, "event.slow", e).value);
}

TEST_CASE("a script that is slow again and again rests, and a namespace of such scripts; others do not") {
  ScriptsPtr s(scripts_open());
  ScriptSubject event = script_subject("event", "{}");
  std::string rested;
  ScriptEnvironment e;
  e.now_s = 1000;
  e.on_rest = [&](std::string_view ns, std::string_view script) { rested += std::string(ns) + (script.empty() ? ":all " : ":one "); };
  auto slow = [&](const std::string& ns, int which) {  // for 350 ms of processor time
    ScriptBudget budget{ns, 350'000};
    e.budget = &budget;
    std::string why = script_truth(s.get(), event, "for (;;) " + std::to_string(which), e).status.message;
    return why.substr(0, why.find(" exceeded"));
  };
  const std::string runs = "script time limit of the event", rests = "script time limit", all_rest = "script time limit of the namespace";
  for (int i = 0; i < 3; i++) CHECK(slow("bad", 1) == runs);
  CHECK(rested == "bad:one ");
  CHECK(slow("bad", 1) == rests);
  CHECK(slow("good", 1) == runs);  // the same text, somebody else's
  for (int i = 0; i < 3; i++) CHECK(slow("bad", 2) == runs);
  CHECK(rested == "bad:one bad:one bad:all ");
  CHECK(slow("bad", 3) == all_rest);
  e.now_s += kScriptPenaltyS;
  CHECK(slow("bad", 1) == runs);
  for (int i = 0; i < 4; i++) {
    e.now_s += 4;
    CHECK(slow("bad", 1) == runs);  // now and then is no fault
  }
}

TEST_CASE("many events of quick scripts are no fault of theirs") {
  ScriptsPtr s(scripts_open());
  ScriptEnvironment e;
  e.now_s = 1000;
  for (int i = 0; i < 1000; i++) {
    ScriptBudget budget{"busy"};
    e.budget = &budget;
    ScriptSubject event = script_subject("event", "{\"a\":1}");
    REQUIRE(script_truth(s.get(), event, "for (var i = 0; i < 2000; i++) event.a == i; true", e).value);
  }
}

TEST_CASE("the heap does not grow with the number of evaluations") {
  ScriptsPtr s(scripts_open());
  for (int i = 0; i < 200; i++) (void)truth(s.get(), "var a = [1, 2, {b: event}]; a[2].self = a; true");
  size_t before = scripts_memory(s.get());
  for (int i = 0; i < 20000; i++) (void)truth(s.get(), "var a = [1, 2, {b: event}]; a[2].self = a; true");
  CHECK(scripts_memory(s.get()) < before + 4'000'000);
}
