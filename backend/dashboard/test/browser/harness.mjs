// backend/dashboard/test/browser/harness.mjs - stories in a real browser. Each ends with three questions: did anything leave the origin, did the
// browser refuse anything of ours (CSP, Trusted Types), did a script fail?
import { chromium } from "playwright-core";
import { after, test } from "node:test";
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { serve } from "../standin.mjs";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const kBrowser = process.env.PICKET_CHROMIUM ?? "/usr/bin/chromium";
export const shots = process.env.PICKET_SHOTS ?? ""; // a folder for pictures; none are made without
export const kDesktop = { width: 1280, height: 800 }, kPhone = { width: 390, height: 844 }, kScreen = { width: 1920, height: 1080 };
let browser;
const launched = () => (browser ??= chromium.launch({ executablePath: kBrowser, args: ["--no-sandbox"] }));
export const newContext = async (options) => (await launched()).newContext(options);
/** Seconds of processor time that pages took so far: on a busy machine the clock says more about others. */
export async function pagesCpu() {
  const session = await (await launched()).newBrowserCDPSession(), { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  return processInfo.filter((p) => p.type === "renderer").reduce((sum, p) => sum + p.cpuTime, 0);
}
/** The longest tasks of the page's main thread while `act` runs, in milliseconds of its processor time, the longest first. */
export async function tasksOf(page, act) {
  const b = await launched();
  await b.startTracing(page, { categories: ["toplevel"] });
  const got = await act(), trace = JSON.parse((await b.stopTracing()).toString());
  const mains = new Set(trace.traceEvents.filter((e) => e.ph === "M" && e.name === "thread_name" && e.args.name === "CrRendererMain").map((e) => `${e.pid}/${e.tid}`));
  const tasks = trace.traceEvents.filter((e) => e.ph === "X" && e.name === "ThreadControllerImpl::RunTask" && mains.has(`${e.pid}/${e.tid}`)).map((e) => (e.tdur ?? e.dur) / 1000);
  return { got, longest: tasks.sort((x, y) => y - x).slice(0, 3).map(Math.round) };
}
/** Of all that a story waits for: on a busy machine a wait is long before it is for ever. */
const kWaitMs = 20_000;
after(async () => { await (await browser)?.close(); });

/** `network`: the story makes calls fail, and the browser says so in its console. */
export function story(name, { world, path = "/", size = kDesktop, theme = "light", network = false, context = {}, key = true }, act) {
  test(name, async () => {
    const server = await serve(world()), bad = [];
    const c = await newContext({ viewport: size, colorScheme: theme, timezoneId: "Europe/Berlin", reducedMotion: "reduce", ...context });
    if (key) await c.addInitScript(() => { try { localStorage.setItem("picket-key", "k".repeat(32)); } catch { /* about:blank */ } });
    c.setDefaultTimeout(kWaitMs);
    const page = await c.newPage(), open = async (p) => { listen(p, server.url, bad, network); return p; };
    await open(page);
    try {
      await page.goto(server.url + path);
      await act({ page, world: server.world, server, context: c, open });
      assert.deepEqual(bad, []);
    } finally { await c.close(); await server.stop(); }
  });
}

/** What a page must not do is noted in `bad`. */
export function listen(page, origin, bad, network) {
  page.on("request", (r) => { const u = r.url(); if (!u.startsWith(`${origin}/`) && !u.startsWith("data:image/svg+xml,")) bad.push(`left the origin: ${u}`); });
  page.on("pageerror", (e) => bad.push(`failed: ${e.message}`));
  page.on("dialog", (d) => { bad.push(`a script ran: ${d.message()}`); void d.dismiss(); });
  page.on("console", (m) => { if (["error", "warning"].includes(m.type()) && !(network && /Failed to load resource/.test(m.text())) && !/Failed to load resource: the server responded with a status of 401/.test(m.text())) bad.push(`console: ${m.text()}`); });
}

/** No violation of WCAG 2.2 AA. */
export async function accessible(page, where, without = []) {
  await page.evaluate(axeSource);
  const found = await page.evaluate(async (off) => (await globalThis.axe.run(document, { rules: Object.fromEntries(off.map((r) => [r, { enabled: false }])), runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })).violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => `${n.target.join(" ")} ${n.any[0]?.message ?? ""}`).join(" | ")}`), without);
  assert.deepEqual(found, [], where);
}

export async function picture(page, name) {
  if (!shots) return;
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: join(shots, `${name}.png`) });
}

/** Until all of the program is here, and neither calls nor elements come any more; the stream of changes never ends, so the network is never idle. */
export async function settled(page, world) {
  await page.waitForFunction(() => performance.getEntriesByType("resource").some((e) => e.name.endsWith("/more.js") && e.responseEnd > 0) && document.querySelector("h1") && !document.querySelector(".loading"));
  const state = async () => `${world.calls.length} ${await page.evaluate(() => document.querySelectorAll("*").length)}`;
  for (let before = "", same = 0; same < 3;) {
    await new Promise((ok) => setTimeout(ok, 80));
    const now = await state();
    same = now === before ? same + 1 : 0;
    before = now;
  }
}

export const row = (page, name) => page.locator(".grid .row", { hasText: name });
export const names = (page) => page.locator(".grid .row .name").evaluateAll((all) => all.map((a) => [a.closest(".row").ariaRowIndex ?? a.closest(".row").getAttribute("aria-rowindex"), a.textContent]).sort((x, y) => x[0] - y[0]).map((x) => x[1]));
/** Waits until `ask` says so; five seconds at most. */
export async function soon(ask, what, ms = 5000) {
  const end = Date.now() + ms;
  for (;;) {
    const got = await ask();
    if (got) return got;
    if (Date.now() > end) assert.fail(`not within ${ms} ms: ${what}`);
    await new Promise((ok) => setTimeout(ok, 40));
  }
}
export { assert };
