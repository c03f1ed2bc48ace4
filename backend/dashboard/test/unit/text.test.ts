// backend/dashboard/test/unit/text.test.ts - texts of strangers: colours, links, control characters, YAML, sentences about who was told.
import test from "node:test";
import assert from "node:assert/strict";
import hostile from "../hostile.json";
import { ansi, ansiless, kPiecesMax } from "../../src/text/ansi";
import { fuzzy } from "../../src/text/fuzzy";
import { address, kLinksMax, links } from "../../src/text/links";
import { cut, line, plain } from "../../src/text/plain";
import { isTold, nextTold, said, toldOf, verdict } from "../../src/text/told";
import { yaml } from "../../src/text/yaml";

test("colours become classes, other escapes stay to be seen", () => {
  assert.deepEqual(ansi("\u001b[31mred\u001b[0m rest"), [{ text: "red", classes: "fg-red" }, { text: " rest", classes: "" }]);
  assert.deepEqual(ansi("\u001b[1;4;92mx"), [{ text: "x", classes: "fg-bright-green a-bold a-underline" }]);
  assert.deepEqual(ansi("\u001b[7;31mx"), [{ text: "x", classes: "fg-paper bg-red" }]);
  assert.deepEqual(ansi("\u001b[38;5;196mx").map((p) => p.classes), ["fg-bright-red"]);
  assert.deepEqual(ansi("\u001b[38;2;0;0;255mx").map((p) => p.classes), ["fg-bright-blue"]);
  assert.deepEqual(ansi("\u001b[48:5:21mx").map((p) => p.classes), ["bg-bright-blue"]);
  assert.deepEqual(ansi("\u001b[31m\u001b[39mx"), [{ text: "x", classes: "" }]);
  assert.equal(ansi("\u001b[2J\u001b]8;;http://x\u0007y").map((p) => p.text).join(""), "\u001b[2J\u001b]8;;http://x\u0007y");
  assert.equal(plain("\u001b[2J"), "\u241b[2J");
  assert.equal(ansiless("\u001b[31mred\u001b[m"), "red");
});
test("the pieces of one output have an end, the text has not", () => {
  const text = "\u001b[31ma\u001b[32mb".repeat(kPiecesMax), pieces = ansi(text);
  assert.ok(pieces.length <= kPiecesMax + 1);
  assert.equal(pieces.map((p) => p.text).join("").replace(/\u001b\[\d+m/g, "").length, 2 * kPiecesMax);
});
test("control characters are pictures, directions are spelled out, lone halves are marked", () => {
  assert.equal(plain("a\u0000b\u001bc\u007f"), "a\u2400b\u241bc\u2421");
  assert.equal(plain("\u202eevil"), "\u27e8U+202E\u27e9evil");
  assert.equal(plain("x\ud800y"), "x\ufffdy");
  assert.equal(plain("\ud83d\ude00"), "\ud83d\ude00");
  assert.equal(plain("a\r\nb\rc"), "a\nb\u240dc");
  assert.equal(line("a\nb\tc"), "a\u240ab c");
  assert.equal(cut("ab\ud83d\ude00", 3), "ab");
});
test("links are http and https, and nothing else", () => {
  const of = (s: string) => links(s).filter((p) => p.href).map((p) => p.text);
  assert.deepEqual(of("see https://a.example/x."), ["https://a.example/x"]);
  assert.deepEqual(of("(http://a.example/b(c)) and [https://c.example]"), ["http://a.example/b(c)", "https://c.example"]);
  assert.deepEqual(of("javascript:alert(1) data:text/html,x ftp://x vbscript:x"), []);
  assert.deepEqual(of('https://a.example/"onmouseover=x'), ["https://a.example/"]);
  assert.equal(address("JAVASCRIPT:alert(1)"), undefined);
  assert.equal(address("https://"), undefined);
  assert.equal(links("x".repeat(10)).length, 1);
  assert.equal(links("http://a.b ".repeat(500)).filter((p) => p.href).length, kLinksMax);
});
test("no hostile text loses a character on its way, or becomes a link to a script", () => {
  for (const text of hostile as string[]) {
    assert.equal(links(text).map((p) => p.text).join(""), text);
    for (const p of links(plain(text))) if (p.href) assert.match(p.href, /^https?:/);
    assert.ok(!/[\u0000-\u0008\u000b-\u001f\u202a-\u202e\u2066-\u2069]/.test(plain(text)));
    assert.ok(toldOf(text).word !== undefined && said({ handler: text, outcome: text, why: text }).text !== undefined);
    assert.ok(yaml(text, { metadata: { name: text }, [text]: [text, { a: text }] }).length > 0);
  }
});
test("YAML that is read back as it was", () => {
  const text = yaml("CheckConfig", { metadata: { name: "a" }, command: "x: y # z", list: ["a", { b: 1, c: [] }], on: true, no: "no", none: null, text: "a\nb", n: 5 });
  assert.equal(text, 'type: CheckConfig\napi_version: core/v2\nmetadata:\n  name: a\nspec:\n  command: "x: y # z"\n  list:\n  - a\n  - b: 1\n    c: []\n  "on": true\n  "no": "no"\n  text: "a\\nb"\n  "n": 5\n');
});
test("who was told, in a sentence", () => {
  const d = (...handlers: { handler: string; outcome: string; why?: string; alert?: { told: boolean; at: number; status: number } }[]) => ({ timestamp: 1, status: 2, handlers });
  assert.match(verdict(null, 0, 2).text, /names no handler/);
  assert.equal(verdict(d({ handler: "a", outcome: "delivered" }), 1, 2).text, "Yes: a.");
  assert.equal(verdict(d({ handler: "a", outcome: "held back", alert: { told: true, at: 2, status: 2 } }), 1, 2).tone, "good");
  assert.deepEqual(verdict(d({ handler: "a", outcome: "failed" }), 1, 2), { text: "No, nobody.", tone: "bad" });
  assert.equal(verdict(d({ handler: "a", outcome: "waiting" }), 1, 2).text, "It is on its way.");
  assert.equal(verdict(d({ handler: "a", outcome: "filtered" }), 1, 0).text, "No, and it is OK.");
  assert.ok(isTold({ handler: "a", outcome: "delivered" }));
  assert.deepEqual(said({ handler: "a", outcome: "filtered", why: "filter prod: a == 'b: c' is false" }), { ...toldOf("filtered"), text: "not told: filter prod said no", detail: "a == 'b: c' is false" });
  assert.equal(said({ handler: "a", outcome: "filtered", why: "filter not_silenced: x" }).text, "not told: it is silenced");
  assert.equal(said({ handler: "a", outcome: "held back", why: "alert rule: occurrence 1 comes before occurrence 2" }).text, "not yet: occurrence 1 comes before occurrence 2");
});
test("when it is told again", () => {
  assert.equal(nextTold({ after: 2, every: 30 }, 1), 2);
  assert.equal(nextTold({ after: 2, every: 30 }, 2), 32);
  assert.equal(nextTold({ after: 2, every: 30 }, 40), 62);
  assert.equal(nextTold({ after: 2, every: 0 }, 5), 0);
  assert.equal(nextTold(undefined, 5), 6);
});
test("a few letters find a name", () => {
  assert.equal(fuzzy("xyz", "web1 / disk"), 0);
  assert.ok(fuzzy("w1d", "web1 / disk") > 0);
  assert.ok(fuzzy("web1", "web1") > fuzzy("web1", "web10 / disk"));
  assert.ok(fuzzy("disk", "web1 / disk") > fuzzy("disk", "dxixsxk"));
});
