// backend/dashboard/test/unit/perfdata.test.ts - performance data as plugins print it.
import test from "node:test";
import assert from "node:assert/strict";
import hostile from "../hostile.json";
import { alarm, amount, edges, judge, kPerfMax, perfdata, split } from "../../src/text/perfdata";

test("data of the plugins' guide", () => {
  const all = perfdata("/=2643MB;5948;5958;0;5968 'my disk'=1.5%;;;0;100 time=0.002s;;;0.000 users=U");
  assert.deepEqual(all?.map((p) => [p.label, p.value, p.unit, p.warn, p.crit, p.min, p.max]), [
    ["/", 2643, "MB", "5948", "5958", 0, 5968], ["my disk", 1.5, "%", "", "", 0, 100], ["time", 0.002, "s", "", "", 0, undefined]]);
});
test("quotes in labels, numbers in all their forms", () => {
  assert.deepEqual(perfdata("'it''s'=3c a=-1 b=+2 c=.5 d=1e3 e=1.")?.map((p) => [p.label, p.value]), [["it's", 3], ["a", -1], ["b", 2], ["c", 0.5], ["d", 1000], ["e", 1]]);
});
test("what is no data is text", () => {
  for (const s of ["hello", "a=", "a=b", "=1", "a=1 b", "a = 1"]) assert.equal(perfdata(s), null, s);
  assert.deepEqual(perfdata(""), []);
});
test("text and data of several lines", () => {
  assert.deepEqual(split("DISK OK | /=1MB\nlong text\nmore | /boot=2MB\n/home=3MB").perf.map((p) => p.label), ["/", "/boot", "/home"]);
  assert.equal(split("DISK OK | /=1MB\nlong text\nmore | /boot=2MB\n/home=3MB").text, "DISK OK \nlong text\nmore");
  assert.deepEqual(split("ls | wc -l = 3"), { text: "ls | wc -l = 3", perf: [] });
  assert.equal(split("x | a=1\n| a table |\n| of text |").text, "x \n| a table |\n| of text |");
});
test("ranges", () => {
  const cases: [string, number, boolean][] = [["10", 11, true], ["10", -1, true], ["10", 5, false], ["10:", 9, true], ["10:", 11, false], ["~:10", 11, true], ["~:10", -99, false], ["10:20", 9, true], ["10:20", 15, false], ["@10:20", 15, true], ["@10:20", 9, false], ["", 5, false], ["x", 5, false]];
  for (const [range, value, bad] of cases) assert.equal(judge(value, range), bad, `${range} ${value}`);
  assert.deepEqual(edges("10:20"), [10, 20]);
  assert.deepEqual(edges("~:5"), [5]);
  assert.deepEqual(edges("80"), [80]);
  assert.equal(alarm("nonsense:"), null);
});
test("amounts as people say them", () => {
  const cases: [number, string, string][] = [[312, "MB", "312\u00a0MiB"], [2048, "B", "2\u00a0KiB"], [0.0032, "s", "3.2 ms"], [98, "%", "98\u00a0%"], [3, "c", "3"], [0, "s", "0\u00a0s"], [1.5, "", "1.5"], [5, "constructor", "5\u00a0constructor"]];
  for (const [v, unit, wanted] of cases) assert.equal(amount(v, unit), wanted);
});
test("hostile texts end, and soon", () => {
  const begun = Date.now();
  for (const text of hostile as string[]) { split(text); split(`x | ${text}`); for (const p of perfdata(text) ?? []) amount(p.value, p.unit); }
  assert.equal(perfdata("a=1 ".repeat(5000))?.length, kPerfMax);
  for (const s of ["'".repeat(20000), "a".repeat(50000), `${"1".repeat(50000)}=${"1".repeat(50000)}`, `a=1${";".repeat(50000)}`]) split(`x | ${s}`);
  assert.ok(Date.now() - begun < 2000);
});
