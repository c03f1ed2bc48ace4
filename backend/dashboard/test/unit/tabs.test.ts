// backend/dashboard/test/unit/tabs.test.ts - who has a stream of changes when many tabs are open.
import test from "node:test";
import assert from "node:assert/strict";
import { kStreamsMax, Streams } from "../../src/tabs";

function browser(n: number) {
  const tabs: Streams[] = [], has = new Set<number>(), hidden = new Set<number>();
  for (let i = 0; i < n; i++) tabs.push(new Streams(`${i}`, (s) => tabs.forEach((t, j) => { if (j !== i) t.heard(s); }), () => hidden.has(i), () => has.delete(i)));
  return { has, hidden, open: (i: number) => { has.add(i); tabs[i]!.opened(); }, close: (i: number) => { has.delete(i); tabs[i]!.closed(); } };
}

test("the latest few have one", () => {
  const b = browser(8);
  for (let i = 0; i < 8; i++) b.open(i);
  assert.deepEqual([...b.has], [4, 5, 6, 7]);
  assert.equal(b.has.size, kStreamsMax);
  b.open(0); // somebody came back to it
  assert.deepEqual([...b.has].sort(), [0, 5, 6, 7]);
});
test("one that is hidden gives its own up as soon as another is opened", () => {
  const b = browser(3);
  b.open(0);
  b.hidden.add(0);
  b.open(1);
  assert.deepEqual([...b.has], [1]);
});
test("those that were closed do not count", () => {
  const b = browser(8);
  for (let i = 0; i < 4; i++) b.open(i);
  b.close(2);
  b.close(3);
  b.open(4);
  b.open(5);
  assert.deepEqual([...b.has], [0, 1, 4, 5]);
});
