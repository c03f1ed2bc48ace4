// backend/dashboard/test/unit/query.test.ts - the filter box, by the table that the backend's rows share.
import test from "node:test";
import assert from "node:assert/strict";
import table from "../query_cases.json";
import { fieldOf, glob, kTermsMax, matches, parse, withField } from "../../src/query";
import { kColumns, reader } from "../../src/rows";

const read = reader(kColumns);
const rows = Object.entries(table.rows).map(([name, cells]) => [name, read(cells)] as const);

for (const [text, wanted] of table.cases as [string, string[]][])
  test(`filter ${JSON.stringify(text)}`, () => {
    const q = parse(text);
    assert.deepEqual(q.errors, []);
    assert.deepEqual(rows.filter(([, r]) => matches(q, r, table.now)).map(([name]) => name), wanted);
  });

test("what cannot be read is said", () => { for (const text of table.errors) assert.equal(parse(text).errors.length, 1, text); });
test("labels are the server's", () => { assert.equal(parse("label:tier=web").server, true); assert.equal(parse("web").server, false); });
test("many words have an end", () => { const q = parse("a ".repeat(100)); assert.equal(q.terms.length, kTermsMax); assert.equal(q.errors.length, 1); });
test("a half phrase is a phrase", () => assert.deepEqual(parse('"free sp').terms.map((t) => t.value), ["free sp"]));
test("a glob's other letters are letters", () => { assert.ok(glob("a.b*")("a.bc")); assert.ok(!glob("a.b*")("axbc")); assert.ok(glob("*(x)*")("y(x)z")); });
test("a field is set, changed and taken away", () => {
  assert.equal(withField("web -x", "status", "critical"), "web -x status:critical");
  assert.equal(withField("status:ok web", "status", "critical"), "web status:critical");
  assert.equal(withField("web status:ok", "status", ""), "web");
  assert.equal(withField("", "entity", "a b"), 'entity:"a b"');
  assert.equal(fieldOf("web status:critical", "status"), "critical");
  assert.equal(fieldOf("-status:critical", "status"), "");
});
