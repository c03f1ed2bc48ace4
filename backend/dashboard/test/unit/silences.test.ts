// backend/dashboard/test/unit/silences.test.ts - what is silenced now, whatever the last result was told.
import test from "node:test";
import assert from "node:assert/strict";
import { silencedNow, silenceIndex } from "../../src/silences";
import { isSilenced, kColumns, reader } from "../../src/rows";
import type { Silenced } from "../../src/acts";

const row = (flags: number, entity = "web1", check = "disk") => reader(kColumns)(["default", entity, check, 2, flags, 1, 0, 0, "", ""]);
const silence = (subscription: string, check: string, more: Partial<Silenced> = {}): Silenced => ({ metadata: { name: "x", namespace: "default" }, subscription, check, begin: 0, expire: -1, expire_at: 0, expire_on_resolve: false, ...more });
const now = (list: Silenced[], flags: number) => isSilenced(silencedNow(row(flags), silenceIndex(list, 1000)));

test("a silence that was made since the last result counts", () => {
  for (const s of [silence("entity:web1", "disk"), silence("entity:web1", ""), silence("", "disk"), silence("*", "*"), silence("entity:web1", "*", { expire_at: 1001 })]) assert.equal(now([s], 16), true, JSON.stringify(s));
});
test("one that has ended, not begun, or is of others, does not", () => {
  for (const s of [silence("entity:web2", "disk"), silence("entity:web1", "load"), silence("entity:web1", "disk", { begin: 2000 }), silence("entity:web1", "disk", { expire_at: 1000 }), silence("", "disk", { metadata: { name: "x", namespace: "prod" } })])
    assert.equal(now([s], 17), false, JSON.stringify(s));
});
test("of subscriptions and windows the stored event says it", () => {
  for (const s of [silence("linux", ""), silence("", "disk", { windows: [{ begin: "", end: "" }] })]) { assert.equal(now([s], 17), true); assert.equal(now([s], 16), false); }
});
test("what was silenced by a machine's silence and is not any more, beside one of a subscription", () => {
  const others = silence("linux", ""), r = silencedNow(row(16), silenceIndex([silence("entity:web1", "disk"), others], 1000));
  assert.equal(isSilenced(r), true);
  assert.equal(isSilenced(silencedNow(r, silenceIndex([others], 1000))), false);
});
test("a row that does not change is the same row", () => { const r = row(16); assert.equal(silencedNow(r, silenceIndex([], 0)), r); });
