// backend/dashboard/test/browser/hostile.test.mjs - texts of strangers, everywhere a text can be: they are shown, and they do nothing.
import * as worlds from "../worlds.mjs";
import { assert, story } from "./harness.mjs";

const kEvents = worlds.hostileTexts().length;

/** Nothing of theirs became an element, an attribute that acts, or an address that is no web address. */
async function harmless(page, where) {
  const bad = await page.evaluate(() => [
    ...[...document.querySelectorAll("script,iframe,object,embed,form[action],meta[http-equiv],base,style,img")].filter((e) => !e.src?.includes("/_/")).map((e) => e.outerHTML.slice(0, 100)),
    ...[...document.querySelectorAll("*")].flatMap((e) => [...e.attributes].filter((a) => /^on/i.test(a.name)).map((a) => a.name)),
    ...[...document.querySelectorAll("a")].filter((a) => !/^https?:$/.test(a.protocol)).map((a) => a.href),
    ...[...document.querySelectorAll("a[target]")].filter((a) => a.rel !== "noopener noreferrer").map((a) => a.href),
  ]);
  assert.deepEqual(bad, [], where);
}

for (const path of ["/", "/n/default/events", "/n/default/entities", "/n/default/silences", "/n/default/config/handlers", "/n/default/journal", "/wall", "/n/default/problems?q=%3Cscript%3Ealert(1)%3C/script%3E", "/n/%3Cimg%20src=x%20onerror=alert(1)%3E/events/%3Cb%3E/x"])
  story(`hostile texts on ${path}`, { world: worlds.hostile, path, network: true }, async ({ page }) => {
    await page.waitForSelector("h1", { state: "attached" });
    await page.waitForTimeout(800);
    await harmless(page, path);
  });

story("hostile texts on the page of every event", { world: worlds.hostile, path: "/n/default/events/host0/hostile" }, async ({ page, world }) => {
  const texts = worlds.hostileTexts();
  for (let i = 0; i < kEvents; i++) {
    await page.evaluate((n) => { history.pushState(null, "", `/n/default/events/host${n}/hostile`); dispatchEvent(new PopStateEvent("popstate")); }, i);
    await page.getByRole("heading", { name: `host${i} / hostile`, level: 1 }).waitFor();
    await page.locator(".output-card").waitFor();
    await harmless(page, JSON.stringify(texts[i].slice(0, 60)));
    const word = /[A-Za-z]{4,}/.exec(texts[i].replace(/\u001b\[[\d;:]*m/g, ""))?.[0];
    if (word) assert.ok((await page.locator("main").textContent()).includes(word), `${word} of text ${i} is shown`);
  }
  assert.ok(world.events.size === kEvents);
});

story("hostile texts in the palette, in a silence, in a message", { world: worlds.hostile, path: "/n/default/events" }, async ({ page }) => {
  await page.waitForSelector(".grid .row");
  await page.waitForTimeout(500);
  await page.keyboard.press("Control+k");
  await page.keyboard.type("<img onerror=");
  await harmless(page, "palette");
  await page.keyboard.press("Escape");
  await page.keyboard.press("j");
  await page.keyboard.press("Control+a");
  await page.keyboard.press("s");
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await harmless(page, "silence");
});
