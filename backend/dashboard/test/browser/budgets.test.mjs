// backend/dashboard/test/browser/budgets.test.mjs - how fast it has to be. Gates stand at twice the target. Where the machine has other work, the
// clock says nothing: so what is gated is the processor time of the page, and the clock's figures are printed.
import * as worlds from "../worlds.mjs";
import { assert, pagesCpu, soon, story, tasksOf } from "./harness.mjs";

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

/** Processor milliseconds of the page. */
async function cpuOf(act) {
  const before = await pagesCpu(), got = await act();
  return { ms: ((await pagesCpu()) - before) * 1000, got };
}

story("10,000 events: a letter in the filter is painted within 50 ms", { world: ten, path: "/n/default/events" }, async ({ page, world }) => {
  await page.waitForSelector(".grid .row");
  await page.waitForTimeout(500);
  const kLetters = "host 0123 disk ok value";
  await page.locator("[type=search]").focus();
  const { ms } = await cpuOf(async () => { for (const letter of kLetters) { await page.keyboard.type(letter); await page.waitForTimeout(120); } });
  await soon(async () => Number(await page.locator(".grid").getAttribute("aria-rowcount").catch(() => 0)) === 2, "one row is left");
  say("a letter in the filter, ms of the page's processor time", (ms / kLetters.length).toFixed(1), 50);
  assert.ok(ms / kLetters.length < 50 * kSlack);
  void world;
});

const kFrameCpuMs = 1000 / 55; // a page that takes more for a frame cannot show 55 of them

story("10,000 events: scrolling, and 200 changes a second meanwhile, without a long task", { world: ten, path: "/n/default/events" }, async ({ page, world }) => {
  await page.waitForSelector(".grid .row");
  await page.waitForTimeout(500);
  const scroll = (ms) => page.evaluate((wanted) => new Promise((ok) => {
    const grid = document.querySelector(".grid"), begun = performance.now(), times = [];
    const step = (t) => { times.push(t); grid.scrollTop += 60; if (t - begun < wanted) requestAnimationFrame(step); else ok(times.slice(1).map((x, i) => x - times[i])); };
    requestAnimationFrame(step);
  }), ms);
  const fps = (frames) => 1000 / (frames.reduce((x, y) => x + y, 0) / frames.length), all = [...world.events.values()];
  const still = await cpuOf(() => scroll(4000));
  let at = 0;
  const feed = setInterval(() => { const some = Array.from({ length: 20 }, () => all[(at += 37) % all.length]); for (const e of some) { e.status = e.status ? 0 : 1; e.executed = world.now(); e.output = `changed ${at}`; } world.changed(...some); }, 100);
  const { got: busy, longest } = await tasksOf(page, () => cpuOf(() => scroll(4000)));
  clearInterval(feed);
  const nodes = await page.evaluate(() => document.querySelectorAll("*").length), each = (x) => x.ms / x.got.length;
  say("scrolling: ms of the page's processor time for a frame; frames a second by the clock", `${each(still).toFixed(1)}; ${fps(still.got).toFixed(0)}`, `${kFrameCpuMs.toFixed(1)}; 55`);
  say("the same with 200 changes a second", `${each(busy).toFixed(1)}; ${fps(busy.got).toFixed(0)}`, `${kFrameCpuMs.toFixed(1)}; 55`);
  say("longest tasks meanwhile, ms of processor time", longest.join(" "), "none above 100");
  say("elements in the page", nodes, 2500);
  assert.ok(each(still) < kFrameCpuMs * kSlack && each(busy) < kFrameCpuMs * kSlack);
  assert.ok(longest.length > 0 && longest[0] < 100 * kSlack, `a task of ${longest[0]} ms`);
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
