// backend/dashboard/test/unit/time.test.ts - spans, zones, changes of the clock (the tests run in Europe/Berlin), and what people type.
import test from "node:test";
import assert from "node:assert/strict";
import { ago, clock, duration, every, exact, moment, offset, rough, span, spoken, until } from "../../src/text/time";

const nb = (s: string) => s.replace(/\u00a0/g, " ");
const t = Date.UTC(2026, 11, 1, 9, 21, 5) / 1000; // 10:21:05 in Berlin

test("spans have two parts", () => {
  const cases: [number, string][] = [[0, "0 s"], [5, "5 s"], [60, "1 m"], [125, "2 m 5 s"], [7800, "2 h 10 m"], [86400, "1 d"], [90061, "1 d 1 h"], [-5, "0 s"], [1e9, "11574 d 1 h"]];
  for (const [s, wanted] of cases) assert.equal(nb(span(s)), wanted);
  assert.equal(nb(rough(125)), "2 m");
  assert.equal(nb(rough(50)), "50 s");
  assert.equal(spoken(7860), "2 hours 11 minutes");
  assert.equal(spoken(3600), "1 hour");
  assert.equal(nb(ago(100, 160)), "1 m ago");
  assert.equal(ago(100, 100), "just now");
  assert.equal(nb(every(60)), "every minute");
  assert.equal(nb(every(90)), "every 1 m 30 s");
});
test("moments in the reader's zone, with UTC beside them", () => {
  assert.equal(clock(t, "local", true), "10:21:05");
  assert.equal(clock(t, "utc"), "09:21");
  assert.equal(moment(t, t + 60, "local"), "10:21");
  assert.equal(moment(t, t + 86400, "local"), "2026-12-01 10:21");
  assert.equal(exact(t, "local"), "2026-12-01 10:21:05 +01:00 = 2026-12-01 09:21:05 UTC");
  assert.equal(exact(t, "utc"), "2026-12-01 09:21:05 UTC");
  assert.equal(exact(0, "local"), "never");
  assert.equal(offset(Date.UTC(2026, 6, 1) / 1000, "local"), "+02:00");
  assert.equal(clock(Date.UTC(2026, 11, 1, 23, 0) / 1000, "local"), "00:00");
});
test("durations as people write them", () => {
  const cases: [string, number | undefined][] = [["90m", 5400], ["2h30m", 9000], ["1.5h", 5400], ["1d 12h", 129600], ["1w", 604800], ["5 min", 300], ["", undefined], ["90", undefined], ["-5m", undefined], ["5x", undefined], ["m", undefined], ["1e9s", undefined]];
  for (const [text, wanted] of cases) assert.equal(duration(text), wanted, text);
});
test("ends as people write them", () => {
  assert.equal(until("90m", t, "local"), t + 5400);
  assert.equal(until("until 12:00", t, "local"), Date.UTC(2026, 11, 1, 11, 0) / 1000);
  assert.equal(until("08:00", t, "local"), Date.UTC(2026, 11, 2, 7, 0) / 1000); // tomorrow
  assert.equal(until("08:00", t, "utc"), Date.UTC(2026, 11, 2, 8, 0) / 1000);
  assert.equal(until("2026-12-24 18:00", t, "local"), Date.UTC(2026, 11, 24, 17, 0) / 1000);
  for (const bad of ["2026-11-01 10:00", "25:00", "12:61", "soon", "0m", ""]) assert.equal(until(bad, t, "local"), undefined, bad);
});
test("a day of 23 hours: the clock goes forward between now and then", () => {
  const evening = Date.UTC(2026, 2, 28, 21, 0) / 1000; // 22:00, and summer time begins in the night
  assert.equal(until("until 08:00", evening, "local"), Date.UTC(2026, 2, 29, 6, 0) / 1000);
  assert.equal(until("10h", evening, "local"), evening + 36000);
});
