// backend/dashboard/src/store.ts - what the page knows: events of the namespace as rows, counts, preferences, the clock. Signals; pages look, the
// stream writes.
import { batch, computed, effect, signal } from "@preact/signals";
import { get, ourPath, session } from "./api";
import { count, countsOf, kColumns, reader, rowKey, type Counts, type Row } from "./rows";
import { route } from "./route";
import type { Zone } from "./text/time";

export const kRowsLimit = 20_000; // rows a page holds; beyond it the filter is the server's work
const kFirstLimit = 2_000; // problems of the first answer, so that something is on screen at once

// ---- the clock: the backend's, ticking here ----

export const skew = signal(0); // seconds the backend is ahead
const seconds = () => Math.floor(Date.now() / 1000 + skew.value);
export const now = signal(Math.floor(Date.now() / 1000));
export const slowNow = computed(() => Math.floor(now.value / 5) * 5); // for lists
export function clockStart() {
  setInterval(() => { if (!document.hidden) now.value = seconds(); }, 1000);
  effect(() => { now.value = seconds(); });
}

// ---- preferences ----

export interface Preferences { theme: "auto" | "light" | "dark"; density: "normal" | "dense"; keys: boolean; zone: Zone }
const kPreferences = "picket-preferences";
const kUsual: Preferences = { theme: "auto", density: "normal", keys: true, zone: "local" };

function preferencesRead(): Preferences {
  try { return { ...kUsual, ...(JSON.parse(localStorage.getItem(kPreferences) ?? "{}") as Partial<Preferences>) }; } catch { return kUsual; }
}
export const preferences = signal(preferencesRead());
export function prefer(change: Partial<Preferences>) {
  preferences.value = { ...preferences.value, ...change };
  try { localStorage.setItem(kPreferences, JSON.stringify(preferences.value)); } catch { /* they last as long as the page */ }
}
export const zone = computed(() => preferences.value.zone);

// ---- rows ----

interface RowsAnswer { revision: number; matched: number; counts: Record<string, [number, number]>; columns: string[]; rows: unknown[][] }
export interface Rows {
  ns: string; map: Map<string, Row>; matched: number; counts: Counts;
  loaded: "no" | "problems" | "all"; // what the map holds of the namespace
  partial: boolean; // there are more than a page holds
  error: Error | null;
}
const none = (ns: string): Rows => ({ ns, map: new Map(), matched: 0, counts: countsOf(undefined), loaded: "no", partial: false, error: null });
export const rows = signal<Rows>(none(""));
export const narrowed = signal(""); // the filter as the server shall apply it, when there are too many rows or it names labels
let read = reader(kColumns);
let asked = 0; // answers to earlier questions are not looked at

const rowsPath = (ns: string) => (ns ? ourPath(ns, "events") : "/api/picket/v1/events");

async function rowsGet(ns: string, parameters: Record<string, string>): Promise<RowsAnswer> {
  return get<RowsAnswer>(`${rowsPath(ns)}?${new URLSearchParams(parameters)}`);
}

function rowsSet(ns: string, answer: RowsAnswer, loaded: Rows["loaded"]) {
  read = reader(answer.columns ?? kColumns);
  const map = new Map<string, Row>();
  for (const cells of answer.rows) { const r = read(cells); map.set(r.key, r); }
  const partial = answer.matched > answer.rows.length, whole = loaded === "all" && !partial;
  rows.value = { ns, map, matched: answer.matched, counts: whole ? count(map.values()) : countsOf(answer.counts), loaded, partial, error: null };
}

/** Fetches the rows anew; returns the revision they are of. What was there stays on screen meanwhile. */
export async function rowsLoad(): Promise<number> {
  const ns = route.value.ns, mine = ++asked, q = narrowed.value;
  if (rows.value.ns !== ns) rows.value = none(ns);
  try {
    if (rows.value.loaded === "no") {
      const first = await rowsGet(ns, { status: "1,2,3", limit: String(kFirstLimit) });
      if (mine === asked) rowsSet(ns, first, "problems");
    }
    const answer = await rowsGet(ns, { limit: String(kRowsLimit), ...(q ? { q } : {}) });
    if (mine === asked) rowsSet(ns, answer, "all");
    return answer.revision;
  } catch (e) {
    if (mine === asked) rows.value = { ...rows.value, error: e as Error };
    throw e;
  }
}

// Changes come many at a time; the pages hear of them ten times a second at most, of long lists less often: each time is a filter and a sort.
let told: ReturnType<typeof setTimeout> | undefined;
const kTellMs = 100, kTellMsPerRow = 0.03;

function tell() {
  told = undefined;
  rows.value = { ...rows.value, counts: rows.value.partial ? rows.value.counts : count(rows.value.map.values()) };
}
function changed() { told ??= setTimeout(tell, Math.max(kTellMs, rows.value.map.size * kTellMsPerRow)); }

export const news = signal<Row[]>([]); // what became critical just now, for the live region and the palette

export function rowsPut(list: unknown[][]) {
  const fresh: Row[] = [], map = rows.value.map, whole = rows.value.loaded === "all" && !narrowed.value;
  for (const cells of list) {
    const r = read(cells), before = map.get(r.key);
    if (!whole && !before && r.status === 0) continue; // whether it belongs here the next load says
    if (r.status === 2 && before?.status !== 2 && !(r.flags & 1)) fresh.push(r);
    map.set(r.key, r);
  }
  if (fresh.length) news.value = [...news.value, ...fresh].slice(-50);
  changed();
}

export function rowsDrop(list: [string, string, string][]) {
  for (const [ns, entity, check] of list) rows.value.map.delete(rowKey(ns, entity, check));
  changed();
}

/** Our own acts are seen at once; what the backend says of them comes over the stream. */
export function rowTouch(key: string, change: Partial<Row>) {
  const r = rows.value.map.get(key);
  if (!r) return;
  rows.value.map.set(key, { ...r, ...change });
  changed();
}

// ---- the summary: counts of every namespace, and how the backend is ----

export interface NamespaceSummary { name: string; counts: Record<string, [number, number]>; entities: number; silences: number; ending: number; connected: number }
export interface Summary {
  revision: number; now: number; namespaces: NamespaceSummary[];
  store: { degraded: boolean; why: string }; handlers: { waiting: number; lost: number };
}
export const summary = signal<Summary | null>(null);

export async function summaryLoad(): Promise<void> {
  const s = await get<Summary>("/api/picket/v1/summary");
  batch(() => { summary.value = s; skew.value = s.now - Date.now() / 1000; });
}

/** Counts of the namespace on screen: of the rows when all are here, else of the summary. */
export const counts = computed<Counts>(() => {
  const r = rows.value;
  if (r.ns === route.value.ns && r.loaded === "all" && !narrowed.value) return r.counts;
  const wanted = summary.value?.namespaces.filter((n) => !route.value.ns || n.name === route.value.ns) ?? [];
  if (!wanted.length) return r.counts;
  return [0, 1, 2, 3].map((s) => wanted.reduce<[number, number]>((sum, n) => [sum[0] + (n.counts[s]?.[0] ?? 0), sum[1] + (n.counts[s]?.[1] ?? 0)], [0, 0]));
});

export const namespaces = computed(() => session.value?.namespaces ?? []);

// ---- kinds that changed: who shows them fetches them again ----

export const versions = { incidents: signal(0), silenced: signal(0), entities: signal(0), checks: signal(0) };
export type Kind = keyof typeof versions;
export const touch = (kind: Kind) => { versions[kind].value++; };

// ---- messages at the foot of the page ----

export interface Toast { id: number; text: string; bad: boolean }
export const toasts = signal<Toast[]>([]);
const kToastMs = 6000;
let toastId = 0;
export function toast(text: string, bad = false) {
  const id = ++toastId;
  toasts.value = [...toasts.value, { id, text, bad }].slice(-4);
  if (!bad) setTimeout(() => toastEnd(id), kToastMs);
}
export const toastEnd = (id: number) => { toasts.value = toasts.value.filter((t) => t.id !== id); };
