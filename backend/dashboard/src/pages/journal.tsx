// backend/dashboard/src/pages/journal.tsx - what happened while I was away: changes of state since the backend's start, newest first, by the hour.
import { useMemo } from "preact/hooks";
import { ourPath } from "../api";
import { useGet, useTitle } from "../hooks";
import { Icon } from "../icons";
import { eventAddress, route, setQuery } from "../route";
import { now, zone } from "../store";
import { clock, day, exact, moment, span } from "../text/time";
import { statusClass } from "../rows";
import { strongest, type Incident } from "../text/told";
import { kStatusIcons, plural, statusName, statusWord, T, Told } from "../parts/basic";
import { Decided } from "../parts/incidents";
import { Chip, FilterBox } from "../parts/filter";
import { Empty, Show } from "../parts/states";

interface Change { at: number; namespace: string; entity: string; check: string; from: number; to: number; told: string; incident?: Incident }
interface Answer { since_start: number; changes: Change[] }
const kLimit = 1000, kAgainS = 10;

/** Changes of before the backend's start are known of incidents: their begin and their end. Changes since then get what was decided. */
function withIncidents(a: Answer, list: readonly Incident[], since: number): Change[] {
  const key = (namespace: string, entity: string, check: string) => `${namespace}/${entity}/${check}`, by = new Map<string, Incident[]>();
  const turn = (i: Incident, at: number, from: number, to: number): Change => ({ at, namespace: i.namespace, entity: i.entity, check: i.check, from, to, told: strongest(i.decisions), incident: i });
  for (const i of list) { const k = key(i.namespace, i.entity, i.check), l = by.get(k); if (l) l.push(i); else by.set(k, [i]); }
  const known = a.changes.map((c) => ({ ...c, incident: by.get(key(c.namespace, c.entity, c.check))?.find((i) => i.begin <= c.at && (!i.end || c.at <= i.end)) }));
  const before = list.flatMap((i) => [turn(i, i.begin, 0, i.worst), ...(i.end ? [turn(i, i.end, i.status, 0)] : [])]).filter((c) => c.at < a.since_start && c.at >= since);
  return [...known, ...before].sort((x, y) => y.at - x.at);
}

export function Journal() {
  useTitle("Journal");
  const { ns, query: { q = "", hours = "" } } = route.value;
  const since = hours ? Math.floor(now.value / 60) * 60 - Number(hours) * 3600 : 0;
  const got = useGet<Answer>(`/api/picket/v1/changes?${new URLSearchParams({ ...(ns ? { namespace: ns } : {}), ...(since ? { since: String(since) } : {}), limit: String(kLimit) })}`, [], String(Math.floor(now.value / kAgainS)));
  const incidents = useGet<Incident[]>(`${ns ? ourPath(ns, "incidents") : "/api/picket/v1/incidents"}?${new URLSearchParams({ ...(since ? { since: String(since) } : {}), limit: String(kLimit) })}`, [], String(Math.floor(now.value / kAgainS)));
  const all = useMemo(() => (got.data ? withIncidents(got.data, incidents.data ?? [], since) : []), [got.data, incidents.data, since]);
  const chip = (h: string, name: string) => <Chip name={name} on={hours === h} run={() => setQuery({ hours: h }, false)} />;
  return (
    <div class="list-page scrolls">
      <header class="headline"><h1>Journal</h1><p class="muted">What changed, and who heard of it{got.data && !incidents.data?.length && <>. It begins with the start of the backend, <time title={exact(got.data.since_start, zone.value)}>{moment(got.data.since_start, now.value, zone.value)}</time></>}.</p></header>
      <div class="toolbar"><div class="chips" role="group" aria-label="Since">{chip("", "All")}{chip("1", "1 h")}{chip("12", "12 h")}{chip("24", "24 h")}</div><div class="tools"><FilterBox label="Filter changes" help="Filter: machine or check" fields={false} /></div></div>
      {got.error?.status === 404 ? <Empty icon="journal" title="No journal">This picket keeps none.</Empty> : <Show of={got} what="changes" ns={ns}>{(d) => {
        const words = q.toLowerCase().split(/\s+/).filter(Boolean), list = all.filter((c) => words.every((w) => `${c.entity} ${c.check}`.toLowerCase().includes(w)));
        return list.length ? <Hours list={list} all={all} /> : <Empty icon="journal" title="Nothing changed">Since the backend began, {span(now.value - d.since_start)} ago{q && ", of what the filter names"}.</Empty>;
      }}</Show>}
    </div>
  );
}

const hourOf = (c: Change) => `${day(c.at, zone.value)} ${clock(c.at, zone.value).slice(0, 2)}:00`;

function Hours({ list, all }: { list: Change[]; all: Change[] }) {
  const hours: { name: string; changes: Change[] }[] = [];
  for (const c of list) { const name = hourOf(c); if (hours.at(-1)?.name === name) hours.at(-1)!.changes.push(c); else hours.push({ name, changes: [c] }); }
  const today = day(now.value, zone.value);
  return <div class="journal">{hours.map((h) => (
    <section key={h.name}><h2>{h.name.replace(`${today} `, "today ")}–{String((Number(h.name.slice(11, 13)) + 1) % 24).padStart(2, "0")}:00 <span class="muted">{plural(h.changes.length, "change")}, {h.changes.filter((c) => c.told === "told").length} told</span></h2>
      <ul>{h.changes.map((c) => <One c={c} before={lasted(c, all)} />)}</ul></section>))}
    {all.length >= kLimit && <p class="muted small">The newest {kLimit} are shown.</p>}</div>;
}

/** How long the state before lasted, when its begin is in the journal, too. */
function lasted(c: Change, all: Change[]): number {
  const begun = all.find((x) => x.at < c.at && x.entity === c.entity && x.check === c.check && x.namespace === c.namespace);
  return begun ? c.at - begun.at : 0;
}

const Shape = ({ s }: { s: number }) => <span class={`s-${statusName(s)}`}><Icon name={kStatusIcons[statusClass(s)]!} title={statusWord(s)} /></span>;

function One({ c, before }: { c: Change; before: number }) {
  return (
    <li><time title={exact(c.at, zone.value)}>{clock(c.at, zone.value)}</time><span class="turn"><Shape s={c.from} /><span aria-hidden="true">→</span><span class="hidden"> to </span><Shape s={c.to} /></span>
      <a class="name" href={eventAddress(c.namespace, c.entity, c.check)}><b><T text={c.entity} /></b><span class="slash"> / </span><T text={c.check} /></a><span class="muted after">{before > 0 && `after ${span(before)}`}</span>{c.incident ? <details><summary><Told told={c.told} /></summary><Decided i={c.incident} /></details> : <Told told={c.told} />}</li>
  );
}
