// backend/dashboard/test/unit/silences.test.ts - by which silences an event is silenced now, whatever the last result was told.
import test from "node:test";
import assert from "node:assert/strict";
import { silencesOf, type Placed } from "../../src/silences";
import type { Silenced } from "../../src/acts";

const silence = (subscription: string, check: string, more: Partial<Silenced> = {}): Silenced => ({ metadata: { name: `${subscription || "*"}:${check || "*"}`, namespace: "default" }, subscription, check, begin: 0, expire: -1, expire_at: 0, expire_on_resolve: false, ...more });
const event = (more: Partial<NonNullable<Placed["check"]>> = {}, entity: Partial<Placed["entity"]> = {}): Placed => ({ entity: { metadata: { name: "web1" }, entity_class: "agent", subscriptions: ["linux", "entity:web1"], ...entity }, check: { metadata: { name: "disk" }, subscriptions: ["linux", "windows"], ...more } });
const hit = (s: Silenced, e = event()) => silencesOf(e, [s], 1000).length === 1;

test("by machine, check and subscription", () => {
  for (const s of [silence("entity:web1", "disk"), silence("entity:web1", ""), silence("client:web1", "*"), silence("", "disk"), silence("linux", ""), silence("linux", "disk"), silence("entity:web1", "*", { expire_at: 1001 })]) assert.ok(hit(s), s.metadata.name);
  for (const s of [silence("entity:web2", "disk"), silence("entity:web1", "load"), silence("windows", ""), silence("linux", "load"), silence("*", "*"), silence("entity:web1", "disk", { begin: 2000 }), silence("entity:web1", "disk", { expire_at: 1000 })]) assert.ok(!hit(s), s.metadata.name);
});
test("of a proxy: those of the entity, or, when nobody runs the check, those of the check", () => {
  assert.ok(hit(silence("rack", ""), event({ proxy_entity_name: "switch" }, { subscriptions: ["rack"] })));
  assert.ok(hit(silence("windows", ""), event({}, { entity_class: "proxy", subscriptions: [] })));
});
test("one with windows counts when the last result was under it", () => {
  const s = silence("linux", "", { windows: [{ begin: "", end: "" }] });
  assert.ok(!hit(s));
  assert.ok(hit(s, event({ silenced: ["linux:*"] })));
});
