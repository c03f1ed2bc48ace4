// backend/dashboard/test/standin.mjs - a stand-in for a backend's dashboard listener: the shapes of its API with a small world behind them, for
// tests of the browser's side alone. What a real backend does is tested against a real backend.
import { createServer } from "node:http";
import { readFileSync, readdirSync } from "node:fs";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const kTypes = { js: "text/javascript", css: "text/css", svg: "image/svg+xml", txt: "text/plain", html: "text/html; charset=utf-8" };
const kCsp = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";
const kVerbs = ["get", "list", "create", "update", "delete"];
export const kKinds = ["events", "entities", "silenced", "checks", "handlers", "filters", "mutators", "pipelines", "hooks", "assets", "namespaces"];
const kColumns = ["namespace", "entity", "check", "status", "flags", "occurrences", "executed", "since", "told", "output"];

export const everything = () => Object.fromEntries(kKinds.map((k) => [k, [...kVerbs]]));
export const readOnly = () => Object.fromEntries(kKinds.filter((k) => k !== "pipelines").map((k) => [k, ["get", "list"]]));
export const guestRights = () => Object.fromEntries(["events", "entities", "silenced", "namespaces"].map((k) => [k, ["get", "list"]]));

/** A world: events by key, and what else the API shows. Tests write into it and call `changed`. */
export class World {
  constructor({ now = Math.floor(Date.now() / 1000) } = {}) {
    this.t0 = now; this.began = Date.now(); this.revision = 1;
    this.events = new Map(); this.entities = new Map(); this.silenced = new Map(); this.config = { checks: [], handlers: [], filters: [], mutators: [], pipelines: [], hooks: [], assets: [] };
    this.changes = []; this.incidents = []; this.decisions = new Map(); this.metrics = new Map(); this.calls = []; this.streams = new Set();
    this.session = { username: "anna", groups: ["ops"], guest: false, default_password: false, namespaces: ["default"], may: { default: everything() }, version: "0.1.0" };
    this.loggedIn = true; this.password = "secret"; this.key = "k".repeat(32); this.fail = () => null; this.down = false; this.ui = null; this.degraded = ""; this.throttle = 0;
  }
  now() { return this.t0 + Math.floor((Date.now() - this.began) / 1000); }
  event(entity, check, status, output, more = {}) {
    const ns = more.ns ?? "default", t = this.now(), age = more.age ?? 3600, was = more.was ?? 0;
    const e = { ns, entity, check, status, output, since: t - age, executed: t - (more.last ?? 12), occurrences: more.occurrences ?? Math.max(1, Math.floor(age / 60)), told: more.told ?? "", flags: more.flags ?? 16,
      handlers: more.handlers ?? (more.told ? ["oncall"] : []), command: more.command ?? `check_${check} --some`, history: more.history ?? history(t, status, was, Math.min(21, more.failing ?? 4)), format: more.format ?? "", annotations: more.annotations ?? null, labels: more.labels ?? null, silencedBy: more.silencedBy ?? [], interval: more.interval ?? 60, ttl: more.ttl ?? 0 };
    this.events.set(`${ns}/${entity}/${check}`, e);
    if (!this.entities.has(`${ns}/${entity}`)) this.entity(entity, { ns });
    return e;
  }
  entity(name, more = {}) {
    const ns = more.ns ?? "default";
    this.entities.set(`${ns}/${name}`, { ns, name, class: "agent", os: "linux", platform: "debian", last_seen: this.now() - 9, connected: true, version: "0.1.0", labels: { tier: name.replace(/\d+$/, ""), region: "eu" }, ...more });
  }
  silence(subscription, check, more = {}) {
    const name = `${subscription || "*"}:${check || "*"}`, t = this.now();
    this.silenced.set(`${more.ns ?? "default"}/${name}`, { metadata: { name, namespace: more.ns ?? "default", labels: null }, subscription: subscription || undefined, check: check || undefined, begin: t - 1200, expire: 3600, expire_at: t + 2400, expire_on_resolve: true, creator: "anna", reason: "", windows: null, ...more });
  }
  row(e) { return [e.ns, e.entity, e.check, e.status, e.flags, e.occurrences, e.executed, e.since, e.told, e.output.split("\n")[0].replace(/[\x00-\x1f\x7f]/g, "").slice(0, 160)]; }
  changed(...events) { this.send("rows", events.map((e) => this.row(e))); }
  gone(...events) { for (const e of events) this.events.delete(`${e.ns}/${e.entity}/${e.check}`); this.send("gone", events.map((e) => [e.ns, e.entity, e.check])); }
  stale(kind, ns = "default") { this.send("stale", { kind, namespace: ns }); }
  send(event, data) { this.revision++; for (const s of this.streams) s.write(`event: ${event}\nid: ${this.revision}\ndata: ${JSON.stringify(data)}\n\n`); }
  cut() { for (const s of this.streams) s.destroy(); }
  counts(list) { const c = { 0: [0, 0], 1: [0, 0], 2: [0, 0], 3: [0, 0] }; for (const e of list) { const x = c[Math.min(3, e.status)]; x[0]++; if (e.flags & 1) x[1]++; } return c; }
}

function history(t, status, was, failing) {
  return Array.from({ length: 21 }, (_, i) => ({ status: i >= 21 - failing ? status : was, executed: t - (21 - i) * 60 + 48 }));
}

// ---- answers ----

const no = (code, message) => ({ code, body: { code: 0, message } });
const yes = (body, code = 200) => ({ code, body });
const sorted = (list, sort) => list.sort((a, b) => sort === "executed" ? b.executed - a.executed : [3, 2, 0, 1][Math.min(3, a.status)] - [3, 2, 0, 1][Math.min(3, b.status)] || b.since - a.since);

function rows(w, ns, q) {
  let all = [...w.events.values()].filter((e) => !ns || e.ns === ns);
  const text = (q.get("q") ?? "").replace(/"/g, "").split(/\s+/).filter(Boolean);
  for (const word of text) { const m = /^label:(.+)=(.+)$/.exec(word), s = /^status:(.+)$/.exec(word); all = all.filter((e) => m ? w.entities.get(`${e.ns}/${e.entity}`)?.labels[m[1]] === m[2] : s ? true : `${e.entity} ${e.check} ${e.output}`.toLowerCase().includes(word.replace(/^\w+:/, "").toLowerCase())); }
  const counts = w.counts(all), status = q.get("status")?.split(",").map(Number);
  if (status) all = all.filter((e) => status.includes(Math.min(3, e.status)));
  const limit = Math.min(20000, Number(q.get("limit")) || 20000);
  return yes({ revision: w.revision, matched: all.length, counts, columns: kColumns, rows: sorted(all, q.get("sort")).slice(0, limit).map((e) => w.row(e)) });
}

function entityRows(w, ns) {
  const columns = ["name", "class", "os", "platform", "last_seen", "connected", "status", "problems", "silenced", "events", "version", "labels"];
  const by = new Map();
  for (const e of w.events.values()) if (e.ns === ns) by.set(e.entity, [...(by.get(e.entity) ?? []), e]);
  const list = [...w.entities.values()].filter((e) => e.ns === ns).map((e) => {
    const mine = by.get(e.name) ?? [], bad = mine.filter((x) => x.status && !(x.flags & 1));
    return [e.name, e.class, e.os, e.platform, e.last_seen, e.connected, bad.reduce((m, x) => (m === 2 ? 2 : x.status === 2 ? 2 : Math.max(m, Math.min(3, x.status))), 0), bad.length, mine.filter((x) => x.flags & 1).length, mine.length, e.version, e.labels];
  });
  return yes({ revision: w.revision, matched: list.length, columns, rows: list });
}

function eventJson(w, e) {
  const n = w.entities.get(`${e.ns}/${e.entity}`);
  return {
    timestamp: e.executed, id: "5c1b6b6e-0b3e-4b1c-8a0a-0e5a3c2f0b11", sequence: 1, pipelines: [], metadata: { namespace: e.ns },
    entity: { entity_class: n.class, metadata: { name: e.entity, namespace: e.ns, labels: n.labels, annotations: n.annotations ?? null }, system: { hostname: e.entity, os: n.os, platform: n.platform, platform_version: "12.9", arch: "amd64" }, subscriptions: ["linux", `entity:${e.entity}`], last_seen: n.last_seen, sensu_agent_version: n.version },
    check: { metadata: { name: e.check, namespace: e.ns, labels: e.labels, annotations: e.annotations }, command: e.command, interval: e.interval, ttl: e.ttl, timeout: 30, handlers: e.handlers, subscriptions: ["linux"], publish: true, pipelines: [],
      status: e.status, output: e.output, executed: e.executed, issued: e.executed, duration: 0.213, last_ok: e.status ? e.since : e.executed, occurrences: e.occurrences, history: e.history, silenced: e.silencedBy, is_silenced: (e.flags & 1) !== 0, output_metric_format: e.format, state: e.status ? "failing" : "passing", hooks: e.hooks ?? null },
  };
}

const types = { checks: "checks", handlers: "handlers", filters: "filters", mutators: "mutators", pipelines: "pipelines", hooks: "hooks", assets: "assets" };

function core(w, method, p, body) { // /api/core/v2/namespaces/NS/KIND/…
  const [ns, kind, a, b] = p, may = w.session.may[ns]?.[kind] ?? [];
  const verb = { GET: a ? "get" : "list", POST: "create", PUT: "create", PATCH: "update", DELETE: "delete" }[method];
  if (!may.includes(verb)) return no(403, "unauthorized to perform action");
  if (kind === "events") {
    const e = w.events.get(`${ns}/${a}/${b}`);
    if (!e) return no(404, "not found");
    if (method === "DELETE") { w.gone(e); return { code: 204 }; }
    return yes(eventJson(w, e));
  }
  if (kind === "entities") {
    const e = w.entities.get(`${ns}/${a}`);
    if (!e) return no(404, "not found");
    if (method === "DELETE") { w.entities.delete(`${ns}/${a}`); w.gone(...[...w.events.values()].filter((x) => x.entity === a && x.ns === ns)); return { code: 204 }; }
    return yes({ metadata: { name: a, namespace: ns, labels: e.labels, annotations: e.annotations ?? null }, entity_class: e.class, system: { hostname: a, os: e.os, platform: e.platform, platform_version: "12.9", arch: "amd64", network: { interfaces: [{ name: "lo", addresses: ["127.0.0.1/8"] }, { name: "eth0", mac: "52:54:00:12:34:56", addresses: ["10.0.4.17/24", "fe80::5054:ff:fe12:3456/64"] }] } }, subscriptions: ["linux", `entity:${a}`], last_seen: e.last_seen, deregister: false, sensu_agent_version: e.version });
  }
  if (kind === "silenced") return silenced(w, method, ns, a, body);
  if (kind === "checks" && b === "execute") return yes({ issued: w.now() }, 202);
  const list = w.config[types[kind]]?.filter((c) => (c.metadata.namespace ?? "default") === ns);
  if (!list) return no(404, "not found");
  if (!a) return yes(list);
  const one = list.find((c) => c.metadata.name === a);
  if (!one) return no(404, "not found");
  if (method === "PATCH") { Object.assign(one, body); w.stale("checks"); }
  return yes(one);
}

function silenced(w, method, ns, name, body) {
  if (!name) return yes([...w.silenced.values()].filter((s) => s.metadata.namespace === ns));
  const key = `${ns}/${name}`, hit = (s, on) => { for (const e of w.events.values()) if (e.ns === ns && matches(s, e)) { e.flags = on ? e.flags | 1 : e.flags & ~1; e.silencedBy = on ? [name] : []; w.changed(e); } };
  if (method === "DELETE") { const s = w.silenced.get(key); if (!s) return no(404, "not found"); w.silenced.delete(key); hit(s, false); w.stale("silenced"); return { code: 204 }; }
  const t = w.now(), begin = body.begin || t;
  const s = { ...body, creator: w.session.username, begin, expire_at: body.expire > 0 ? begin + body.expire : 0 };
  w.silenced.set(key, s);
  if (begin <= t) hit(s, true);
  w.stale("silenced");
  return yes(undefined, 201);
}
const matches = (s, e) => (!s.subscription || s.subscription === "*" || s.subscription === `entity:${e.entity}` || s.subscription === "linux") && (!s.check || s.check === "*" || s.check === e.check);

function ours(w, method, p, q, body) { // /api/picket/v1/…
  if (p[0] === "summary") {
    const namespaces = w.session.namespaces.map((name) => { const mine = [...w.events.values()].filter((e) => e.ns === name); return { name, counts: w.counts(mine), entities: [...w.entities.values()].filter((e) => e.ns === name).length, silences: w.silenced.size, ending: 0, connected: [...w.entities.values()].filter((e) => e.ns === name && e.connected).length }; });
    return yes({ revision: w.revision, now: w.now(), namespaces, store: { degraded: !!w.degraded, why: w.degraded }, handlers: { waiting: 0, lost: 0 } });
  }
  if (p[0] === "events") return rows(w, "", q);
  if (p[0] === "incidents") return yes(w.incidents);
  if (p[0] === "changes") return yes({ since_start: w.t0 - 33000, changes: w.changes });
  if (p[0] === "may") return yes({ may: body.ask.map(([verb, kind]) => (w.session.may[body.namespace]?.[kind] ?? []).includes(verb)) });
  if (p[0] !== "namespaces") return no(404, "not found");
  const [, ns, kind, a, b, what] = p;
  if (kind === "incidents") return yes(w.incidents.filter((i) => i.namespace === ns && (!q.get("entity") || i.entity === q.get("entity")) && (!q.get("check") || i.check === q.get("check"))));
  if (!(w.session.may[ns]?.[kind] ?? []).includes("list")) return no(403, "unauthorized to perform action");
  if (kind === "entities") return entityRows(w, ns);
  if (kind === "silenced" && a === "preview") { const hit = [...w.events.values()].filter((e) => e.ns === ns && matches(body, e)); return yes({ matches: hit.length, problems: hit.filter((e) => e.status).length, events: hit.slice(0, 100).map((e) => [e.entity, e.check]) }); }
  if (!a) return rows(w, ns, q);
  if (b === "metrics") return yes(w.metrics.get(`${ns}/${a}`) ?? { step: 120, series: [], left_out: 0 });
  const e = w.events.get(`${ns}/${a}/${b}`);
  if (!e) return no(404, "not found");
  if (what === "decisions") return w.decisions.has(`${a}/${b}`) ? yes(w.decisions.get(`${a}/${b}`)) : no(404, "no decision");
  if (what === "metrics") return yes(w.metrics.get(`${ns}/${a}/${b}`) ?? { step: 120, series: [], left_out: 0 });
  if (what === "acknowledge") {
    const i = w.incidents.find((x) => x.namespace === ns && x.entity === a && x.check === b && !x.end);
    if (!i) return no(404, "there is no open incident");
    if (method === "DELETE") delete i.acknowledged; else i.acknowledged = { by: w.session.username, reason: body.reason, at: w.now(), until: body.for ? w.now() + body.for : 0, worst: i.worst };
    return yes(undefined, 201);
  }
  if (what === "resolve") { e.status = 0; e.output = "Resolved manually by anna"; e.since = e.executed = w.now(); w.changed(e); return yes(undefined, 201); }
  return no(404, "not found");
}

function sessionCall(w, method, body, headers) {
  if (method === "DELETE") { w.loggedIn = false; return { code: 204 }; }
  if (method === "POST") {
    if (w.throttle) return { code: 429, body: { message: "too many failed logins" }, headers: { "Retry-After": String(w.throttle) } };
    if (body.password !== w.password) return no(401, "bad credentials");
    w.loggedIn = true;
    return { code: 201, body: { ...w.session, ui: w.ui ?? w.hash, expires_at: w.now() + 43200, key: w.key }, headers: { "Set-Cookie": "picket-1=token; HttpOnly; SameSite=Strict; Path=/" } };
  }
  void headers;
  return w.loggedIn ? yes({ ...w.session, ui: w.ui ?? w.hash, expires_at: w.now() + 43200 }) : no(401, "nobody");
}

// ---- the server ----

function statics(response, path, hash) {
  const name = /^\/_\/([0-9a-f]+)\/([\w.-]+)$/.exec(path);
  const file = name ? name[2] : "index.html";
  if (name && (name[1] !== hash || !readdirSync(dist).includes(file))) { response.writeHead(404, { "Content-Security-Policy": kCsp }); return response.end(); }
  response.writeHead(200, { "Content-Type": kTypes[file.split(".").pop()], "Content-Encoding": "gzip", "Content-Security-Policy": kCsp, "X-Content-Type-Options": "nosniff", "Cache-Control": "no-cache" });
  response.end(gzipSync(readFileSync(join(dist, file))));
}

async function handle(w, request, response) {
  const url = new URL(request.url, "http://x"), path = url.pathname;
  let text = "";
  for await (const chunk of request) text += chunk;
  if (!path.startsWith("/api/") && path !== "/version") return statics(response, path, w.hash);
  const body = text ? JSON.parse(text) : undefined, p = path.split("/").slice(1).map(decodeURIComponent);
  w.calls.push({ method: request.method, path: path + url.search, body });
  const key = request.headers["picket-request"];
  let a = await w.fail(request.method, path);
  if (!a && !key) a = no(401, "no key");
  if (!a && path === "/api/picket/v1/session") a = sessionCall(w, request.method, body, request.headers);
  if (!a && !w.loggedIn) a = no(401, "nobody");
  if (!a && path === "/api/picket/v1/watch") a = (w.session.may[url.searchParams.get("namespace") ?? "default"]?.events ?? []).includes("list") ? null : no(403, "unauthorized to perform action");
  if (!a && path === "/api/picket/v1/watch") return watch(w, response);
  if (!a && p[1] === "core") a = p[3] === "namespaces" ? core(w, request.method, p.slice(4), body) : p[3] === "users" ? { code: 201 } : p[3] === "silenced" ? yes([...w.silenced.values()]) : no(404, "not found");
  a ??= ours(w, request.method, p.slice(3), url.searchParams, body);
  response.writeHead(a.code, { "Content-Type": "application/json", "Cache-Control": "no-store", "Content-Security-Policy": kCsp, ...a.headers });
  response.end(a.body === undefined ? "" : JSON.stringify(a.body));
}

function watch(w, response) {
  response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
  response.write(": hello\n\n");
  w.streams.add(response);
  const ping = setInterval(() => response.write(": ping\n\n"), 15000);
  response.on("close", () => { clearInterval(ping); w.streams.delete(response); });
}

/** Serves `world` on a free port of loopback; `stop` and `start` again on the same one. */
export async function serve(world, port = 0) {
  world.hash = hashOfDist();
  const server = createServer((q, r) => { handle(world, q, r).catch((e) => { r.writeHead(500); r.end(JSON.stringify({ message: String(e) })); }); });
  await new Promise((ok) => server.listen(port, "127.0.0.1", ok));
  const at = server.address().port;
  const stop = () => new Promise((ok) => { world.cut(); server.closeAllConnections(); server.close(ok); });
  return { url: `http://127.0.0.1:${at}`, port: at, world, stop };
}

function hashOfDist() {
  const sha = (b) => createHash("sha256").update(b).digest("hex"), names = readdirSync(dist).filter((f) => f !== "index.html" && f !== "sources.sha256").sort();
  return sha(names.map((f) => `${sha(readFileSync(join(dist, f)))}  ${f}\n`).join("")).slice(0, 12);
}
