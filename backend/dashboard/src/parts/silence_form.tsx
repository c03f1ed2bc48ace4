// backend/dashboard/src/parts/silence_form.tsx - makes or changes a silence: what, from when, until when, why; and what it will hit.
import { useEffect, useState } from "preact/hooks";
import { silenceEvents, silenceName, silencePut, type Silenced } from "../acts";
import { api, ourPath } from "../api";
import { now, rows, toast, touch, zone } from "../store";
import { clock, day, duration, exact, offset, span, until } from "../text/time";
import { silencing, type SilenceTask } from "../ui";
import { Button, plural, T } from "./basic";
import { Dialog } from "./dialog";

type What = "events" | "machine" | "check" | "subscription";
interface Draft { what: What; subscription: string; check: string; later: boolean; begin: string; end: string; onResolve: boolean; forever: boolean; reason: string }
const kEnds: [string, string][] = [["15m", "15 m"], ["1h", "1 h"], ["4h", "4 h"], ["1d", "1 d"], ["until 08:00", "until 08:00"]];

function draftOf(t: SilenceTask): Draft {
  const s = t.before, subscription = s?.subscription ?? t.subscription ?? "", machine = subscription.startsWith("entity:");
  const what: What = t.events ? "events" : machine ? "machine" : (s?.check ?? t.check) && !subscription ? "check" : "subscription";
  const start = { what, subscription: machine ? subscription.slice(7) : subscription, check: s?.check ?? t.check ?? "", later: false, begin: stamp(now.value + 3600), end: "1h", onResolve: true, forever: false, reason: "" };
  if (!s) return start;
  const later = s.begin > now.value;
  const ends = s.expire_at > now.value ? `until ${stamp(s.expire_at)}` : "1h";
  return { ...start, later, begin: later ? stamp(s.begin) : start.begin, end: ends, onResolve: s.expire_on_resolve, forever: s.expire_at <= 0 && s.expire <= 0, reason: s.reason ?? "" };
}
const stamp = (t: number) => `${day(t, zone.value)} ${clock(t, zone.value)}`;

interface Wish { subscription: string; check: string; begin: number; end: number; expire: number; problem: string }

/** What the draft means, or what is wrong with it. */
function wishOf(d: Draft, before?: Silenced): Wish {
  const keep = before && before.begin > 0 && before.begin <= now.value ? before.begin : now.value;
  const begin = d.later ? (until(d.begin, now.value, zone.value) ?? 0) : keep;
  const end = d.forever ? 0 : (until(d.end, Math.max(begin, now.value), zone.value) ?? 0);
  const subscription = d.what === "machine" ? (d.subscription && `entity:${d.subscription}`) : d.what === "subscription" ? d.subscription : "";
  const check = d.what === "events" ? "" : d.check;
  const problem =
    d.later && !begin ? `"${d.begin}" is no moment to come: write 2026-12-31 22:00, 22:00 or 2h` :
    !d.forever && !end ? `"${d.end}" is no end: write 90m, 2h30m, until 08:00 or 2026-12-31 08:00` :
    d.what === "machine" && !d.subscription ? "Name the machine" :
    d.what === "check" && !d.check ? "Name the check" :
    d.what === "subscription" && !subscription && !check ? "Name a subscription or a check" :
    d.forever && !d.reason.trim() ? "A silence without an end needs a reason" : "";
  return { subscription, check, begin, end, expire: d.forever ? -1 : end - begin, problem };
}

interface Preview { matches: number; problems: number; events: [string, string][] }

function usePreview(task: SilenceTask, d: Draft, w: Wish): Preview | null | Error {
  const [preview, set] = useState<Preview | null | Error>(null);
  const body = d.what === "events" || (!w.subscription && !w.check) ? "" : JSON.stringify({
    metadata: { name: silenceName(w.subscription, w.check), namespace: task.ns }, subscription: w.subscription || undefined, check: w.check || undefined, expire: -1 });
  useEffect(() => {
    set(null);
    if (!body) return;
    const stop = new AbortController();
    const t = setTimeout(() => api<Preview>("POST", ourPath(task.ns, "silenced", "preview"), JSON.parse(body), stop.signal).then(set, (e: Error) => { if (!stop.signal.aborted) set(e); }), 250);
    return () => { clearTimeout(t); stop.abort(); };
  }, [body]);
  if (d.what !== "events") return preview;
  const list = task.events!;
  return { matches: list.length, problems: list.filter((e) => (rows.value.map.get(e.key)?.status ?? 0) > 0).length, events: list.map((e) => [e.entity, e.check]) };
}

function Hits({ preview }: { preview: Preview | null | Error }) {
  const [open, setOpen] = useState(false);
  if (preview instanceof Error) return <p class="hits bad">What it would silence is not known: {preview.message}</p>;
  if (!preview) return <p class="hits muted">…</p>;
  const { matches, problems, events } = preview;
  return (
    <div class="hits" role="status">
      <p><b>{matches ? `Silences ${plural(matches, "event")}` : "Silences nothing that is there now"}</b>{matches > 0 && `, ${problems ? `${problems} of them failing` : "none of them failing"}`}
        {events.length > 0 && <Button kind="quiet" aria-expanded={open} onClick={() => setOpen(!open)}>{open ? "Hide" : "Show"}</Button>}</p>
      {open && <ul>{events.slice(0, 100).map(([e, c]) => <li><T text={`${e} / ${c}`} /></li>)}{matches > 100 && <li>and {matches - 100} more</li>}</ul>}
    </div>
  );
}

function Form({ task }: { task: SilenceTask }) {
  const [d, set] = useState(() => draftOf(task));
  const [error, setError] = useState(""), [busy, setBusy] = useState(false);
  const w = wishOf(d, task.before), preview = usePreview(task, d, w);
  const change = (c: Partial<Draft>) => set({ ...d, ...c });
  const close = () => { silencing.value = null; };
  const submit = async (e: Event) => {
    e.preventDefault();
    if (w.problem || busy) return;
    const wish = { begin: d.later || task.before ? w.begin : 0, expire: w.expire, onResolve: d.onResolve, reason: d.reason.trim() };
    setBusy(true);
    try {
      if (d.what === "events") { close(); return await silenceEvents(task.events!, wish, now.value); }
      await silencePut(task.ns, w.subscription, w.check, wish, task.before);
      touch("silenced");
      toast(task.before ? "The silence is changed" : "Silenced");
      close();
    } catch (x) { setError((x as Error).message); } finally { setBusy(false); }
  };
  return (
    <Dialog title={task.before ? "Change the silence" : "Silence"} onClose={close}>
      <form class="silence-form" onSubmit={(e) => void submit(e)}>
        <Choice task={task} d={d} change={change} />
        <Period d={d} w={w} change={change} />
        <label class="field"><span>Reason</span><input data-first value={d.reason} maxLength={500} placeholder="What others should know, a ticket for example" onInput={(e) => change({ reason: e.currentTarget.value })} /></label>
        <Hits preview={preview} />
        {error && <p class="bad" role="alert">{error}</p>}
        <footer><Button onClick={close}>Cancel</Button><Button type="submit" kind="main" icon="silenced" why={w.problem}>{task.before ? "Save" : "Silence"}</Button></footer>
      </form>
    </Dialog>
  );
}

interface PartProps { d: Draft; change: (c: Partial<Draft>) => void }

function Choice({ task, d, change }: PartProps & { task: SilenceTask }) {
  const kinds: [What, string][] = [...(task.events ? [["events", task.events.length === 1 ? "this event" : `these ${task.events.length} events`] as [What, string]] : []), ["machine", "a machine"], ["check", "a check"], ["subscription", "a subscription"]];
  const first = task.events?.[0];
  const pick = (what: What) => change({ what, ...(what === "machine" && first ? { subscription: first.entity, check: "" } : what === "check" && first ? { check: first.check, subscription: "" } : {}) });
  return (
    <fieldset><legend>What</legend>
      {task.before ? <p class="mono"><T text={task.before.metadata.name} /></p> : <>
        <div class="choices">{kinds.map(([k, name]) => <label class="radio"><input type="radio" name="what" checked={d.what === k} onChange={() => pick(k)} />{name}</label>)}</div>
        {d.what === "events" && <p class="muted small">{task.events!.slice(0, 4).map((e) => `${e.entity} / ${e.check}`).join(", ")}{task.events!.length > 4 && ` and ${task.events!.length - 4} more`}</p>}
        {d.what !== "events" && <div class="pair">
          {d.what !== "check" && <label class="field"><span>{d.what === "machine" ? "Machine" : "Subscription"}</span><input value={d.subscription} spellcheck={false} autocomplete="off" onInput={(e) => change({ subscription: e.currentTarget.value })} /></label>}
          <label class="field"><span>{d.what === "check" ? "Check, on every machine" : "Check (empty: all)"}</span><input value={d.check} spellcheck={false} autocomplete="off" onInput={(e) => change({ check: e.currentTarget.value })} /></label></div>}
      </>}
    </fieldset>
  );
}

function Period({ d, w, change }: PartProps & { w: Wish }) {
  const known = kEnds.some(([v]) => v === d.end);
  const end = d.forever ? "It never ends by itself." : w.end ? `Ends ${stamp(w.end)} ${offset(w.end, zone.value)}, in ${span(w.end - now.value)}.` : "";
  return (
    <fieldset><legend>When</legend>
      <div class="choices">
        <label class="radio"><input type="radio" name="begin" checked={!d.later} onChange={() => change({ later: false })} />begins now</label>
        <label class="radio"><input type="radio" name="begin" checked={d.later} onChange={() => change({ later: true })} />begins at</label>
        {d.later && <input class="short" aria-label="Begin" value={d.begin} onInput={(e) => change({ begin: e.currentTarget.value })} />}
      </div>
      <div class="choices" role="group" aria-label="End">
        {kEnds.map(([v, name]) => <button type="button" class="chip" aria-pressed={!d.forever && d.end === v} onClick={() => change({ end: v, forever: false })}>{name}</button>)}
        <input class="short" aria-label="Another end: 90m, 2h30m, until 08:00" placeholder="90m, until 08:00" value={known ? "" : d.end} onInput={(e) => change({ end: e.currentTarget.value, forever: false })} />
        <button type="button" class="chip" aria-pressed={d.forever} onClick={() => change({ forever: true, end: duration(d.end) ? d.end : "1h" })}>for ever…</button>
      </div>
      <label class="check"><input type="checkbox" checked={d.onResolve} onChange={(e) => change({ onResolve: e.currentTarget.checked })} />or as soon as it resolves</label>
      <p class={w.problem ? "bad small" : "muted small"} role="status" title={w.end ? exact(w.end, zone.value) : undefined}>{w.problem || end}</p>
    </fieldset>
  );
}

export const SilenceForm = () => (silencing.value ? <Form task={silencing.value} /> : null);
