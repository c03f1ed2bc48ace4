// backend/dashboard/src/acts.ts - what one can do to events: silence, unsilence, re-run, resolve, delete; for one or for hundreds, four at a time.
import { signal } from "@preact/signals";
import { api, ApiError, get, nsPath, ourPath } from "./api";
import { Flag, type Row } from "./rows";
import { silencesOf, type Placed } from "./silences";
import { rowsDrop, rowTouch, skew, toast, touch } from "./store";

export interface Silenced {
  metadata: { name: string; namespace: string; labels?: Record<string, string> | null; annotations?: Record<string, string> | null };
  expire: number; expire_on_resolve: boolean; creator?: string; check?: string; reason?: string; subscription?: string;
  begin: number; expire_at: number; windows?: { begin: string; end: string; repeat?: string[] }[] | null;
}
export const silenceName = (subscription: string, check: string) => `${subscription || "*"}:${check || "*"}`;

// ---- many at once ----

export interface Failure { what: string; why: string }
export interface Bulk { title: string; total: number; done: number; failures: Failure[]; stopped: boolean; over: boolean }
export const bulk = signal<Bulk | null>(null);
const kAtOnce = 4;

/** One that fails is named and does not stop the rest. More than one: with a progress that can be stopped. */
export async function doAll<T>(title: string, list: T[], name: (t: T) => string, act: (t: T) => Promise<void>): Promise<number> {
  const state: Bulk = { title, total: list.length, done: 0, failures: [], stopped: false, over: false };
  const show = () => { if (list.length > 1 || state.failures.length) bulk.value = { ...state, stopped: bulk.value?.stopped ?? state.stopped }; };
  const rest = [...list];
  show();
  const worker = async () => {
    for (let t = rest.shift(); t !== undefined && !bulk.value?.stopped; t = rest.shift()) {
      try { await act(t); } catch (e) { state.failures.push({ what: name(t), why: (e as Error).message }); }
      state.done++;
      show();
    }
  };
  await Promise.all(Array.from({ length: kAtOnce }, worker));
  state.over = true;
  const good = state.done - state.failures.length;
  if (state.failures.length || bulk.value?.stopped) show(); else { bulk.value = null; toast(`${title}: done${list.length > 1 ? ` for ${good}` : ""}`); }
  return good;
}
export const bulkStop = () => { if (bulk.value) bulk.value = { ...bulk.value, stopped: true }; };
export const bulkClose = () => { bulk.value = null; };

const nameOf = (r: Pick<Row, "entity" | "check">) => `${r.entity} / ${r.check}`;
export type Target = Pick<Row, "key" | "ns" | "entity" | "check">;

// ---- silences ----

/** `begin` 0: now, by the backend's clock. */
export interface SilenceWish { begin: number; expire: number; onResolve: boolean; reason: string }

export async function silencePut(ns: string, subscription: string, check: string, wish: SilenceWish, before?: Silenced): Promise<void> {
  const name = before?.metadata.name ?? silenceName(subscription, check);
  const body = {
    metadata: { ...(before?.metadata ?? {}), name, namespace: ns }, ...(subscription && subscription !== "*" ? { subscription } : {}), ...(check && check !== "*" ? { check } : {}),
    expire: wish.expire, expire_on_resolve: wish.onResolve, reason: wish.reason, begin: wish.begin, ...(before?.windows?.length ? { windows: before.windows } : {}),
  };
  await api("PUT", nsPath(ns, "silenced", name), body);
}

export async function silenceEvents(list: Target[], wish: SilenceWish, nowS: number): Promise<void> {
  await doAll("Silence", list, nameOf, async (r) => {
    await silencePut(r.ns, `entity:${r.entity}`, r.check, wish);
    if (wish.begin <= nowS + 1) rowTouch(r.key, { flags: flagsOf(r) | Flag.silenced });
  });
  touch("silenced");
}
const flagsOf = (r: Target) => (r as Row).flags ?? 0;

export const silenceEnd = (s: Silenced) => api<void>("DELETE", nsPath(s.metadata.namespace, "silenced", s.metadata.name));

/** Ends the silences of these events alone; a broader one silences others, too, and is only named. */
export async function unsilence(list: Target[]): Promise<void> {
  const all = new Map<string, Silenced[]>();
  await doAll("Unsilence", list, nameOf, async (r) => {
    const event = await get<Placed>(nsPath(r.ns, "events", r.entity, r.check));
    if (!all.has(r.ns)) all.set(r.ns, await get<Silenced[]>(nsPath(r.ns, "silenced")) ?? []);
    const by = silencesOf(event, all.get(r.ns)!, Date.now() / 1000 + skew.value), own = silenceName(`entity:${r.entity}`, r.check), broader = by.filter((n) => n !== own);
    if (by.includes(own)) await api("DELETE", nsPath(r.ns, "silenced", own));
    if (broader.length) throw new ApiError(0, `silenced by ${broader.join(", ")}, which hits others, too: end it on the page Silences`);
    rowTouch(r.key, { flags: flagsOf(r) & ~Flag.silenced });
  });
  touch("silenced");
}

// ---- the rest ----

/** One request for each check: all of its machines at once. */
export async function rerun(list: Target[]): Promise<void> {
  const groups = new Map<string, Target[]>();
  for (const r of list) groups.set(`${r.ns}/${r.check}`, [...(groups.get(`${r.ns}/${r.check}`) ?? []), r]);
  await doAll("Re-run", [...groups.values()], (g) => `${g[0]!.check} on ${g.length > 1 ? `${g.length} machines` : g[0]!.entity}`,
    (g) => execute(g[0]!.ns, g[0]!.check, g.map((r) => `entity:${r.entity}`)));
}

export async function execute(ns: string, check: string, subscriptions?: string[]): Promise<void> {
  await api("POST", nsPath(ns, "checks", check, "execute"), { check, ...(subscriptions ? { subscriptions } : {}) });
}

export async function resolve(list: Target[]): Promise<void> {
  await doAll("Resolve", list, nameOf, async (r) => {
    await api("PUT", ourPath(r.ns, "events", r.entity, r.check, "resolve"), {});
    rowTouch(r.key, { status: 0 });
  });
}

/** `seconds` 0: until the incident ends. */
export async function acknowledge(list: Target[], reason: string, seconds: number): Promise<void> {
  await doAll("Acknowledge", list, nameOf, (r) => api<void>("PUT", ourPath(r.ns, "events", r.entity, r.check, "acknowledge"), { reason, ...(seconds ? { for: seconds } : {}) }));
  touch("incidents");
}
export async function withdraw(r: Target): Promise<void> {
  await doAll("Withdraw", [r], nameOf, () => api<void>("DELETE", ourPath(r.ns, "events", r.entity, r.check, "acknowledge")));
  touch("incidents");
}

export async function remove(list: Target[]): Promise<void> {
  await doAll("Delete", list, nameOf, async (r) => {
    await api("DELETE", nsPath(r.ns, "events", r.entity, r.check));
    rowsDrop([[r.ns, r.entity, r.check]]);
  });
}

export async function publish(ns: string, check: string, on: boolean): Promise<void> {
  await api("PATCH", nsPath(ns, "checks", check), { publish: on });
  touch("checks");
  toast(on ? `${check} is published: it runs again` : `${check} is paused: nobody runs it until it is published`);
}
