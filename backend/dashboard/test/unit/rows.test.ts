// backend/dashboard/test/unit/rows.test.ts - rows in their order, counted, merged; what is drawn of them; selections; streams; drawings.
import test from "node:test";
import assert from "node:assert/strict";
import { backoff, frames, kBackoffMaxMs, type Frame } from "../../src/frames";
import { extend, all, keep, kNothing, toggle } from "../../src/list/select";
import { kOverscan, reveal, visible } from "../../src/list/virtual";
import { changes, count, kColumns, longestRise, open, ordered, reader, type Row } from "../../src/rows";
import { bandPath, linePath, nearest, range, runs, ticks, timeTicks } from "../../src/text/scale";

const read = reader(kColumns);
const row = (entity: string, status: number, since = 0, flags = 0) => read(["default", entity, "c", status, flags, 1, since, since, "", ""]);
const names = (list: Row[]) => list.map((r) => r.entity).join("");

test("rows are read by the names of their columns", () => {
  const r = reader(["check", "entity", "new one", "status"])(["disk", "web1", "?", 2]);
  assert.deepEqual([r.entity, r.check, r.status, r.output, r.since], ["web1", "disk", 2, "", 0]);
  assert.equal(reader([])([]).key, "//");
});
test("worst first: critical, unknown, warning, OK; then the youngest", () => {
  const list = [row("a", 0), row("b", 1), row("c", 127, 5), row("d", 2, 10), row("e", 2, 20), row("f", 3, 9)];
  assert.equal(names(ordered([...list], "severity", false)), "edfcba");
  assert.equal(names(ordered([...list], "severity", true)), "abcfde");
  assert.equal(names(ordered([...list], "entity", false)), "abcdef");
  assert.equal(names(ordered([...list], "constructor" as "entity", false)), "edfcba");
});
test("counts, and those of them that are not silenced", () => {
  const c = count([row("a", 2), row("b", 2, 0, 1), row("c", 9), row("d", 0)]);
  assert.deepEqual(c, [[1, 0], [0, 0], [2, 1], [1, 0]]);
  assert.equal(open(c, 2), 1);
});
test("changes that wait: what came, went, moved", () => {
  assert.equal(changes(["a", "b", "c"], ["a", "b", "c"]), 0);
  assert.equal(changes(["a", "b", "c"], ["x", "a", "b", "c"]), 1);
  assert.equal(changes(["a", "b", "c"], ["a", "c"]), 1);
  assert.equal(changes(["a", "b", "c"], ["c", "a", "b"]), 1);
  assert.equal(changes(["a", "b", "c"], ["c", "b", "a"]), 2);
  assert.equal(longestRise([3, 1, 2, 5, 4]), 3);
  assert.equal(longestRise([]), 0);
});
test("only what is seen is drawn", () => {
  assert.deepEqual(visible(0, 400, 40, 10000), { first: 0, last: 10 + kOverscan });
  assert.deepEqual(visible(4000, 400, 40, 10000), { first: 100 - kOverscan, last: 110 + kOverscan });
  assert.deepEqual(visible(399600, 400, 40, 10000), { first: 9990 - kOverscan, last: 10000 });
  assert.deepEqual(visible(1e9, 400, 40, 3), { first: 3, last: 3 });
  assert.deepEqual(visible(0, 0, 40, 0), { first: 0, last: 0 });
});
test("a row is brought into sight, and no further", () => {
  assert.equal(reveal(0, 500, 400, 40, 34), 0);
  assert.equal(reveal(5, 0, 400, 40, 34), 0);
  assert.equal(reveal(20, 0, 400, 40, 34), 20 * 40 + 40 + 34 - 400);
  assert.equal(reveal(20, 800, 400, 40, 34), 800);
});
test("a selection is of keys", () => {
  const order = ["a", "b", "c", "d"], b = toggle(kNothing, "b");
  assert.deepEqual([...extend(b, order, "d").keys], ["b", "c", "d"]);
  assert.deepEqual([...extend(b, order, "a").keys].sort(), ["a", "b"]);
  assert.equal(toggle(b, "b").keys.size, 0);
  assert.deepEqual([...all(order).keys], order);
  assert.deepEqual([...keep(all(order), (k) => k !== "b").keys], ["a", "c", "d"]);
  const same = all(order);
  assert.equal(keep(same, () => true), same);
});
test("a stream in pieces, with pings, several lines, and the id kept", () => {
  const got: Frame[] = [], feed = frames((f) => got.push(f));
  for (const piece of [": hello\n\nev", "ent: rows\nid: 7\nda", "ta: [1]\n", "\n: ping\n\ndata: a\r\ndata: b\r\n\r\n"]) feed(piece);
  assert.deepEqual(got, [{ event: "rows", id: 7, data: "[1]" }, { event: "message", id: 7, data: "a\nb" }]);
  assert.throws(() => feed("x".repeat(9 * 1024 * 1024)), /no end/);
});
test("the wait doubles, with an end", () => {
  assert.deepEqual([1, 2, 3, 4, 10].map((n) => backoff(n, 0.5)), [1000, 2000, 4000, 8000, kBackoffMaxMs]);
  assert.ok(backoff(1, 0) >= 750 && backoff(1, 1) <= 1250);
});
test("ticks people like", () => {
  assert.deepEqual(ticks(0, 10, 5), [0, 2, 4, 6, 8, 10]);
  assert.deepEqual(ticks(0.31, 0.34, 3), [0.31, 0.32, 0.33, 0.34]);
  assert.deepEqual(ticks(5, 5, 5), []);
  assert.deepEqual(timeTicks(0, 7200, 2, 1800), [1800, 5400]);
  assert.ok(timeTicks(1000, 90000, 6, 3600).every((t) => (t + 3600) % 21600 === 0));
});
test("lines have holes where nothing came", () => {
  const p = (t: number, v = 1) => ({ t, mean: v, least: v, largest: v }), same = (n: number) => n;
  assert.equal(runs([p(0), p(120), p(1000)]).length, 2);
  assert.equal(linePath([p(0), p(120), p(1000)], same, same), "M0.0 1.0L120.0 1.0M1000.0 1.0h2");
  assert.equal(bandPath([p(0)], same, same), "M0.0 1.0L0.0 1.0Z");
  assert.equal(nearest([p(0), p(120)], 100), 1);
  assert.deepEqual(range([], []), [0, 1]);
  assert.deepEqual(range([p(0, 5)], []).map((n) => n.toFixed(1)), ["4.5", "5.5"]);
  const [, high] = range([p(0, 90), p(1, 95)], [100, 5000]);
  assert.ok(high >= 100 && high < 200);
});
