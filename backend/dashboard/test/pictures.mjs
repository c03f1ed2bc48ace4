// backend/dashboard/test/pictures.mjs - makes the pictures of docs/DASHBOARD.md, of the stand-in's worlds. Run by ./dev dashboard pictures.
import { chromium } from "playwright-core";
import { mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readOnly, serve } from "./standin.mjs";
import * as worlds from "./worlds.mjs";

const out = fileURLToPath(new URL("../../../docs/dashboard/", import.meta.url)), kMax = 1_500_000; // bytes of all pictures
const kWide = { width: 1120, height: 500 }, kTall = { width: 1120, height: 860 }, kSmall = { width: 800, height: 360 }, kPhone = { width: 390, height: 700 }, kWall = { width: 1100, height: 480 };
const as = (change) => () => { const w = worlds.morning(); change(w); return w; };
const keys = (...all) => async (p) => { for (const k of all) await p.keyboard.press(k); };

const kPictures = [ // name, address, screen, theme, world, what is done first
  ["problems", "/", kWide, "light"], ["problems-dark", "/", kWide, "dark"], ["event", "/n/default/events/web1/disk", kTall, "light"], ["nobody", "/n/default/events/db1/replication", kWide, "dark"],
  ["ten-thousand", "/n/default/events", kWide, "light", () => worlds.many(10000)], ["silence", "/", kWide, "light", worlds.morning, keys("j", "x", "j", "x", "s")], ["selected", "/", kWide, "light", worlds.morning, async (p, s, w) => { await keys("j", "x", "j", "x")(p); w.changed(w.event("web9", "load", 2, "CRITICAL - load 31", { age: 3 })); await p.getByText("1 change").waitFor(); }],
  ["silences", "/n/default/silences", kWide, "light"], ["entity", "/n/default/entities/web1", kTall, "light"], ["checks", "/n/default/checks", kWide, "light"], ["journal", "/n/default/journal", kWide, "light"],
  ["phone-problems", "/", kPhone, "light"], ["phone-event", "/n/default/events/web1/disk", kPhone, "dark"], ["wall", "/wall", kWall, "dark"],
  ["well", "/", kSmall, "light", worlds.well], ["nothing", "/", kSmall, "light", worlds.nothing], ["login", "/", kSmall, "light", as((w) => { w.loggedIn = false; })],
  ["offline", "/", kSmall, "light", worlds.morning, async (p, s) => { await s.stop(); await p.getByText(/No answer since/).waitFor(); }], ["session-over", "/", kSmall, "light", worlds.morning, async (p, s, w) => { w.loggedIn = false; w.cut(); await p.getByText("Your session is over").waitFor(); }],
  ["error", "/n/default/checks", kSmall, "light", as((w) => { w.fail = (m, path) => (/\/checks$/.test(path) ? { code: 500, body: { message: "the store cannot be read: disk I/O error" } } : null); })], ["no-rights", "/n/default/config/pipelines", kSmall, "light", as((w) => { w.session.may.default = readOnly(); })],

];

const browser = await chromium.launch({ executablePath: process.env.PICKET_CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
mkdirSync(out, { recursive: true });
for (const [name, path, viewport, colorScheme, world = worlds.morning, act] of kPictures) {
  const s = await serve(world()), page = await browser.newPage({ viewport, colorScheme, timezoneId: "Europe/Berlin", reducedMotion: "reduce" });
  await page.goto(s.url + path);
  await page.waitForSelector("h1", { state: "attached" });
  await page.waitForTimeout(1200);
  await act?.(page, s, s.world);
  await page.waitForTimeout(400);
  await page.screenshot({ path: join(out, `${name}.png`) });
  await page.close();
  await s.stop();
}
await browser.close();
const all = readdirSync(out).reduce((n, f) => n + statSync(join(out, f)).size, 0);
console.log(`${kPictures.length} pictures, ${all} bytes`);
if (all > kMax) throw new Error(`more than ${kMax} bytes`);
