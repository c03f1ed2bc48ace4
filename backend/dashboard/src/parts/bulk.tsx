// backend/dashboard/src/parts/bulk.tsx - how far an act over many has come, how to stop it, and what failed and why; and the buttons that begin one.
import { bulk, bulkClose, bulkStop, remove, rerun, resolve, unsilence, type Target } from "../acts";
import { can } from "../api";
import { useKeys } from "../hooks";
import { Flag, type Row } from "../rows";
import { acknowledging, silenceOpen } from "../ui";
import { Button, plural, T } from "./basic";
import { ask, Dialog } from "./dialog";

export function BulkProgress() {
  const b = bulk.value;
  if (!b) return null;
  const over = b.over, bad = b.failures.length;
  return (
    <Dialog title={b.title} onClose={over ? bulkClose : () => undefined} fixed={!over}>
      <progress max={b.total} value={b.done} aria-label={b.title} />
      <p role="status">{over ? `${b.done - bad} done` : `${b.done} of ${b.total}`}{bad > 0 && `, ${bad} failed`}{over && b.stopped && b.done < b.total && `, ${b.total - b.done} left as they were`}</p>
      {bad > 0 && <ul class="failures">{b.failures.slice(0, 200).map((f) => <li><b><T text={f.what} /></b><span><T text={f.why} /></span></li>)}</ul>}
      <footer>{over ? <Button kind="main" data-first onClick={bulkClose}>Close</Button> : <Button onClick={bulkStop} why={b.stopped && "It stops after what is under way"}>Stop</Button>}</footer>
    </Dialog>
  );
}

// ---- acts on events ----

const names = (list: Target[]) => (list.length === 1 ? `${list[0]!.entity} / ${list[0]!.check}` : plural(list.length, "event"));

function askResolve(list: Target[]) {
  ask({ title: `Resolve ${names(list)}?`, act: "Resolve", run: () => void resolve(list),
    text: <p>The stored status becomes OK, and handlers hear of it. The next result of the check says again what it finds.</p> });
}
function askRemove(list: Target[], after?: () => void) {
  ask({ title: `Delete ${names(list)}?`, act: "Delete", danger: true, run: () => void remove(list).then(after),
    text: <p>The event and its history go. A check that still runs makes a new one with its next result.</p> });
}

export interface Act { id: string; name: string; key: string; icon: "silenced" | "bell" | "run" | "ok" | "delete" | "user"; why: string; run: () => void }

/** What can be done to these events. `why`: what speaks against it. Acts nobody may do are left out. */
export function actsOf(list: Row[], after?: () => void): Act[] {
  const ns = list[0]?.ns ?? "", one = new Set(list.map((r) => r.ns)).size <= 1;
  const may = (verb: string, what: string) => [...new Set(list.map((r) => r.ns))].every((n) => can(n, verb, what));
  const silenced = list.filter((r) => r.flags & Flag.silenced), failing = list.filter((r) => r.status), runnable = list.filter((r) => r.flags & Flag.runnable);
  const acts: (Act | false)[] = [
    may("create", "silenced") && { id: "silence", name: "Silence", key: "s", icon: "silenced", why: one ? "" : "They are of several namespaces", run: () => silenceOpen({ ns, events: list }) },
    may("delete", "silenced") && { id: "unsilence", name: "Unsilence", key: "u", icon: "bell", why: silenced.length ? "" : "None is silenced", run: () => void unsilence(silenced) },
    may("create", "checks") && { id: "rerun", name: "Re-run", key: "r", icon: "run", why: runnable.length ? "" : "No check of this name is defined here: the result came by itself", run: () => void rerun(runnable) },
    may("update", "events") && { id: "acknowledge", name: "Acknowledge", key: "a", icon: "user", why: failing.length ? "" : "It is OK", run: () => { acknowledging.value = failing; } },
    may("update", "events") && { id: "resolve", name: "Resolve", key: "e", icon: "ok", why: failing.length ? "" : "It is OK already", run: () => askResolve(failing) },
    may("delete", "events") && { id: "delete", name: "Delete", key: "#", icon: "delete", why: "", run: () => askRemove(list, after) },
  ];
  return acts.filter((a): a is Act => !!a);
}

/** The buttons, and their keys; `hidden`: the keys alone. */
export function ActButtons({ list, after, hidden, quiet }: { list: Row[]; after?: () => void; hidden?: boolean; quiet?: boolean }) {
  const acts = actsOf(list, after);
  useKeys(acts.map((a) => ({ keys: a.key, does: a.name, group: "Events", run: () => { if (list.length && !a.why) a.run(); } })));
  if (hidden) return null;
  return <>{acts.filter((a) => a.id !== "unsilence" || !a.why).map((a) => (
    <Button icon={a.icon} shortcut={a.key} why={a.why} kind={quiet ? "quiet" : a.id === "delete" ? "danger" : undefined} onClick={a.run}>{a.name}</Button>))}</>;
}
