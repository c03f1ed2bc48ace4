// backend/dashboard/src/live.ts - the stream of changes: opened while the page is seen, held until the rows are here, opened again when it breaks.
import { effect, signal } from "@preact/signals";
import { ApiError, can, headers, lastAnswer, session, sessionAsk, sessionOver } from "./api";
import { backoff, frames, type Frame } from "./frames";
import { route } from "./route";
import { streamsOf } from "./tabs";
import { narrowed, namespaces, rowsDrop, rowsLoad, rowsPut, summaryLoad, touch, versions, type Kind } from "./store";

export type State = "off" | "connecting" | "live" | "polling" | "offline" | "paused";
export const live = signal<State>("off");
export const offlineSince = signal(0); // unix seconds of the last answer, while there is none
export const wanted = signal(true); // "f" turns it off

const kSilenceMs = 40_000; // pings come every 15 s
const kHiddenMs = 30_000;
const kPollMs = 10_000; // where one may not watch everything
const kStaleMs = 300;
const kSummaryMs = 5_000;
const kAgainMs = 300; // the first time: a backend that was started anew is there at once

let current: AbortController | null = null;
let failures = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
let gaveUp = false; // our stream, for other tabs; until somebody looks at this one again
const streams = streamsOf(() => { if (document.hidden) sleep(); else { gaveUp = true; void connect(); } });

function watchPath(): string | null {
  const kinds = (["events", "silenced", "entities", "checks"] as const).filter((k) => can(route.value.ns, "list", k));
  if (!kinds.includes("events")) return null;
  const ns = route.value.ns || (namespaces.value.length === 1 ? namespaces.value[0]! : "");
  return `/api/picket/v1/watch?${new URLSearchParams({ kinds: kinds.join(","), view: "rows", quiet: "yes", ...(ns ? { namespace: ns } : {}) })}`;
}

// ---- what a frame says ----

const stale = new Map<Kind, ReturnType<typeof setTimeout>>();
function staleSoon(kind: Kind) {
  if (!(kind in versions) || stale.has(kind)) return;
  stale.set(kind, setTimeout(() => { stale.delete(kind); touch(kind); }, kStaleMs));
}

let summarySoon: ReturnType<typeof setTimeout> | undefined;
function summaryStale() {
  summarySoon ??= setTimeout(() => { summarySoon = undefined; void summaryLoad().catch(() => undefined); }, kSummaryMs);
}

function apply(f: Frame) {
  if (f.event === "rows") rowsPut(JSON.parse(f.data) as unknown[][]);
  else if (f.event === "gone") rowsDrop(JSON.parse(f.data) as [string, string, string][]);
  else if (f.event === "stale") staleSoon((JSON.parse(f.data) as { kind: Kind }).kind);
  summaryStale();
}

// ---- one connection ----

async function read(response: Response, stop: AbortController) {
  let held: Frame[] | null = [];
  let alive = setTimeout(() => stop.abort(), kSilenceMs);
  const load = async () => {
    held ??= [];
    const revision = await rowsLoad();
    for (const f of held) if (f.id >= revision) apply(f); // of the same one: what a silence did to a row is no revision
    held = null;
  };
  const feed = frames((f) => { if (f.event === "reload") void load().catch(() => stop.abort()); else if (held) held.push(f); else apply(f); });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  const loading = load().catch(() => stop.abort());
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return await loading;
      clearTimeout(alive);
      alive = setTimeout(() => stop.abort(), kSilenceMs);
      lastAnswer.value = Date.now();
      feed(value);
    }
  } finally { clearTimeout(alive); }
}

function up() {
  failures = 0;
  offlineSince.value = 0;
  live.value = "live";
  void summaryLoad().catch(() => undefined);
  for (const kind of Object.keys(versions) as Kind[]) touch(kind);
}

async function open(stop: AbortController) {
  const path = watchPath();
  if (!path || gaveUp) return poll(stop);
  const response = await fetch(path, { headers: headers(), credentials: "same-origin", cache: "no-store", signal: stop.signal });
  lastAnswer.value = Date.now();
  if (response.status === 403) await sessionAsk(); // rights were taken away, or he may see some namespaces only
  if (response.status === 403 || response.status === 404) return poll(stop);
  if (response.status === 401) { await sessionAsk(); throw new ApiError(401, "the session is over"); }
  if (!response.ok) throw new ApiError(response.status, "the stream of changes was refused");
  if (failures) await sessionAsk(); // another program may have been started meanwhile
  up();
  streams.opened();
  await read(response, stop).finally(() => { if (current === stop) streams.closed(); });
}

async function poll(stop: AbortController) {
  await rowsLoad();
  up();
  live.value = "polling";
  await new Promise<void>((resolve) => { const t = setTimeout(resolve, kPollMs); stop.signal.addEventListener("abort", () => { clearTimeout(t); resolve(); }); });
}

/** Who answers, with whatever status, is there: then the pages say what is wrong. */
function down(answered: boolean) {
  failures++;
  if (answered) live.value = "connecting";
  else if (failures > 1) { live.value = "offline"; offlineSince.value ||= Math.floor(lastAnswer.value / 1000); } else live.value = "connecting";
}

async function broke(e: unknown) {
  const status = e instanceof ApiError ? e.status : 0;
  if (status === 403) await sessionAsk().catch(() => undefined); // rights were taken away
  down(status > 0);
  timer = setTimeout(() => void connect(), failures === 1 ? kAgainMs : backoff(failures - 1, Math.random()));
}

async function connect(): Promise<void> {
  clearTimeout(timer);
  current?.abort();
  const stop = (current = new AbortController());
  if (!session.value || sessionOver.value) { live.value = "off"; return; }
  if (!wanted.value) { live.value = "paused"; return; }
  if (live.value !== "offline") live.value = "connecting";
  try { await open(stop); } catch (e) { if (current === stop) await broke(e); return; }
  if (current !== stop) return;
  if ((live.value as State) === "polling") return connect();
  await broke(null); // the backend closed it
}

export const liveAgain = () => { failures = 0; gaveUp = false; void connect(); };

/** Nobody looks. */
function sleep() {
  current?.abort();
  current = null;
  streams.closed();
  clearTimeout(timer);
  live.value = "off";
}

/** Follows session, namespace and the tab's being seen. */
export function liveStart() {
  let hidden: ReturnType<typeof setTimeout> | undefined;
  document.addEventListener("visibilitychange", () => {
    clearTimeout(hidden);
    if (document.hidden) hidden = setTimeout(sleep, kHiddenMs);
    else if (live.value === "off" || live.value === "offline" || gaveUp) liveAgain();
  });
  addEventListener("online", () => liveAgain());
  addEventListener("focus", () => { if (gaveUp) liveAgain(); });
  let before = "";
  effect(() => {
    const key = [session.value?.username ?? "", sessionOver.value, wanted.value, route.value.ns, narrowed.value, JSON.stringify(session.value?.may ?? {})].join("\n");
    if (key !== before) { before = key; void Promise.resolve().then(() => liveAgain()); }
  });
}
