// backend/dashboard/test/browser/real.test.mjs - the same pages with a real `picket edge` behind them: PICKET=build/release/bin/picket
// ./dev dashboard test real. Each story goes on where the one before ended.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { accessible, assert, kDesktop, listen, newContext, picture, row, soon } from "./harness.mjs";

const picket = process.env.PICKET ?? "", kNames = ["agent", "backend-api", "dashboard", "socket", "api", "statsd-metrics"];
let folder, ports, edge, page, bad = [], network = false;

const freePort = () => new Promise((ok) => { const s = createServer().listen(0, "127.0.0.1", () => { const { port } = s.address(); s.close(() => ok(port)); }); });
const at = (name) => `http://127.0.0.1:${ports[name]}`;

async function start() {
  edge = spawn(picket, ["edge", "--state-dir", join(folder, "state"), "--name", "box1", ...kNames.flatMap((n) => [`--${n}-port`, String(ports[n])])], { stdio: "ignore" });
  await soon(() => fetch(`${at("dashboard")}/`).then((r) => r.ok, () => false), "the dashboard answers", 60000);
}

/** Until the process is gone: until then it writes. */
const end = (signal) => new Promise((ok) => { edge.once("exit", ok); edge.kill(signal); });

/** One result, as a program on the machine sends it. */
const result = (r) => new Promise((ok, no) => { const s = connect(ports.socket, "127.0.0.1", () => s.end(JSON.stringify(r))); s.on("data", () => undefined); s.on("close", ok); s.on("error", no); });

let token = "";
async function define(kind, body) {
  token ||= (await (await fetch(`${at("backend-api")}/auth`, { headers: { Authorization: `Basic ${Buffer.from("admin:P@ssw0rd!").toString("base64")}` } })).json()).access_token;
  const r = await fetch(`${at("backend-api")}/api/core/v2/namespaces/default/${kind}`, { method: "POST", headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" }, body: JSON.stringify(body) });
  assert.ok(r.ok, await r.text());
}
const meta = (name) => ({ metadata: { name, namespace: "default" } });

function step(name, act, fails = false) {
  test(name, { skip: !picket && "PICKET names no program" }, async () => {
    bad = []; network = fails;
    await act();
    assert.deepEqual(bad.filter((b) => !(network && /Failed to load resource/.test(b))), []);
  });
}

before(async () => {
  if (!picket) return;
  folder = mkdtempSync(join(tmpdir(), "picket-dashboard-"));
  ports = Object.fromEntries(await Promise.all(kNames.map(async (n) => [n, await freePort()])));
  await start();
  const c = await newContext({ viewport: kDesktop, timezoneId: "Europe/Berlin", reducedMotion: "reduce" });
  page = await c.newPage();
  const all = { push: (x) => bad.push(x) };
  listen(page, at("dashboard"), all, false);
});
after(async () => { if (!picket) return; await end("SIGTERM"); rmSync(folder, { recursive: true, force: true, maxRetries: 5 }); });

step("a guest looks without a login, and cannot act", async () => {
  await page.goto(at("dashboard"));
  await page.getByRole("button", { name: "Log in" }).waitFor();
  await page.getByText("guest").first().waitFor();
  assert.equal(await page.getByRole("link", { name: "Checks" }).count(), 0);
  await accessible(page, "guest");
  for (const to of ["entities", "entities/box1", "silences", "journal", "backend", "events/box1/keepalive"]) {
    await page.goto(`${at("dashboard")}/n/default/${to}`);
    await page.waitForSelector("h1", { state: "attached" });
    await page.waitForTimeout(500);
  }
});

step("he logs in; the default password is said", async () => {
  await page.getByRole("button", { name: "Log in" }).click();
  await page.fill("dialog [name=username]", "admin");
  await page.fill("dialog [name=password]", "P@ssw0rd!");
  await page.keyboard.press("Enter");
  await page.getByText("This account has the default password, which everybody knows.").waitFor();
  assert.deepEqual((await page.context().cookies()).map((c) => [c.name, c.httpOnly, c.sameSite]), [[`picket-${ports.dashboard}`, true, "Strict"]]);
  assert.equal(await page.evaluate(() => document.cookie), "");
});

step("a result that fails is there within a second, was told, and goes when it is well", async () => {
  await define("handlers", { ...meta("log"), type: "file", file: { path: join(folder, "events.json") } });
  await page.goto(`${at("dashboard")}/n/default/problems`);
  await page.waitForTimeout(500);
  await result({ name: "backup", status: 2, output: "BACKUP CRITICAL: disk full <script>alert(1)</script>", handlers: ["log"] });
  await soon(() => row(page, "box1 / backup").count(), "the problem", 3000);
  await soon(async () => /told/.test(await row(page, "box1 / backup").textContent()), "that it was told", 5000);
  await row(page, "box1 / backup").click();
  await page.getByText("Yes: log.").waitFor();
  await page.getByText("<script>alert(1)</script>").first().waitFor();
  await picture(page, "real-event");
  assert.match(readFileSync(join(folder, "events.json"), "utf8"), /disk full/);
});

step("silenced for an hour: seen at once, no problem any more; ended, and it is one again", async () => {
  await page.keyboard.press("s");
  await page.getByLabel("Reason").fill("swap");
  await page.keyboard.press("Enter");
  await page.locator(".badge.is-silenced").waitFor();
  await page.goto(`${at("dashboard")}/n/default/problems`);
  await page.getByRole("button", { name: "Silenced 1" }).waitFor();
  assert.equal(await row(page, "box1 / backup").count(), 0);
  await page.goto(`${at("dashboard")}/n/default/silences`);
  await page.getByText("“swap”").waitFor();
  await page.getByRole("button", { name: "Active 1" }).waitFor();
  await page.getByRole("button", { name: "End now" }).click();
  await page.getByRole("button", { name: "End it now" }).click();
  await page.getByText("Nothing is silenced").waitFor();
  await page.goto(`${at("dashboard")}/n/default/problems`);
  await soon(() => row(page, "box1 / backup").count(), "the problem");
});

step("a check is defined, run now, paused, published", async () => {
  await define("checks", { ...meta("hello"), command: "echo hello; exit 1", subscriptions: ["entity:box1"], interval: 3600, publish: true, handlers: [] });
  await page.goto(`${at("dashboard")}/n/default/checks/hello`);
  await page.getByRole("button", { name: "Run now…" }).click();
  await page.locator("dialog").getByRole("button", { name: "Run" }).click();
  await soon(() => row(page, "hello").count(), "its result", 8000);
  await page.getByRole("button", { name: "Pause" }).click();
  await page.locator("b.paused").waitFor();
  await page.getByRole("button", { name: "Publish" }).click();
  await page.locator("b.paused").waitFor({ state: "detached" });
});

step("a silence that somebody else makes, and its end, are seen within a second, without a result", async () => {
  await page.goto(`${at("dashboard")}/n/default/problems`);
  await page.mouse.move(5, 5);
  await soon(() => row(page, "box1 / hello").count(), "the problem");
  await define("silenced", { ...meta("*:hello"), check: "hello", reason: "swap" });
  await soon(async () => !(await row(page, "box1 / hello").count()), "it is silenced", 3000);
  const r = await fetch(`${at("backend-api")}/api/core/v2/namespaces/default/silenced/*:hello`, { method: "DELETE", headers: { Authorization: `Bearer ${token}` } });
  assert.equal(r.status, 204);
  await soon(() => row(page, "box1 / hello").count(), "it is a problem again", 3000);
});

step("an event is resolved, and one is deleted", async () => {
  await page.goto(`${at("dashboard")}/n/default/events/box1/hello`);
  await page.locator(".output-card").waitFor();
  await page.keyboard.press("e");
  await page.locator("dialog").getByRole("button", { name: "Resolve" }).click();
  await page.getByText(/Resolved by admin/).waitFor();
  await page.keyboard.press("#");
  await page.locator("dialog").getByRole("button", { name: "Delete" }).click();
  await page.waitForURL(/\/problems/);
  const r = await fetch(`${at("backend-api")}/api/core/v2/namespaces/default/events/box1/hello`, { headers: { Authorization: `Bearer ${token}` } });
  assert.equal(r.status, 404);
});

step("killed and started again: a banner, then everything is there, and he is still logged in", async () => {
  await page.goto(`${at("dashboard")}/n/default/problems`);
  await soon(() => row(page, "box1 / backup").count(), "the problem");
  await end("SIGKILL");
  await page.getByText(/No answer since/).waitFor();
  await start();
  await page.getByText(/No answer since/).waitFor({ state: "detached", timeout: 40000 });
  await result({ name: "backup", status: 0, output: "BACKUP OK", handlers: ["log"] });
  await page.mouse.move(5, 5);
  await soon(async () => !(await row(page, "box1 / backup").count()), "it goes");
  await page.getByRole("button", { name: "admin" }).waitFor();
}, true);

step("the journal knows of before the start, and who heard of it", async () => {
  await page.goto(`${at("dashboard")}/n/default/journal`);
  const begun = page.getByRole("listitem").filter({ hasText: "box1 / backup" }).filter({ has: page.locator("summary") }).last();
  await begun.locator("summary").click();
  await begun.getByText("log told").first().waitFor();
  await page.goto(`${at("dashboard")}/n/default/events/box1/backup`);
  await page.getByRole("region", { name: "Incidents" }).getByText("BACKUP CRITICAL: disk full").waitFor();
});

step("a cookie without its key, a key without its cookie, and the cookie elsewhere: nobody", async () => {
  const cookie = (await page.context().cookies()).map((c) => `${c.name}=${c.value}`).join(), key = await page.evaluate(() => localStorage.getItem("picket-key"));
  const ask = (base, headers) => fetch(`${base}/api/core/v2/namespaces`, { headers }).then((r) => r.status);
  assert.equal(await ask(at("dashboard"), { Cookie: cookie, "Picket-Request": key }), 200);
  assert.equal(await ask(at("dashboard"), { Cookie: cookie }), 401);
  assert.equal(await ask(at("dashboard"), { Cookie: cookie, "Picket-Request": "0".repeat(32) }), 401);
  assert.equal(await ask(at("dashboard"), { "Picket-Request": key }), 401);
  assert.equal(await ask(at("backend-api"), { Cookie: cookie, "Picket-Request": key }), 401);
});

step("Sensu's link, every page, without a barrier", async () => {
  await page.goto(`${at("dashboard")}/c/~/n/default/events/box1/backup`);
  await page.getByRole("heading", { name: "box1 / backup" }).waitFor();
  for (const to of ["problems", "events", "entities", "entities/box1", "checks", "checks/hello", "silences", "config", "journal", "backend"]) {
    await page.goto(`${at("dashboard")}/n/default/${to}`);
    await page.waitForSelector("h1", { state: "attached" });
    await page.waitForTimeout(600);
    assert.equal(await page.locator(".failed").count(), 0, to);
    await accessible(page, to);
    await picture(page, `real-${to.replace("/", "-")}`);
  }
}, true);
