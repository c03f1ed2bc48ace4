// backend/dashboard/test/worlds.mjs - worlds to look at: a usual morning, nothing wrong, nothing at all, ten thousand events, texts of strangers.
import { readFileSync } from "node:fs";
import { World } from "./standin.mjs";

const kMail = { outcome: "filtered" };

/** Some things are broken, somebody knows of most of them. */
export function morning(options) {
  const w = new World(options), t = w.now();
  w.event("web1", "disk", 2, "DISK CRITICAL - free space: / 312 MB (2%);| /=11688MB;10800;11400;0;12000 /var=4211MB;18000;19000;0;20000 inodes=34%;80;90\n\u001b[31mfull\u001b[0m: /var/log/app.log is 8.1 GB, see https://wiki.example/disk-full", { age: 7800, told: "told", flags: 24, format: "nagios_perfdata", failing: 4, handlers: ["oncall", "mail", "slack"], labels: { team: "web" }, annotations: { "picket.io/runbook": "https://wiki.example/disk-full", "picket.io/depends-on": "router1/ping" } });
  w.event("db2", "keepalive", 2, "No keepalive sent from db2 for 321 seconds (>= 120)", { age: 305, told: "held back", occurrences: 5, flags: 4 });
  w.event("db1", "replication", 2, "CRITICAL: replica lags 4211 s behind db2", { age: 250, told: "failed", occurrences: 4 });
  w.event("web7", "load", 1, "WARNING - load average: 9.10, 8.22, 7.71 | load1=9.1;8;16;0 load5=8.22;8;16;0", { age: 2400, told: "filtered", occurrences: 12, flags: 24 });
  w.event("web3", "http", 1, "HTTP WARNING: HTTP/1.1 200 OK - 18123 bytes in 2.314 second response time", { age: 640, told: "told", occurrences: 10, flags: 26 });
  w.event("backup1", "restic", 3, "check_restic: cannot open /etc/restic/repo: Permission denied", { age: 36000, told: "", occurrences: 1 });
  w.event("mx1", "queue", 1, "WARNING: 1211 mails in the queue", { age: 5400, told: "told", occurrences: 90, flags: 17, silencedBy: ["entity:mx1:queue"] });
  w.event("web2", "disk", 2, "DISK CRITICAL - free space: /srv 0 MB (0%)", { age: 86400, told: "", occurrences: 1440, flags: 17, silencedBy: ["entity:web2:*"] });
  for (let i = 1; i <= 9; i++) for (const [check, output] of [["ping", `PING OK - 10.0.4.${i}: rtt 0.${i}12 ms, loss 0%`], ["ssh", "SSH OK - OpenSSH_9.2p1 Debian-2 (protocol 2.0)"], ["ntp", "NTP OK: Offset 0.000121 secs"], ["disk", "DISK OK - free space: / 8211 MB (70%)"]])
    if (!w.events.has(`default/web${i}/${check}`)) w.event(`web${i}`, check, 0, output, { age: 86400 * 3, last: 5 + i });
  w.event("router1", "ping", 0, "PING OK - 10.0.0.1: rtt 0.4 ms, loss 0%", { age: 500000 });
  w.entity("router1", { class: "proxy", os: "", platform: "", version: "", labels: { rack: "a3" } });
  w.entity("db2", { connected: false, last_seen: t - 321 });
  w.entity("win1", { os: "windows", platform: "Windows Server 2022", labels: { tier: "files" } });
  w.silence("entity:mx1", "queue", { reason: "disk swap #4711, see https://tickets.example/4711" });
  w.silence("entity:web2", "", { reason: "decommissioned next week", creator: "boris", expire_at: t + 500000, expire_on_resolve: false });
  w.silence("", "backup_load", { reason: "nightly backup", creator: "root", expire: -1, expire_at: 0, expire_on_resolve: false, windows: [{ begin: "2026-01-01T01:00:00+01:00", end: "2026-01-01T03:00:00+01:00", repeat: ["daily"] }] });
  w.silence("linux", "", { reason: "kernel upgrade", begin: t + 40000, expire_at: t + 47200 });
  w.decisions.set("web1/disk", { timestamp: t - 7740, event_timestamp: t - 7740, status: 2, handlers: [
    { handler: "oncall", outcome: "delivered", alert: { told: true, at: 2, status: 2 } },
    { ...kMail, handler: "mail", why: "filter business_hours: weekday(event.timestamp) >= 1 && hour(event.timestamp) >= 8 is false" },
    { handler: "slack", outcome: "held back", why: "alert rule: occurrence 1 comes before occurrence 200" }] });
  w.decisions.set("db1/replication", { timestamp: t - 60, status: 2, handlers: [{ handler: "oncall", outcome: "failed", why: "https://events.pagerduty.com answered 503, tried 3 times" }, { handler: "pagerdutty", outcome: "unknown", why: "no handler of this name" }] });
  w.decisions.set("db2/keepalive", { timestamp: t - 20, status: 2, handlers: [{ handler: "oncall", outcome: "held back", why: "router1/ping fails, and this depends on it" }] });
  w.decisions.set("web7/load", { timestamp: t - 20, status: 1, handlers: [{ handler: "oncall", outcome: "filtered", why: "filter only_prod: event.entity.labels.env == 'prod' is false", not_counted: "filter only_prod: event.x.y == 1: TypeError: cannot read property 'y' of undefined" }] });
  const points = (base, wobble, rise = 0) => Array.from({ length: 700 }, (_, i) => { const v = base + Math.sin(i / 40) * wobble + rise * Math.max(0, i - 620); return i > 300 && i < 318 ? null : [t - (700 - i) * 120, v, v - wobble / 3, v + wobble / 2]; }).filter(Boolean);
  w.metrics.set("default/web1/disk", { step: 120, left_out: 0, series: [{ name: "/", tags: null, points: points(9800, 120, 23) }, { name: "/var", tags: null, points: points(4200, 30) }, { name: "inodes", tags: null, points: points(33, 2) }] });
  w.metrics.set("default/web1", { step: 120, left_out: 0, series: [{ name: "app.requests", tags: [{ name: "code", value: "200" }], points: points(120, 40) }, { name: "app.latency", tags: null, points: points(0.031, 0.01) }] });
  configure(w);
  journal(w, t);
  incidents(w, t);
  return w;
}

function configure(w) {
  const meta = (name, more = {}) => ({ metadata: { name, namespace: "default", labels: null, annotations: null, ...more } });
  const check = (name, more) => ({ ...meta(name), command: `check_${name} --some`, interval: 60, timeout: 30, ttl: 0, publish: true, round_robin: false, handlers: ["oncall"], subscriptions: ["linux"], pipelines: [], runtime_assets: null, env_vars: null, ...more });
  w.config.checks = [check("disk", { command: "check_disk -w 10% -c 5% -p / -p /var", handlers: ["oncall", "mail", "slack"] }), check("load", { command: "check_load -w 8 -c 16" }), check("ping", { handlers: [] }), check("ssh", { interval: 300 }), check("ntp", { subscriptions: ["linux", "network"] }),
    check("backup", { interval: 0, cron: "0 3 * * *", publish: false, handlers: ["mail"] }), check("http", { ttl: 300 }), check("replication", {}), check("queue", {})];
  w.config.handlers = [{ ...meta("oncall"), type: "webhook", webhook: { form: "pagerduty", url: "https://events.pagerduty.com/v2/enqueue", key: "R0UT1NGK3Y" }, filters: ["is_incident", "not_silenced"], alert: { after: 2, every: 30 }, timeout: 10 },
    { ...meta("mail"), type: "email", email: { host: "smtp.example", from: "picket@example", to: ["ops@example"], password: "hunter2" }, filters: ["business_hours"] }, { ...meta("slack"), type: "webhook", webhook: { form: "slack", url: "https://hooks.slack.com/services/T0/B0/XXXX" }, filters: null, alert: { after: 200, every: 0 } }, { ...meta("log"), type: "file", file: { path: "/var/log/picket/events.json" }, filters: null }];
  w.config.filters = [{ ...meta("business_hours"), action: "allow", expressions: ["weekday(event.timestamp) >= 1", "hour(event.timestamp) >= 8"] }, { ...meta("only_prod"), action: "allow", expressions: ["event.entity.labels.env == 'prod'"] }];
  w.config.pipelines = [{ ...meta("night"), workflows: [{ name: "tell", handler: { name: "oncall" } }] }];
  w.config.hooks = [{ ...meta("processes"), command: "ps aux --sort=-rss | head -20", timeout: 10 }];
}

function journal(w, t) {
  const turn = (ago, entity, check, from, to, told) => w.changes.push({ at: t - ago, namespace: "default", entity, check, from, to, told });
  turn(250, "db1", "replication", 0, 2, "failed"); turn(305, "db2", "keepalive", 0, 2, "held back"); turn(640, "web3", "http", 0, 1, "told"); turn(900, "web7", "load", 2, 1, "filtered"); turn(2400, "web7", "load", 0, 2, "filtered");
  turn(5400, "mx1", "queue", 0, 1, ""); turn(7800, "web1", "disk", 0, 2, "told"); turn(9100, "web4", "ssh", 2, 0, "told"); turn(11500, "web4", "ssh", 0, 2, "told"); turn(36000, "backup1", "restic", 0, 3, "");
}

function incidents(w, t) {
  const add = (entity, check, begin, end, status, output, decisions) => w.incidents.push({ id: (t - begin).toString(16).padStart(12, "0"), namespace: "default", entity, check, begin: t - begin, end: end ? t - end : 0, status, worst: status, results: Math.ceil((begin - end) / 60), output, ended_by: end ? "result" : "", notified: true, undecided: false, decisions, left_out: 0 });
  const did = (ago, handler, outcome, why, count = 1, last = ago) => ({ at: t - ago, last: t - last, count, handler, outcome, status: 2, ...(why ? { why } : {}) });
  add("web1", "disk", 7800, 0, 2, "DISK CRITICAL - free space: / 312 MB (2%)", [did(7800, "oncall", "held back", "alert rule: occurrence 1 comes before occurrence 2"), did(7740, "oncall", "delivered"), did(7800, "mail", "filtered", "filter business_hours: weekday(event.timestamp) >= 1 && hour(event.timestamp) >= 8 is false", 130, 12), did(5940, "oncall", "failed", "https://events.pagerduty.com answered 503, tried 3 times"), did(5880, "oncall", "delivered", "", 3, 2280)]);
  add("web1", "disk", 86400 * 3, 86400 * 3 - 1900, 1, "DISK WARNING - free space: / 1190 MB (10%)", [did(86400 * 3, "mail", "delivered")]);
  add("web4", "ssh", 11500, 9100, 2, "connect to address 10.0.4.4 and port 22: Connection refused", [did(11500, "oncall", "delivered"), { ...did(9100, "oncall", "delivered"), status: 0 }]);
  add("db1", "backup", 50000, 47000, 2, "BACKUP CRITICAL: no space left", [did(50000, "oncall", "silenced", "filter not_silenced: it is silenced by entity:db1:backup")]);
}

export function well(options) {
  const w = morning(options);
  for (const e of w.events.values()) Object.assign(e, { status: 0, flags: 16, output: "OK", told: "", since: w.now() - 90000 });
  return w;
}

export const nothing = (options) => new World(options);

/** `n` events; of a hundred, two are critical, one is a warning. */
export function many(n, options) {
  const w = new World(options), tells = ["told", "filtered", "held back", ""];
  w.silence("linux", "", { reason: "kernel upgrade" });
  for (let i = 0; i < n; i++) {
    const status = i % 50 === 7 ? 2 : i % 100 === 13 ? 1 : i % 800 === 21 ? 3 : 0;
    w.event(`host${String(i >> 4).padStart(4, "0")}`, ["disk", "load", "memory", "ping", "ssh", "http", "ntp", "users", "swap", "cpu", "procs", "uptime", "raid", "temp", "cert", "dns"][i & 15], status,
      status ? `value ${i} is beyond its limit of ${i >> 1}` : `OK - value ${i}`, { age: 60 + ((i * 7919) % 400000), told: status ? tells[i % 4] : "", flags: 16 | (status && i % 9 === 0 ? 1 : 0) });
  }
  return w;
}

/** Every text of hostile.json as output, label, annotation, reason; and as names where a backend would take them. */
export function hostile(options) {
  const w = new World(options), texts = JSON.parse(readFileSync(new URL("hostile.json", import.meta.url), "utf8"));
  texts.forEach((text, i) => {
    w.event(`host${i}`, "hostile", (i % 3) + 1, text, { told: text.slice(0, 40), command: text, labels: { note: text }, annotations: { [text.slice(0, 60)]: text }, handlers: ["oncall"] });
    w.entities.get(`default/host${i}`).labels = { x: text.slice(0, 200) };
    w.silence(`entity:host${i}`, "hostile", { reason: text, creator: text.slice(0, 60) });
    w.decisions.set(`host${i}/hostile`, { timestamp: w.now(), status: 2, handlers: [{ handler: text.slice(0, 100), outcome: "filtered", why: `filter x: ${text}`, not_counted: text }] });
    w.incidents.push({ id: `i${i}`, namespace: "default", entity: `host${i}`, check: "hostile", begin: w.now() - 600, end: 0, status: 2, worst: 2, results: 3, output: text, decisions: [{ at: w.now(), last: w.now(), count: 2, handler: text.slice(0, 100), outcome: text.slice(0, 40), why: text, status: 2 }] });
    w.changes.push({ at: w.now() - i * 60, namespace: "default", entity: text.slice(0, 100), check: text.slice(0, 50), from: 0, to: 2, told: text.slice(0, 40) });
    w.config.handlers.push({ metadata: { name: `h${i}`, namespace: "default", labels: { x: text } }, type: "pipe", command: text, filters: null });
  });
  return w;
}
export const hostileTexts = () => JSON.parse(readFileSync(new URL("hostile.json", import.meta.url), "utf8"));
