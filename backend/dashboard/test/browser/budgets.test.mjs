// backend/dashboard/test/browser/budgets.test.mjs - how fast it has to be. Gates stand at twice the target, of the best of three: other programs
// run on this machine, too.
import * as worlds from "../worlds.mjs";
import { assert, soon, story } from "./harness.mjs";

const kSlack = 2;
const ten = () => worlds.many(10000);
const say = (what, value, target) => { console.log(`# ${what}: ${value} (target ${target})`); };

/** The smallest of three. */
async function best(measure) {
  const all = [];
  for (let i = 0; i < 3; i++) all.push(await measure());
  return Math.min(...all);
}

story("10,000 events: problems on screen within a second, all rows too", { world: ten }, async ({ page, server }) => {
  const fresh = (path) => async () => {
    await page.goto("about:blank");
    await page.goto(server.url + path, { waitUntil: "commit" });
    return page.evaluate(() => new Promise((ok) => { const look = () => (document.querySelector(".grid .row") ? ok(performance.now()) : requestAnimationFrame(look)); look(); }));
  };
  const problems = await best(fresh("/")), events = await best(fresh("/n/default/events"));
  say("problems on screen, ms after navigation", problems.toFixed(0), 1000);
  say("all rows on screen, ms after navigation", events.toFixed(0), 1000);
  assert.ok(problems < 1000 * kSlack && events < 1000 * kSlack);
});

story("10,000 events: a letter in the filter is painted within 50 ms", { world: ten, path: "/n/default/events" }, async ({ page }) => {
  await page.waitForSelector(".grid .row");
  await page.waitForTimeout(500);
  const ms = await best(async () => {
    await page.evaluate(() => {
      globalThis.took = new Promise((ok) => { const input = document.querySelector("[type=search]"); input.addEventListener("input", () => { const begun = performance.now(), cells = document.querySelector(".grid").getAttribute("aria-rowcount"); const look = () => (document.querySelector(".grid")?.getAttribute("aria-rowcount") !== cells ? requestAnimationFrame(() => ok(performance.now() - begun)) : setTimeout(look, 1)); look(); }, { once: true }); });
    });
    await page.locator("[type=search]").focus();
    await page.keyboard.type(await page.locator("[type=search]").inputValue() ? "5" : "h");
    await page.keyboard.type("2");
    const took = await page.evaluate(() => globalThis.took);
    await page.locator("[type=search]").fill("");
    await page.waitForTimeout(300);
    return took;
  });
  say("a letter to paint, ms, of which 60 are waited for the next letter", ms.toFixed(0), 50 + 60);
  assert.ok(ms < 60 + 50 * kSlack);
});

story("10,000 events: scrolling, and 200 changes a second meanwhile, without a long task", { world: ten, path: "/n/default/events" }, async ({ page, world }) => {
  await page.waitForSelector(".grid .row");
  await page.waitForTimeout(500);
  await page.evaluate(() => { globalThis.long = []; new PerformanceObserver((l) => l.getEntries().forEach((e) => globalThis.long.push(Math.round(e.duration)))).observe({ entryTypes: ["longtask"] }); });
  const all = [...world.events.values()];
  let at = 0;
  const feed = setInterval(() => { const some = Array.from({ length: 20 }, () => all[(at += 37) % all.length]); for (const e of some) { e.status = e.status ? 0 : 1; e.executed = world.now(); e.output = `changed ${at}`; } world.changed(...some); }, 100);
  const frames = await page.evaluate(() => new Promise((ok) => {
    const grid = document.querySelector(".grid"), begun = performance.now(), times = [];
    const step = (t) => { times.push(t); grid.scrollTop += 60; if (t - begun < 4000) requestAnimationFrame(step); else ok(times.slice(1).map((x, i) => x - times[i])); };
    requestAnimationFrame(step);
  }));
  clearInterval(feed);
  const fps = 1000 / (frames.reduce((a, b) => a + b, 0) / frames.length), long = await page.evaluate(() => globalThis.long), nodes = await page.evaluate(() => document.querySelectorAll("*").length);
  say("frames a second while scrolling", fps.toFixed(0), 55);
  say("long tasks, ms", long.join(" ") || "none", "none above 100");
  say("elements in the page", nodes, 2500);
  assert.ok(fps > 55 / kSlack, `${fps} frames a second`);
  assert.ok(Math.max(0, ...long) < 100 * kSlack, `a task of ${Math.max(...long)} ms`);
  assert.ok(nodes < 2500);
});

story("a million changes leave the heap as it was", { world: () => worlds.many(1000), path: "/n/default/events" }, async ({ page, world }) => {
  await page.waitForSelector(".grid .row");
  const client = await page.context().newCDPSession(page), all = [...world.events.values()];
  const heap = async () => { for (let i = 0; i < 3; i++) await client.send("HeapProfiler.collectGarbage"); return (await client.send("Runtime.getHeapUsage")).usedSize; };
  const turn = async (n) => { for (let i = 0; i < n; i++) { world.changed(...all.slice((i % 2) * 500, (i % 2) * 500 + 500)); if (i % 50 === 49) await new Promise((ok) => setTimeout(ok, 20)); } await page.waitForTimeout(3000); };
  await turn(100);
  const before = await heap();
  await turn(1900); // 500 rows in each
  const after = await heap();
  say("heap before and after, MB", `${(before / 1e6).toFixed(1)} ${(after / 1e6).toFixed(1)}`, "+10 %");
  assert.ok(after < before * 1.2 + 1e6);
  await soon(async () => (await page.locator(".grid .row").count()) > 0, "rows are there");
});
