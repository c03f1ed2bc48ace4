// backend/dashboard/test/browser/pages.test.mjs - every page and every state, in both themes, on a desk and on a phone: no barrier, nothing wider
// than the screen; and its picture.
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { guestRights, readOnly } from "../standin.mjs";
import * as worlds from "../worlds.mjs";
import { accessible, assert, kDesktop, kPhone, kScreen, picture, settled, story } from "./harness.mjs";

const as = (change) => () => { const w = worlds.morning(); change(w); return w; };
const press = (...keys) => async (page) => { for (const k of keys) await page.keyboard.press(k); };
const failing = (status, message) => (w) => { w.fail = (m, path) => (/\/checks$/.test(path) ? { code: status, body: { message } } : null); };

// name, address, world, what is done first, whether calls fail in it
const kPages = [
  ["problems", "/"], ["events", "/n/default/events"], ["event", "/n/default/events/web1/disk"], ["event-untold", "/n/default/events/db1/replication"], ["event-raised", "/n/default/events/web7/load"], ["event-nobody", "/n/default/events/backup1/restic"],
  ["entities", "/n/default/entities"], ["entity", "/n/default/entities/web1"], ["checks", "/n/default/checks"], ["check", "/n/default/checks/disk"], ["silences", "/n/default/silences"],
  ["config", "/n/default/config"], ["config-open", "/n/default/config/handlers/oncall"], ["config-filters", "/n/default/config/filters"], ["journal", "/n/default/journal"], ["backend", "/n/default/backend"], ["wall", "/wall"],
  ["well", "/", worlds.well], ["nothing", "/", worlds.nothing], ["ten-thousand", "/n/default/events", () => worlds.many(10000)],
  ["no-match", "/?q=zzz%20status:foo"], ["gone", "/n/default/events/web1/nope", worlds.morning, undefined, true], ["error", "/n/default/checks", as(failing(500, "the store cannot be read: disk I/O error")), undefined, true],
  ["no-rights", "/n/default/config/pipelines", as((w) => { w.session.may.default = readOnly(); })], ["no-events", "/", as((w) => { w.session.may.default = {}; }), undefined, true],
  ["guest", "/n/default/events/web1/disk", as((w) => { w.session = { ...w.session, username: "guest", guest: true, may: { default: guestRights() } }; })],
  ["all-namespaces", "/all/problems", as((w) => { w.session.namespaces = ["default", "prod", "lab"]; w.session.may.prod = w.session.may.lab = w.session.may.default; w.event("pay1", "db", 2, "CRITICAL: 3 dead tuples", { ns: "prod", age: 60 }); })],
  ["newer", "/", as((w) => { w.ui = "abcdef123456"; w.session.default_password = true; w.degraded = "database or disk is full"; })],
  ["selected", "/", worlds.morning, press("j", "x", "j", "x")], ["silence", "/", worlds.morning, press("j", "x", "j", "x", "s")], ["palette", "/", worlds.morning, async (p) => { await press("Control+k")(p); await p.locator("dialog[open]").waitFor(); await p.keyboard.type("web1"); }],
  ["keys", "/", worlds.morning, press("?")], ["preferences", "/", worlds.morning, press("Control+,")], ["menu", "/", worlds.morning, (p) => p.locator("[aria-haspopup]").click()],
  ["password", "/n/default/backend", worlds.morning, (p) => p.getByRole("button", { name: "Change password" }).click()],
  ["delete-entity", "/n/default/entities/web1", worlds.morning, (p) => p.getByRole("button", { name: "Delete…" }).click()], ["graph-table", "/n/default/events/web1/disk", worlds.morning, (p) => p.getByRole("button", { name: "As a table" }).click()],
  ["login", "/", as((w) => { w.loggedIn = false; })], ["session-over", "/", worlds.morning, async (p, w) => { w.loggedIn = false; w.cut(); await p.getByText("Your session is over").waitFor(); }, true],
  ["paused", "/", worlds.morning, press("f")], ["acknowledge", "/", worlds.morning, press("j", "x", "j", "x", "a")], ["question", "/n/default/events/web1/disk", worlds.morning, press("#")], ["run", "/n/default/checks/disk", worlds.morning, (p) => p.getByRole("button", { name: "Run now…" }).click()],
  ["failures", "/", as((w) => { w.fail = (m) => (m === "DELETE" ? { code: 403, body: { message: "unauthorized to perform action" } } : null); }), async (p) => { await press("j", "x", "j", "x", "#")(p); await p.locator("dialog").getByRole("button", { name: "Delete" }).click(); await p.getByText("0 done, 2 failed").waitFor(); }, true],
  ["loading", "/n/default/checks", as((w) => { w.fail = (m, path) => (/\/checks$/.test(path) ? new Promise(() => undefined) : null); })],
  ["offline", "/", worlds.morning, async (p, w, s) => { await s.stop(); await p.getByText(/No answer since/).waitFor(); }, true],
];

test("desktop: no page of the program is left out", () => {
  const pages = [.../kPages = \[([^\]]+)\]/.exec(readFileSync(new URL("../../src/route.ts", import.meta.url), "utf8"))[1].matchAll(/"(\w+)"/g)].map((m) => m[1]);
  const looked = kPages.map(([, path]) => path).concat("/all/problems");
  assert.deepEqual(pages.filter((p) => !looked.some((path) => new RegExp(`/${p}(?:[/?]|$)`).test(path))), []);
});

async function fits(page, name) {
  const [wide, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(wide <= screen, `${name} is ${wide} wide on a screen of ${screen}`);
}

/** One load, every theme asked of it. */
function look(name, [id, path, world = worlds.morning, act, network = false], size, themes, extra = {}) {
  story(`${id}, ${name}`, { world, path, size, theme: themes[0], network, ...extra }, async ({ page, world: w, server }) => {
    if (id === "loading") await page.locator(".bone").first().waitFor();
    else await settled(page, w);
    await act?.(page, w, server);
    await page.waitForTimeout(200);
    await fits(page, id);
    assert.equal(await page.locator("h1").count(), 1, "one h1");
    for (const theme of themes) {
      await page.emulateMedia({ colorScheme: theme });
      await picture(page, `${id}-${name}-${theme}`);
      await accessible(page, `${id}, ${name}, ${theme}`, name === "forced" ? ["color-contrast"] : []); // there the browser sets the colours
    }
  });
}

const kThemes = ["light", "dark"];
for (const p of kPages) {
  const wall = p[0] === "wall";
  look("desktop", p, wall ? kScreen : kDesktop, kThemes);
  look("phone", p, kPhone, kThemes);
}
for (const p of kPages.filter(([id]) => ["problems", "event", "silences"].includes(id))) {
  look("forced", p, kDesktop, ["dark"], { context: { forcedColors: "active" } });
  look("zoomed", p, { width: 320, height: 256 }, ["light"]); // 1280 at 400 %
}
for (const p of kPages.filter(([id]) => ["problems", "event"].includes(id)))
  story(`${p[0]}, text twice as large`, { world: worlds.morning, path: p[1] }, async ({ page, world }) => {
    await settled(page, world);
    await page.evaluate(() => { document.documentElement.style.fontSize = "28px"; });
    await page.waitForTimeout(200);
    await picture(page, `${p[0]}-large`);
    await fits(page, p[0]);
  });
