// tests/backend/script/script_test.cc - what scripts can and cannot do.
#include <doctest/doctest.h>

#include "backend/route/filter.h"
#include "backend/script/script.h"
#include "common/json/json.h"

using namespace picket;

static Result<bool> truth(Scripts* s, const char* expression, const char* json = "{\"a\":1,\"list\":[3,1,2],\"text\":\"x\"}") {
  return script_truth(s, script_subject("event", json), expression, {});
}

TEST_CASE("nothing a script does is seen by the next one") {
  ScriptsPtr s(scripts_open());
  struct {
    const char* first;
    const char* second;
    const char* why;
  } rows[] = {
      {"var leak = 1; true", "typeof leak == 'undefined'", "variables are of one scope"},
      {"leak2 = 1; true", "typeof leak2 == 'undefined'", "undeclared ones too"},
      {"function hour() { return 99 } true", "hour(0) == 0", "functions over helpers"},
      {"hour = function () { return 99 }; true", "hour(0) == 0", "assignment over helpers"},
      {"Math.max = function () { return 99 }; true", "Math.max(1, 2) == 2", "built-in objects are frozen"},
      {"Math = 1; true", "Math.max(1, 2) == 2", "names of built-in objects"},
      {"String.prototype.trim = function () { return 'no' }; true", "' a '.trim() == 'a'", "prototypes"},
      {"Object.prototype.evil = 1; true", "({}).evil === undefined", "the prototype of everything"},
      {"Object.prototype.toString = function () { return 'evil' }; true", "String({}) == '[object Object]'",
       "what is overridable on one object only"},
      {"Object.getPrototypeOf(this).hour = 5; true", "hour(3600) == 1", "the global object under the scope"},
      {"Object.defineProperty(Object.getPrototypeOf(this), 'x', {value: 1}); true", "typeof x == 'undefined'", "also by definition"},
      {"Math.max.secret = 1; true", "Math.max.secret === undefined", "functions are objects too"},
      {"(function () { return this })().g = 1; true", "typeof g == 'undefined'", "this of a sloppy function"},
      {"[].constructor.prototype.pop = null; true", "[1].pop() == 1", "by another way"},
      {"Error.prototype.name = 'evil'; true", "new Error('x').name == 'Error'", "errors"},
      {"Object.getPrototypeOf(hour).leak = 5; true", "hour.leak === undefined", "what helpers inherit from"},
      {"console.log = null; true", "typeof console.log == 'function'", "the console"},
  };
  for (auto& r : rows) {
    CAPTURE(r.why);
    CAPTURE(r.first);
    (void)truth(s.get(), r.first);
    Result<bool> second = truth(s.get(), r.second);
    CHECK_MESSAGE(second.ok(), second.status.message);
    CHECK(second.value);
  }
}

TEST_CASE("everything that a script can reach is frozen") {
  ScriptsPtr s(scripts_open());
  Result<bool> t = truth(s.get(), R"JS(
    var seen = [], open = [];
    function walk(o, name) {
      if (o === null || (typeof o !== 'object' && typeof o !== 'function') || seen.indexOf(o) >= 0) return;
      seen.push(o);
      if (!Object.isFrozen(o)) open.push(name);
      walk(Object.getPrototypeOf(o), name + '^');
      Object.getOwnPropertyNames(o).forEach(function (n) {
        var d = Object.getOwnPropertyDescriptor(o, n);
        walk(d.get, name + '.get ' + n); walk(d.set, name + '.set ' + n); walk(d.value, name + '.' + n);
      });
    }
    walk(Object.getPrototypeOf(this), 'global');
    ['hour', 'seconds_since', 'console'].forEach(function (n) { walk(eval(n), n); });
    if (open.length) throw new Error(open.join());
    seen.length > 100)JS",
                         "{}");
  CHECK_MESSAGE(t.ok(), t.status.message);
  CHECK(t.value);
}

TEST_CASE("freezing does not get in the way of ordinary scripts") {
  ScriptsPtr s(scripts_open());
  const char* rows[] = {
      "var o = {}; o.toString = function () { return 'mine' }; String(o) == 'mine'",
      "function E(m) { this.message = m; this.name = 'E' } E.prototype = Object.create(Error.prototype); E.prototype.constructor = E; String(new E('x')) == 'E: x'",
      "function P() {} P.prototype.valueOf = function () { return 7 }; new P() + 1 == 8",
      "var hour = 5; hour == 5",
      "var Math = {max: function () { return 1 }}; Math.max(2) == 1",
      "function hour(x) { return 42 } hour() == 42",
      "var e = new Error('a'); e.message = 'b'; e.message == 'b'",
      "var r = false; try { throw new TypeError('t') } catch (e) { r = e instanceof TypeError && e.name == 'TypeError' } r",
      "event.list.slice().sort().join() == '1,2,3'",
      "event.list.map(function (x) { return x * 2 }).indexOf(6) == 0",
      "JSON.stringify({a: [1, {b: null}]}) == '{\"a\":[1,{\"b\":null}]}'",
      "JSON.parse('[1]')[0] == 1",
      "new Date(0).getUTCFullYear() == 1970",
      "eval('1 + 1') == 2",
      "new Function('a', 'return a + 1')(1) == 2",
      "'abc'.replace(/b/, function (m) { return m.toUpperCase() }) == 'aBc'",
      "var keys = []; for (var k in {x: 1}) keys.push(k); keys.join() == 'x'",
      "var keys = []; for (var k in event) keys.push(k); keys.join() == 'a,list,text'",
      "({}).hasOwnProperty('hour') == false",
      "isNaN(parseInt('x')) && encodeURIComponent('&') == '%26'",
      "event == this.event",
  };
  for (const char* r : rows) {
    CAPTURE(r);
    Result<bool> t = truth(s.get(), r);
    CHECK_MESSAGE(t.ok(), t.status.message);
    CHECK(t.value);
  }
}

TEST_CASE("Math is right where the processor or short formulas stand in for the C library") {
  ScriptsPtr s(scripts_open());
  const char* rows[] = {
      "Math.atan2(0, 1) === 0 && 1 / Math.atan2(0, 1) === Infinity", "1 / Math.atan2(-0, 1) === -Infinity",
      "Math.atan2(0, -1) === Math.PI", "Math.atan2(-0, -1) === -Math.PI", "Math.atan2(1, 0) === Math.PI / 2",
      "Math.atan2(-1, 0) === -Math.PI / 2", "Math.atan2(1, 1) === Math.PI / 4", "Math.atan2(-1, -1) === -3 * Math.PI / 4",
      "Math.atan2(Infinity, Infinity) === Math.PI / 4", "Math.atan2(-Infinity, -Infinity) === -3 * Math.PI / 4",
      "Math.atan2(1, -Infinity) === Math.PI", "Math.atan2(1, Infinity) === 0", "isNaN(Math.atan2(NaN, 1)) && isNaN(Math.atan2(1, NaN))",
      "Math.atan2(1e-300, 1e300) === 0", "Math.abs(Math.atan2(2, 3) - 0.5880026035475675) < 1e-16", "Math.atan(1) === Math.PI / 4",
      "Math.atan(-Infinity) === -Math.PI / 2", "Math.abs(Math.asin(0.5) - 0.5235987755982989) < 2e-16", "Math.acos(1) === 0",
      "Math.acos(-1) === Math.PI", "isNaN(Math.asin(2))", "Math.abs(Math.tan(1) - 1.5574077246549023) < 5e-16"};
  for (const char* r : rows) {
    CAPTURE(r);
    CHECK(truth(s.get(), r).value);
  }
}

TEST_CASE("what ES5 does not have is not there") {
  ScriptsPtr s(scripts_open());
  for (const char* name : {"Duktape", "Proxy", "Reflect", "Symbol", "globalThis", "print", "alert", "require", "setTimeout", "Uint8Array",
                           "Buffer", "CBOR", "TextDecoder", "performance", "Promise", "process"}) {
    CAPTURE(name);
    CHECK(truth(s.get(), (std::string("typeof ") + name + " == 'undefined'").c_str()).value);
  }
}

TEST_CASE("changes of the event are seen by the next expression of the filter, and by no other filter") {
  ScriptsPtr s(scripts_open());
  ScriptSubject event = script_subject("event", "{\"check\":{\"status\":1,\"history\":[1,2]}}");
  auto run = [&](std::vector<std::string> expressions) {
    std::string out;
    script_run(s.get(), event, expressions, {}, [&](size_t, const Result<bool>& r) {
      out += !r.ok() ? "error " : r.value ? "true " : "false ";
      return true;
    });
    return out;
  };
  CHECK(run({"event.check.status = 5", "event.check.status == 5"}) == "true true ");
  CHECK(run({"event.check.status == 1"}) == "true ");
  CHECK(run({"event.check.history.push(3) == 3", "event.check.history.length == 3"}) == "true true ");
  CHECK(run({"event.check.history.length == 2"}) == "true ");
  CHECK(run({"delete event.check", "event.check === undefined"}) == "true true ");
  CHECK(run({"event['check']['history']['p' + 'op']() == 2"}) == "true ");
  CHECK(run({"event.check.history.length == 2"}) == "true ");
  CHECK(run({"event.check.status++ == 1", "event.check.status == 2"}) == "true true ");
  CHECK(run({"event.check.status == 1 && event.check.status <= 1 && event.check.status >= 1 && event.check.status !== 2"}) == "true ");
}

TEST_CASE("libraries of assets are there for the expression, in its scope") {
  ScriptsPtr s(scripts_open());
  ScriptLibraries libraries{std::make_shared<const std::string>("function twice(x) { return 2 * x } var counter = 0;"),
                            std::make_shared<const std::string>("function four(x) { return twice(twice(x)) }")};
  ScriptEnvironment e;
  e.libraries = &libraries;
  ScriptSubject event = script_subject("event", "{}");
  CHECK(script_truth(s.get(), event, "four(1) == 4 && ++counter == 1", e).value);
  CHECK(script_truth(s.get(), event, "++counter == 1", e).value);
  ScriptLibraries broken{std::make_shared<const std::string>("function (")};
  e.libraries = &broken;
  CHECK(!script_truth(s.get(), event, "true", e).ok());
}

TEST_CASE("helper functions: UTC, and what is not a number counts as 0") {
  ScriptsPtr s(scripts_open());
  ScriptEnvironment e;
  e.now_s = 1704110460;
  std::string printed;
  e.on_console = [&](std::string_view line) { printed += line; };
  ScriptSubject event = script_subject("event", "{\"timestamp\":1704110400}");
  for (const char* r :
       {"hour(event.timestamp) == 12", "weekday(event.timestamp) == 1", "minute(1704110460) == 1", "second(1704110461) == 1",
        "seconds_since(event.timestamp) == 60", "hour() == 0", "weekday() == 0", "hour('1704110400') == 0", "weekday('x') == 4",
        "hour(-3600) == 23", "hour(NaN) == 0", "hour(1e300) == 0", "hour(1704110400.9) == 12"}) {
    CAPTURE(r);
    Result<bool> t = script_truth(s.get(), event, r, e);
    CHECK_MESSAGE(t.ok(), t.status.message);
    CHECK(t.value);
  }
  CHECK(script_truth(s.get(), event, "console.log('a', 1, {}) === undefined", e).value);
  CHECK(printed == "a 1 [object Object]");
}

TEST_CASE("a javascript mutator returns text, or the event as it left it") {
  ScriptsPtr s(scripts_open());
  auto mutate = [&](const char* body, std::vector<std::string> globals = {}) {
    return script_mutate(s.get(), script_subject("event", "{\"check\":{\"output\":\"<a&b>\",\"status\":1}}"), body, globals, 0, {});
  };
  CHECK(mutate("return 'hello ' + event.check.status").value == "hello 1");
  CHECK(mutate("event.check.status = 2").value == "{\"check\":{\"output\":\"\\u003ca\\u0026b\\u003e\",\"status\":2}}");
  CHECK(mutate("return null").value == "{\"check\":{\"output\":\"\\u003ca\\u0026b\\u003e\",\"status\":1}}");
  CHECK(mutate("return TEAM + '!'", {"TEAM=ops=1", "malformed"}).value == "ops=1!");
  CHECK(mutate("// a comment at the end\nreturn ''").value == "");
  CHECK(mutate("return 5").status.message.find("bad mutator result") != std::string::npos);
  CHECK(mutate("return {a: 1}").status.message.find("bad mutator result") != std::string::npos);
  CHECK(!mutate("throw new Error('no')").ok());
  CHECK(!mutate("}").ok());
  CHECK(script_mutate(s.get(), script_subject("event", "{}"), "while (true) {}", {}, 30, {}).status.code == Err::timeout);
}

TEST_CASE("a javascript mutator finds names, labels and lists where filters find them, and what it changes lands in metadata") {
  ScriptsPtr s(scripts_open());
  const char* kEvent = R"({"check":{"metadata":{"name":"c","namespace":"default"},"handlers":[],"env_vars":null,"status":2,)"
                       R"("history":[{"status":0},{"status":2}]},"entity":{"metadata":{"name":"e","labels":{"keep":"1"}},"redact":null},)"
                       R"("metadata":{"namespace":"default"}})";
  auto after = [&](const char* body, const std::string& subject) {
    Result<std::string> r = script_mutate(s.get(), script_subject("event", subject), body, {}, 0, {});
    CHECK_MESSAGE(r.ok(), r.status.message);
    return r.value;
  };
  struct { const char *body, *part; } rows[] = {
      {"event.check.labels['team'] = 'db'", R"("metadata":{"name":"c","namespace":"default","labels":{"team":"db"}})"},
      {"event.check.metadata.labels['team'] = 'db'", R"("metadata":{"name":"c","namespace":"default","labels":{"team":"db"}})"},
      {"event.check.annotations.a = 'b'", R"("annotations":{"a":"b"})"},
      {"event.entity.labels['x'] = 'y'", R"("labels":{"keep":"1","x":"y"})"},
      {"delete event.entity.labels['keep']", R"("labels":{})"},
      {"event.check.labels = {n: '1'}", R"("labels":{"n":"1"})"},
      {"event.entity.name = 'other'", R"("metadata":{"name":"other")"},
      {"event.labels.top = '1'", R"("metadata":{"namespace":"default","labels":{"top":"1"}})"},
      {"event.check.env_vars.push('A=b')", R"("env_vars":["A=b"])"},
      {"event.check.hooks.push({metadata: {name: 'h'}})", R"("hooks":[{"metadata":{"name":"h"}}])"},
      {"event.check.silenced.forEach(function () {})", R"("env_vars":null)"},
      {"event.check.output = event.check.name + event.entity.labels.keep + event.is_incident + event.is_resolution", R"("output":"c1truefalse")"},
      {"event.check.labels.gone && 1", R"("check":{"metadata":{"name":"c","namespace":"default"},)"},
  };
  for (auto& r : rows) {
    CAPTURE(r.body);
    const std::string out = after(r.body, kEvent);
    CAPTURE(out);
    CHECK(out.find(r.part) != std::string::npos);
    CHECK(out.find("__restore") == std::string::npos);
  }
  CHECK(after("", kEvent) == kEvent);  // nothing is added that was not there
  for (const char* subject : {"{}", "{\"check\":null,\"entity\":null}", "null", "5"})
    (void)script_mutate(s.get(), script_subject("event", subject), "return ''", {}, 0, {});
}

TEST_CASE("syntax errors carry the number of the expression") {
  CHECK(filter_check_syntax(StringList{"true", "event.x =="}).message.substr(0, 31) == "syntax error in expression 1: S");
  CHECK(filter_check_syntax("event.check.status == 1", 0).ok());
  CHECK(!filter_check_syntax("return true", 0).ok());
  CHECK(!filter_check_syntax(std::string(kScriptTextMax + 1, ' '), 0).ok());
}

TEST_CASE("texts of all forms are the objects that JSON.parse makes of them") {
  ScriptsPtr s(scripts_open());
  for (const char* text : {"{}",
                           "[]",
                           "null",
                           "true",
                           "5",
                           "-5",
                           "0",
                           "-0",
                           "1.5",
                           "-1e3",
                           "123456789012345",
                           "1234567890123456789",
                           "\"\"",
                           "\"a\\\\\"",
                           "\"a\\\\\\\"b\"",
                           "\"\\u0041\\ud83d\\ude00\"",
                           "\"\xc3\xbc\xe2\x82\xac\"",
                           "[1,[2,[3]],{}]",
                           "{\"a\":{\"b\":[]}}",
                           "{\"__proto__\":1,\"toString\":2,\"constructor\":{\"name\":3}}",
                           "{\"0\":1,\"01\":2}",
                           "{\"a\":1,\"a\":2}",
                           "{\"\":0}",
                           "{\"\\n\":0}",
                           "{ \"a\" : 1 }",
                           "[ ]",
                           "{\"a\":false,\"b\":null}"}) {
    CAPTURE(std::string(text));
    const std::string json = std::string("{\"value\":") + text + ",\"text\":" + json_quote(text) + "}";
    const char* same =
        "var v = JSON.parse(event.text), w = event.value; typeof v === typeof w && JSON.stringify(v) === JSON.stringify(w) && "
        "(typeof v !== 'number' || 1 / v === 1 / w) && (v === null || typeof v !== 'object' || Object.getPrototypeOf(v) === Object.getPrototypeOf(w))";
    Result<bool> t = truth(s.get(), same, json.c_str());
    CHECK_MESSAGE(t.ok(), t.status.message);
    CHECK(t.value);
  }
  for (const char* bad : {"{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{\"a\":01}", "{\"a\":-}", "{\"a\":tru}", "[1,]",
                          "[1", "\"a", "{\"check\":{", "{} x", "{\"a\":1 1}", ""}) {
    CAPTURE(bad);
    CHECK_FALSE(truth(s.get(), "true", bad).ok());
  }
}

TEST_CASE("parts that are parsed on first use are ordinary properties for a script") {
  ScriptsPtr s(scripts_open());
  const char* json =
      "{\"timestamp\":1,\"check\":{\"history\":[{\"status\":0},{\"status\":2}],\"status\":2,\"output\":\"a, \\\"check\\\":{}\"},"
      "\"entity\":{\"name\":\"web1\",\"system\":{\"os\":\"linux\",\"network\":{\"interfaces\":[]}}},\"metrics\":{\"points\":[]}}";
  const char* rows[] = {
      "event.check.history.length == 2 && event.check.history[1].status == 2",
      "event.entity.system.os == 'linux'",
      "'check' in event && event.hasOwnProperty('entity')",
      "var keys = []; for (var k in event) keys.push(k); keys.sort().join() == 'check,entity,metrics,timestamp'",
      "JSON.stringify(event.entity.system) == '{\"os\":\"linux\",\"network\":{\"interfaces\":[]}}'",
      "JSON.parse(JSON.stringify(event)).check.history.length == 2",
      "event.check = {status: 0}; event.check.status == 0",
      "event.check.history = []; event.check.history.length == 0",
      "delete event.entity; event.entity === undefined",
      "Object.keys(event.check).length == 3",
      "event.check === event.check && event.check.history === event.check.history",
      "var e = Object.create(event); e.check.status == 2",
      "event.check.output.indexOf('check') > 0",
      "event.metrics.points.length == 0",
      "event.check.hooks === undefined",
      "event.check.output == 'a, \"check\":{}'",
  };
  for (const char* r : rows) {
    CAPTURE(r);
    Result<bool> t = truth(s.get(), r, json);
    CHECK_MESSAGE(t.ok(), t.status.message);
    CHECK(t.value);
  }
  for (const char* other : {"{}", "{\"check\":{}}", "{\"check\":[]}", "{\"check\":null,\"entity\":5}", "{\"a\":1,\"check\":{}}",
                            "{\"check\":{},\"a\":1}", "{\"check\":{},\"entity\":{}}", "[1]", "\"text\"", "{ \"check\" : {} }"}) {
    CAPTURE(other);
    Result<bool> t = truth(s.get(), "JSON.stringify(event).length > 0", other);
    CHECK_MESSAGE(t.ok(), t.status.message);
  }
}
