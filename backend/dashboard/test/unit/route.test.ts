// backend/dashboard/test/unit/route.test.ts - addresses: there and back, Sensu's old ones, and hostile ones.
import test from "node:test";
import assert from "node:assert/strict";
import { address, eventAddress, kPages, modern, parseRoute } from "../../src/route";

test("an address is the route it was made of", () => {
  for (const ns of ["default", "", "a.b-c", "ns with /?#%"]) for (const page of kPages) for (const path of [[], ["web1"], ["a/b", "c?d#e%f"]]) {
    const names = page === "wall" ? [] : path, to = address({ page, ns, path: names, query: { q: "a b:c,d&e=f" } }), url = new URL(to, "http://x");
    const r = parseRoute(url.pathname, url.search);
    assert.deepEqual([r.page, r.ns, r.path, r.query.q], [page, ns, names, "a b:c,d&e=f"], to);
  }
});
test("Sensu's links lead to their places", () => {
  const cases: [string, string][] = [
    ["/c/~/n/default/events/web1/disk", "/n/default/events/web1/disk"], ["/c/local/n/prod/entities/web1/events", "/n/prod/entities/web1"], ["/c/~/n/default/silences", "/n/default/silences"],
    ["/default/events", "/n/default/events"], ["/default/events/web1/disk", "/n/default/events/web1/disk"], ["/default/entities/web1/events", "/n/default/entities/web1"], ["/default/checks/x", "/n/default/checks/x"],
    ["/n/default/events", "/n/default/events"], ["/n/default/entities/web1/events", "/n/default/entities/web1"], ["/all/events", "/all/events"], ["/", "/"], ["/c/~/n/default", "/n/default/"],
  ];
  for (const [old, wanted] of cases) assert.equal(modern(old), wanted, old);
});
test("what is no page is the first page", () => {
  for (const p of ["/", "/nonsense", "/n", "/n/x", "/n/x/y", "//", "/%E0%A4%A", "/all", "/..%2f", "/n/__proto__/constructor"]) assert.equal(parseRoute(p, "").page, "problems", p);
  assert.equal(parseRoute("/n/%E0%A4%A/events", "").ns, "%E0%A4%A");
  assert.equal(parseRoute("/n/x/events", "?__proto__=1&q=2").query.q, "2");
});
test("half a character breaks no address", () => assert.equal(eventAddress("x", "a\ud800", "c"), "/n/x/events/a%EF%BF%BD/c"));
test("names are escaped", () => assert.equal(eventAddress("a/b", "<x>", "c d"), "/n/a%2Fb/events/%3Cx%3E/c%20d"));
