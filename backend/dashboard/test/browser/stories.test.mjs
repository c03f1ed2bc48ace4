// backend/dashboard/test/browser/stories.test.mjs - what operators do: look, filter, select, silence, end; with the keyboard alone; over logins,
// breaks, and changes that come meanwhile.
import { everything, guestRights } from "../standin.mjs";
import * as worlds from "../worlds.mjs";
import { assert, kPhone, names, row, soon, story } from "./harness.mjs";

const { morning } = worlds;
const count = (page) => page.locator(".grid .row").count();
const called = (world, method, path) => world.calls.filter((c) => c.method === method && c.path.includes(path));
const ready = (page) => page.waitForSelector(".grid .row");

// ---- login ----

story("first login: a wrong password, then the right one, and the page that was asked for", { world: () => Object.assign(morning(), { loggedIn: false }), path: "/n/default/events/web1/disk?span=1%20h", key: false }, async ({ page }) => {
  await page.fill("[name=username]", "anna");
  await page.fill("[name=password]", "wrong");
  await page.keyboard.press("Enter");
  await page.getByText("That user and password do not fit.").waitFor();
  await page.fill("[name=password]", "secret");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "web1 / disk" }).waitFor();
  assert.match(page.url(), /\/n\/default\/events\/web1\/disk\?span=1/);
  assert.equal(await page.evaluate(() => localStorage.getItem("picket-key")), "k".repeat(32));
});

story("too many tries count down", { world: () => Object.assign(morning(), { loggedIn: false, throttle: 2 }), key: false, network: true }, async ({ page, world }) => {
  await page.fill("[name=username]", "anna");
  await page.fill("[name=password]", "secret");
  await page.keyboard.press("Enter");
  await page.getByText(/Too many tries. Wait [12] s/).waitFor();
  world.throttle = 0;
  await soon(async () => !(await page.getByText(/Wait/).count()), "the countdown ends");
  await page.fill("[name=password]", "secret");
  await page.keyboard.press("Enter");
  await ready(page);
});

story("every call carries the key", { world: morning }, async ({ page }) => {
  const without = [];
  page.on("request", (r) => { if (/\/api\//.test(r.url()) && r.headers()["picket-request"] !== "k".repeat(32)) without.push(r.url()); });
  await page.reload();
  await ready(page);
  await page.waitForTimeout(600);
  assert.deepEqual(without, []);
});

story("the session ends over an open form: log in over it, and it is sent", { world: morning, network: true }, async ({ page, world }) => {
  await ready(page);
  await page.keyboard.press("j");
  await page.keyboard.press("s");
  await page.getByLabel("Reason").fill("disk swap");
  world.loggedIn = false;
  await page.getByRole("button", { name: "Silence", exact: true }).last().click();
  await page.getByText("Your session is over").waitFor();
  assert.equal(called(world, "PUT", "/silenced/").length, 1);
  await page.fill("dialog [name=password]", "secret");
  await page.keyboard.press("Enter");
  await soon(() => called(world, "PUT", "/silenced/").length === 2, "the silence is sent again");
  assert.equal(called(world, "PUT", "/silenced/")[1].body.reason, "disk swap");
  await page.getByText("Your session is over").waitFor({ state: "detached" });
});

story("logging out in another tab", { world: morning, network: true }, async ({ page, context, server, open }) => {
  await ready(page);
  const other = await open(await context.newPage());
  await other.goto(`${server.url}/`);
  await ready(other);
  await other.locator("[aria-haspopup]").click();
  await other.getByRole("menuitem", { name: "Log out" }).click();
  await other.getByRole("heading", { name: "Log in" }).waitFor();
  await page.getByText("Your session is over").waitFor();
});

story("a guest sees, cannot act, and logs in", { world: () => { const w = morning(); w.session = { ...w.session, username: "guest", guest: true, may: { default: guestRights() } }; return w; }, path: "/n/default/events/web1/disk", key: false, network: true }, async ({ page, world }) => {
  await page.getByText("Yes: oncall.").waitFor();
  assert.equal(await page.getByRole("button", { name: /Silence|Resolve|Delete|Re-run/ }).count(), 0);
  assert.equal(await page.getByRole("link", { name: "Checks" }).count(), 0);
  for (const key of ["s", "e", "r", "#"]) await page.keyboard.press(key);
  assert.equal(await page.locator("dialog[open]").count(), 0);
  world.session = { ...world.session, username: "anna", guest: false, may: { default: everything() } };
  await page.getByRole("button", { name: "Log in" }).click();
  await page.fill("dialog [name=username]", "anna");
  await page.fill("dialog [name=password]", "secret");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: /Silence/ }).waitFor();
});

// ---- live ----

story("what fails is there within a second, and goes when it is well", { world: morning }, async ({ page, world }) => {
  await ready(page);
  await page.mouse.move(5, 5);
  const e = world.event("web9", "load", 2, "CRITICAL - load 31", { age: 1 });
  world.changed(e);
  await soon(() => row(page, "web9 / load").count(), "the new problem", 1000);
  assert.equal((await names(page))[0], "web9 / load");
  assert.match(await page.title(), /^\(7\) Problems/);
  Object.assign(e, { status: 0, output: "OK" });
  world.changed(e);
  await soon(async () => !(await row(page, "web9 / load").count()), "it goes", 1000);
});

story("nothing moves under the pointer; a point shows what changed", { world: morning }, async ({ page, world }) => {
  await ready(page);
  await row(page, "db2 / keepalive").hover();
  const before = await row(page, "db2 / keepalive").boundingBox(), order = await names(page);
  world.changed(world.event("web9", "load", 2, "CRITICAL - load 31", { age: 1 }));
  world.gone(world.events.get("default/db1/replication"));
  await page.getByText("2 changes").waitFor();
  assert.deepEqual(await names(page), order);
  assert.deepEqual(await row(page, "db2 / keepalive").boundingBox(), before);
  await page.keyboard.press(".");
  await soon(async () => (await names(page))[0] === "web9 / load", "the new order");
  await row(page, "web1 / disk").hover();
  await row(page, "web1 / disk").getByRole("checkbox").click();
  const place = await row(page, "web1 / disk").boundingBox();
  await page.mouse.move(5, 5);
  world.changed(world.event("a1", "load", 2, "CRITICAL", { age: 0 }));
  await page.getByText("1 change").waitFor();
  assert.deepEqual(await row(page, "web1 / disk").boundingBox(), place);
  assert.equal(await row(page, "web1 / disk").getByRole("checkbox").isChecked(), true);
});

story("the backend goes and comes: a banner, what was there, then what is", { world: morning, network: true }, async ({ page, world, server }) => {
  await ready(page);
  await server.stop();
  await page.getByText(/No answer since/).waitFor();
  assert.equal(await count(page), 6);
  world.gone(world.events.get("default/db1/replication"));
  world.event("web9", "load", 2, "CRITICAL", { age: 5 });
  const { serve } = await import("../standin.mjs"), again = await serve(world, server.port);
  await page.getByRole("button", { name: "Try now" }).click();
  await page.getByText(/No answer since/).waitFor({ state: "detached" });
  await soon(async () => (await names(page)).includes("web9 / load") && !(await names(page)).includes("db1 / replication"), "the rows are the backend's");
  await again.stop();
});

/** As if another tab had come before this one. */
const hide = (page, hidden) => page.evaluate((is) => { Object.defineProperty(document, "hidden", { value: is, configurable: true }); document.dispatchEvent(new Event("visibilitychange")); }, hidden);

story("a tab that nobody sees ends its stream, and has everything when it is seen again", { world: morning }, async ({ page, world }) => {
  await ready(page);
  await soon(() => world.streams.size === 1, "its stream");
  await page.clock.install();
  await hide(page, true);
  await page.clock.runFor(31000);
  await soon(() => world.streams.size === 0, "the stream ends");
  world.gone(world.events.get("default/db1/replication"));
  world.event("web9", "load", 2, "CRITICAL", { age: 5 });
  await page.clock.resume();
  await hide(page, false);
  await soon(() => world.streams.size === 1, "it is there again");
  await soon(async () => (await names(page)).includes("web9 / load") && !(await names(page)).includes("db1 / replication"), "what happened meanwhile");
});

story("eight tabs work: a browser has six connections", { world: morning }, async ({ page, world, context, server, open }) => {
  await ready(page);
  const tabs = [page];
  for (let i = 1; i < 8; i++) {
    const tab = await open(await context.newPage());
    await tab.goto(`${server.url}/`);
    await ready(tab);
    tabs.push(tab);
  }
  await soon(() => world.streams.size === 4, "four have a stream");
  world.changed(world.event("web9", "load", 2, "CRITICAL", { age: 1 }));
  await soon(() => row(tabs[7], "web9 / load").count(), "the last one sees it at once", 1000);
  for (const tab of tabs) await soon(() => row(tab, "web9 / load").count(), "every tab sees it", 15000);
  await tabs[0].evaluate(() => dispatchEvent(new Event("focus")));
  await tabs[0].getByText("live", { exact: true }).waitFor();
});

story("a silence of a subscription, and its end, are seen without a new result", { world: morning, path: "/n/default/events/web1/disk" }, async ({ page, world }) => {
  await page.getByText("Yes: oncall.").waitFor();
  const e = world.events.get("default/web1/disk");
  world.silence("linux", "", { reason: "kernel upgrade" });
  e.flags |= 1;
  world.changed(e);
  world.stale("silenced");
  await page.locator(".badge.is-silenced").waitFor();
  await page.getByRole("link", { name: "linux:*" }).waitFor();
  world.silenced.delete("default/linux:*");
  e.flags &= ~1;
  world.changed(e);
  world.stale("silenced");
  await page.locator(".badge.is-silenced").waitFor({ state: "detached" });
  assert.equal(await page.getByRole("link", { name: "linux:*" }).count(), 0);
});

story("a job that only sends results: they come by themselves, within its ttl", { world: () => { const w = morning(); w.event("box", "backup", 0, "BACKUP OK", { command: "", interval: 1, ttl: 90000, flags: 4 }); return w; }, path: "/n/default/events/box/backup" }, async ({ page }) => {
  await page.getByText("its results come by themselves").waitFor();
  await page.getByText("1\u00a0d 1\u00a0h (ttl)").waitFor();
  assert.equal(await page.getByText("next in about").count(), 0);
});

story("a label leads to what has it", { world: morning, path: "/n/default/events/web1/disk" }, async ({ page }) => {
  await page.getByRole("region", { name: "Machine" }).getByRole("link", { name: "web", exact: true }).click();
  await page.waitForURL((u) => /\/events\?q=label:tier=web$/.test(decodeURIComponent(u)));
  await page.goto(page.url().replace(/\/events.*/, "/entities"));
  await page.getByRole("link", { name: "tier=db" }).first().click();
  await soon(async () => (await count(page)) === 2, "two databases");
});

story("a wall on a small screen: every word of it", { world: () => { const w = morning(); w.event("web4", "ssh", 2, "SSH CRITICAL | time=3s", { told: "unknown", age: 86400 * 12 + 80000 }); return w; }, path: "/wall" }, async ({ page }) => {
  await page.getByText("no handler").waitFor();
  const cut = await page.evaluate(() => [...document.querySelectorAll(".wall-rows .told, .wall-rows .for")].filter((e) => e.scrollWidth > e.clientWidth + 1 || e.getBoundingClientRect().right > innerWidth).map((e) => e.textContent));
  assert.deepEqual(cut, []);
});

story("too many changes: the rows are read anew", { world: morning }, async ({ page, world }) => {
  await ready(page);
  world.event("web9", "load", 2, "CRITICAL", { age: 5 });
  world.send("reload", { why: "more than 2000 changes a second" });
  await soon(() => row(page, "web9 / load").count(), "the new rows");
});

story("a newer picket offers a reload", { world: morning, network: true }, async ({ page, world }) => {
  await ready(page);
  world.ui = "abcdef123456";
  world.cut();
  await page.getByText("picket is newer than this page.").waitFor({ timeout: 8000 });
});

story("rights that were taken away", { world: morning, network: true }, async ({ page, world }) => {
  await ready(page);
  world.session.may.default = {};
  world.cut();
  await page.getByText("You may not look at events in default").waitFor();
});

// ---- lists ----

story("the filter is in the address: typed, gone back to, loaded again, kept as a link", { world: morning }, async ({ page }) => {
  await ready(page);
  await page.keyboard.press("/");
  await page.keyboard.type("web");
  await soon(async () => (await count(page)) === 3, "three of the web");
  assert.match(page.url(), /q=web$/);
  await page.getByRole("button", { name: /^Critical/ }).click();
  await soon(async () => (await count(page)) === 1, "one of them critical");
  assert.match(decodeURIComponent(page.url()), /q=web\+status:critical/);
  await page.goBack();
  await soon(async () => (await count(page)) === 3, "back");
  await page.goForward();
  await page.reload();
  await soon(async () => (await count(page)) === 1, "loaded again");
  assert.equal(await page.getByRole("searchbox").inputValue(), "web status:critical");
});

story("with the keyboard alone: select three, silence them, see it, extend, end", { world: morning }, async ({ page, world }) => {
  await page.evaluate(() => { for (const e of ["mousedown", "pointerdown"]) addEventListener(e, () => { throw new Error("the mouse is forbidden"); }, true); });
  await ready(page);
  const press = async (...keys) => { for (const k of keys) await page.keyboard.press(k); };
  await press("j", "x", "j", "x", "ArrowDown", "Space", "s");
  await page.getByText("these 3 events").waitFor();
  await page.keyboard.type("maintenance");
  await press("Enter");
  await soon(async () => world.silenced.size === 7, "three silences more");
  await page.getByText("3 changes").waitFor();
  await press("Escape", ".");
  await soon(async () => (await count(page)) === 3, "they are no problems any more");
  await press("g", "s");
  await page.getByRole("heading", { name: "Silences", level: 1 }).waitFor();
  await page.getByText("maintenance").first().waitFor();
  await page.getByRole("listitem").filter({ hasText: "web1 / disk" }).getByRole("button", { name: "Extend" }).focus();
  await press("Enter");
  await page.getByRole("button", { name: "4 h" }).focus();
  await press("Space");
  await page.getByLabel("Reason").focus();
  await press("Enter");
  await soon(() => world.silenced.get("default/entity:web1:disk").expire > 14000, "it is four hours long");
  await page.waitForTimeout(800); // the list is sorted by its ends
  await page.getByRole("listitem").filter({ hasText: "web1 / disk" }).getByRole("button", { name: "End now" }).focus();
  await press("Enter");
  await page.getByRole("button", { name: "End it now" }).waitFor();
  await press("Enter");
  await soon(() => !world.silenced.has("default/entity:web1:disk"), "it is ended");
  await press("g", "p");
  await soon(() => row(page, "web1 / disk").count(), "and a problem again");
  await press("j", "Enter");
  await page.waitForURL(/\/events\//);
  await press("Escape");
  await page.waitForURL(/\/problems/);
});

story("all that match are deleted; what fails is named", { world: () => { const w = worlds.many(2000); w.fail = (m, path) => (m === "DELETE" && /host0000|host0009/.test(path) ? { code: 403, body: { message: "unauthorized to perform action" } } : null); return w; }, path: "/n/default/events?q=status:critical", network: true }, async ({ page, world }) => {
  await ready(page);
  await page.keyboard.press("j");
  await page.keyboard.press("Control+a");
  await page.getByText("40 selected").waitFor();
  await page.keyboard.press("#");
  await page.locator("dialog").getByRole("button", { name: "Delete" }).click();
  await page.getByText(/done, \d+ failed/).waitFor({ timeout: 15000 });
  const failed = await page.locator(".failures li").count();
  assert.ok(failed >= 1 && failed <= 4, `${failed} failed`);
  assert.equal([...world.events.values()].filter((e) => e.status === 2).length, failed);
});

story("a machine is deleted by its name only", { world: morning, path: "/n/default/entities/web1" }, async ({ page, world }) => {
  await page.getByRole("button", { name: "Delete…" }).click();
  await page.locator("dialog").getByRole("button", { name: "Delete" }).click({ force: true });
  assert.ok(world.entities.has("default/web1"));
  await page.locator("dialog input").fill("web1");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/entities$/);
  assert.ok(!world.entities.has("default/web1"));
});

story("single keys can be turned off", { world: morning }, async ({ page }) => {
  await page.evaluate(() => localStorage.setItem("picket-preferences", JSON.stringify({ keys: false })));
  await page.reload();
  await ready(page);
  await page.keyboard.press("j");
  await page.keyboard.press("?");
  assert.equal(await page.locator("dialog[open]").count(), 0);
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "BODY");
  await page.keyboard.press("Control+k");
  await page.locator("dialog[open]").waitFor();
});

// ---- one event, one check ----

story("re-run, resolve, and what the calls say", { world: morning, path: "/n/default/events/web1/disk" }, async ({ page, world }) => {
  await page.getByText("Yes: oncall.").waitFor();
  await page.keyboard.press("r");
  await soon(() => called(world, "POST", "/execute").length, "the check is asked for");
  assert.deepEqual(called(world, "POST", "/execute")[0].body, { check: "disk", subscriptions: ["entity:web1"] });
  await page.keyboard.press("e");
  await page.getByText("The next result of the check says again what it finds.").waitFor();
  await page.keyboard.press("Enter");
  await soon(() => called(world, "PUT", "/resolve").length, "it is resolved");
  await page.getByText("Resolved manually by anna").waitFor();
});

story("what was done in this incident and in those before, and last night", { world: morning, path: "/n/default/events/web1/disk" }, async ({ page }) => {
  const card = page.getByRole("region", { name: "Incidents" });
  await card.getByText("for 2\u00a0h 10\u00a0m so far").waitFor();
  assert.equal(await card.locator("details[open] .decisions li").count(), 5);
  await card.getByText("https://events.pagerduty.com answered 503, tried 3 times").waitFor();
  await card.locator("summary").nth(1).click();
  await card.getByText("DISK WARNING - free space: / 1190 MB (10%)").waitFor();
  await page.getByRole("link", { name: "Journal" }).click();
  const night = page.getByRole("listitem").filter({ hasText: "db1 / backup" }).first(); // of before the backend's start
  await night.locator("summary").click();
  await night.getByText("not told: it was silenced").waitFor();
});

story("an incident is acknowledged, everybody sees by whom, and it is withdrawn", { world: morning, path: "/n/default/events/web1/disk" }, async ({ page, world }) => {
  await page.getByText("Yes: oncall.").waitFor();
  await page.keyboard.press("a");
  await page.getByLabel("What others should know").fill("cleaning up");
  await page.getByLabel("Until").fill("2h");
  await page.keyboard.press("Enter");
  await page.getByText(/Acknowledged by anna/).waitFor();
  assert.deepEqual(called(world, "PUT", "/acknowledge")[0].body, { reason: "cleaning up", for: 7200 });
  await page.getByRole("button", { name: "Withdraw" }).click();
  await page.getByText(/Acknowledged by anna/).waitFor({ state: "detached" });
});

story("a silence that has ended is not the reason any more", { world: () => { const w = morning(); w.decisions.set("web1/disk", { timestamp: w.now() - 60, status: 2, handlers: [{ handler: "oncall", outcome: "filtered", why: "filter not_silenced: it is silenced by entity:web1:disk" }] }); return w; }, path: "/n/default/events/web1/disk" }, async ({ page, world }) => {
  await page.getByText("That silence has ended.").waitFor();
  const e = world.events.get("default/web1/disk");
  e.flags |= 1;
  world.changed(e);
  await page.getByText("That silence has ended.").waitFor({ state: "detached" });
});

story("the graph and its table say the same", { world: morning, path: "/n/default/events/web1/disk" }, async ({ page }) => {
  await page.locator("path.curve").waitFor();
  assert.ok((await page.locator("path.curve").getAttribute("d")).length > 500);
  await page.getByRole("button", { name: "As a table" }).click();
  const shown = await page.locator(".readout b").textContent(), first = await page.locator(".values tbody tr").first().locator("td").nth(1).textContent();
  assert.equal(first, shown);
  await page.getByRole("button", { name: "1 h" }).click();
  await soon(async () => Math.abs((await page.locator(".values tbody tr").count()) - 30) <= 1, "an hour has thirty points");
  assert.match(page.url(), /span=1/);
});

story("four megabytes of output, and a line of one", { world: () => { const w = morning(); w.event("big", "lines", 2, "a line of text\n".repeat(280000)); w.event("big", "line", 2, "x".repeat(1e6)); return w; }, path: "/n/default/events/big/lines" }, async ({ page }) => {
  await page.getByRole("button", { name: "Show all (4.2 MB)" }).waitFor();
  assert.ok((await page.locator("pre.terminal").textContent()).length <= 100000);
  await page.getByRole("button", { name: "Show all (4.2 MB)" }).click();
  await soon(async () => (await page.locator("pre.terminal").textContent()).length === 4200000, "all of it", 15000);
  await page.evaluate(() => history.pushState(null, "", "/n/default/events/big/line") || dispatchEvent(new PopStateEvent("popstate")));
  await page.getByRole("button", { name: "Show all (1.0 MB)" }).waitFor();
});

story("a check is paused and published", { world: morning, path: "/n/default/checks/disk" }, async ({ page, world }) => {
  await page.getByRole("button", { name: "Pause" }).click();
  await page.locator("b.paused").waitFor();
  assert.deepEqual(called(world, "PATCH", "/checks/disk")[0].body, { publish: false });
  await page.getByRole("button", { name: "Publish" }).click();
  await soon(() => called(world, "PATCH", "/checks/disk").length === 2, "it is published");
});

story("a silence: what it hits before it is saved, for ever only with a reason, a name that is there is changed", { world: morning, path: "/n/default/silences" }, async ({ page, world }) => {
  await page.getByText("mx1 / queue").waitFor();
  await page.keyboard.press("n");
  await page.getByLabel("a check", { exact: true }).check();
  await page.getByLabel("Check, on every machine").fill("disk");
  await page.getByText("Silences 9 events").waitFor();
  await page.getByRole("button", { name: "for ever…" }).click();
  await page.getByText("A silence without an end needs a reason").waitFor();
  await page.getByRole("button", { name: "Silence", exact: true }).click({ force: true });
  assert.equal(called(world, "PUT", "/silenced/").length, 0);
  await page.getByLabel(/Another end/).fill("90m");
  await page.getByRole("button", { name: "Silence", exact: true }).click();
  await soon(() => called(world, "PUT", "/silenced/").length, "it is saved");
  const put = called(world, "PUT", "/silenced/")[0];
  assert.deepEqual([decodeURIComponent(put.path.split("/").pop()), put.body.expire, put.body.check, put.body.expire_on_resolve], ["*:disk", 5400, "disk", true]);
});

story("Sensu's links", { world: morning, path: "/c/~/n/default/events/web1/disk" }, async ({ page }) => {
  await page.getByRole("heading", { name: "web1 / disk" }).waitFor();
  assert.match(page.url(), /\/n\/default\/events\/web1\/disk$/);
});

story("two hundred namespaces in the palette", { world: () => { const w = morning(); for (let i = 0; i < 200; i++) { w.session.namespaces.push(`team${i}`); w.session.may[`team${i}`] = everything(); } return w; } }, async ({ page }) => {
  await ready(page);
  await page.waitForTimeout(500);
  await page.keyboard.press("Control+k");
  await page.keyboard.type("team142");
  await page.getByRole("listbox", { name: "Found" }).getByRole("option", { name: /team142/ }).waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/n\/team142\/problems/);
});

// ---- phones, walls ----

story("a phone: tap a problem, silence it", { world: morning, size: kPhone, context: { hasTouch: true, isMobile: true } }, async ({ page, world }) => {
  await ready(page);
  await row(page, "web1 / disk").tap();
  await page.getByText("Yes: oncall.").waitFor();
  await page.getByRole("button", { name: "Silence" }).tap();
  await page.locator("dialog").getByRole("button", { name: "4 h" }).tap();
  await page.locator("dialog").getByRole("button", { name: "Silence" }).tap();
  await soon(() => world.silenced.has("default/entity:web1:disk"), "it is silenced");
  for (const b of await page.locator("button:visible, a.button:visible, .rail a:visible").all()) { const box = await b.boundingBox(); if (box) assert.ok(box.height >= 24 && box.width >= 24, `${await b.textContent()} is ${box.width} by ${box.height}`); }
});

story("a wall turns its pages and says when it is old", { world: () => worlds.many(3000), path: "/wall?ns=default", network: true }, async ({ page, server }) => {
  await page.locator(".wall-rows li").first().waitFor();
  const first = await page.locator(".wall-rows b").first().textContent();
  await page.getByText(/page 1 of/).waitFor();
  await soon(async () => (await page.locator(".wall-rows b").first().textContent()) !== first, "the page turns", 13000);
  await page.clock.install();
  await server.stop();
  await page.clock.runFor(60000);
  await page.getByText(/No answer for/).waitFor({ timeout: 15000 });
});
