// backend/dashboard/src/pages/entities.tsx - which machines are ill or gone; and what is with one of them.
import { useMemo } from "preact/hooks";
import { signal } from "@preact/signals";
import { api, can, nsPath, ourPath } from "../api";
import { useGet, useTitle } from "../hooks";
import { Icon } from "../icons";
import { Grid, type Column } from "../list/grid";
import { glob } from "../query";
import { isSilenced, ordered, type Row } from "../rows";
import { address, entityAddress, go, route, setQuery } from "../route";
import { namespaces, narrowed, now, rows, toast } from "../store";
import { ago } from "../text/time";
import { silenceOpen } from "../ui";
import { Ago, Button, Card, Facts, For, Pairs, plural, Status, statusName, T } from "../parts/basic";
import { ask } from "../parts/dialog";
import { Chip, FilterBox, SortBox } from "../parts/filter";
import { SmallGraphs } from "../parts/graphs";
import { Empty, Failed, Loading, Show } from "../parts/states";
import { EventList } from "./problems";
import { table } from "../text/table";

export interface EntityRow { ns: string; name: string; class: string; os: string; platform: string; last_seen: number; connected: boolean; status: number; problems: number; silenced: number; events: number; version: string; labels: Record<string, string> }
interface RowsAnswer { columns: string[]; rows: unknown[][]; matched: number }

const kLimit = 20_000;
const focus = signal<string | null>(null);

/** Rows by their columns; labels come as an object. */
export function entityRows(answer: RowsAnswer, ns: string): EntityRow[] {
  return answer.rows.map((cells) => ({ ns, labels: {}, ...Object.fromEntries(answer.columns.map((c, i) => [c === "namespace" ? "ns" : c, cells[i] ?? undefined]).filter(([, v]) => v !== undefined)) }) as EntityRow);
}

/** Of all namespaces: one list after the other, as there is no route for all. */
export const entitiesPath = (ns: string) => `${ourPath(ns, "entities")}?limit=${kLimit}`;

function useEntities() {
  const ns = route.value.ns || (namespaces.value.length === 1 ? namespaces.value[0]! : "");
  const got = useGet<RowsAnswer>(ns ? entitiesPath(ns) : "", ["entities"]);
  return { ns, got };
}

/** What their events say now, when all of them are here: the answer with the entities says what they said then. */
function withEvents(list: EntityRow[]): EntityRow[] {
  const r = rows.value, by = new Map<string, Row[]>();
  if (r.loaded !== "all" || r.partial || narrowed.value || r.ns !== route.value.ns) return list;
  for (const x of r.map.values()) { const k = `${x.ns}/${x.entity}`, l = by.get(k); if (l) l.push(x); else by.set(k, [x]); }
  return list.map((e) => {
    const mine = by.get(`${e.ns}/${e.name}`) ?? [], bad = mine.filter((x) => x.status && !isSilenced(x));
    return { ...e, events: mine.length, problems: bad.length, silenced: mine.filter(isSilenced).length, status: bad.length ? ordered(bad, "severity", false)[0]!.status : 0 };
  });
}

const gone = (e: EntityRow) => e.class === "agent" && !e.connected;
const tests = table<(e: EntityRow) => boolean>({ ill: (e) => e.status > 0, gone, agent: (e) => e.class === "agent", proxy: (e) => e.class !== "agent" });

function matches(e: EntityRow, q: string): boolean {
  const hay = `${e.name} ${e.os} ${e.platform} ${e.version} ${Object.entries(e.labels).map(([k, v]) => `${k}=${v}`).join(" ")}`.toLowerCase();
  return q.split(/\s+/).filter(Boolean).every((w) => (w.startsWith("is:") ? (tests[w.slice(3)] ?? (() => true))(e) : w.includes("*") ? glob(w)(e.name) : hay.includes(w.toLowerCase())));
}

const kRank = [3, 2, 0, 1];
const byName = (a: EntityRow, b: EntityRow) => (a.name < b.name ? -1 : 1);
const sorts = table<(a: EntityRow, b: EntityRow) => number>({
  severity: (a, b) => kRank[Math.min(3, a.status)]! - kRank[Math.min(3, b.status)]! || Number(gone(b)) - Number(gone(a)) || b.problems - a.problems || byName(a, b),
  name: byName, seen: (a, b) => a.last_seen - b.last_seen,
});

export function Entities() {
  useTitle("Entities");
  const { ns, got } = useEntities(), { q = "", sort = "severity" } = route.value.query;
  const all = useMemo(() => withEvents(got.data ? entityRows(got.data, ns) : []), [got.data, rows.value]);
  const list = useMemo(() => all.filter((e) => matches(e, q)).sort(sorts[sort] ?? sorts.severity), [all, q, sort]);
  if (!ns) return <PickNamespace what="Entities" page="entities" />;
  const word = (w: string) => q.split(/\s+/).includes(w), flip = (w: string) => () => setQuery({ q: word(w) ? q.replace(w, "").trim() : [...q.split(/\s+/).filter((x) => x && !x.startsWith("is:")), w].join(" ") }, false);
  const chip = (w: string, name: string, tone?: string) => <Chip name={name} tone={tone} n={all.filter(tests[w]!).length} on={word(`is:${w}`)} run={flip(`is:${w}`)} />;
  return (
    <div class="list-page">
      <header class="headline"><h1>Entities</h1><p class="muted">Machines with an agent, and whatever else reports by one.</p></header>
      <div class="toolbar"><div class="chips" role="group" aria-label="Kind"><Chip name="All" n={all.length} on={!q} run={() => setQuery({ q: "" }, false)} />{chip("ill", "With problems", "s-critical")}{chip("gone", "Not connected", "s-unknown")}{chip("proxy", "Without agent")}</div>
        <div class="tools"><FilterBox label="Filter entities" help="Filter: name, system, label tier=web" fields={false} /><SortBox sorts={[["severity", "worst first"], ["name", "name"], ["seen", "longest not seen"]]} usual="severity" /></div></div>
      <Show of={got} what="entities" ns={ns}>{() => list.length ? <Grid name="entities" label="Entities" items={list} keyOf={(e) => e.name} columns={kColumns} cells={cells} describe={(e) => e.name} rowClass={(e) => `edge-${statusName(e.status)}`}
        open={(e) => go(entityAddress(e.ns, e.name))} focus={focus} /> : q ? <Empty icon="search" title="Nothing matches"><Button onClick={() => setQuery({ q: "" }, false)}>Clear the filter</Button></Empty>
        : <Empty icon="entities" title="No entities yet">Start an agent: <code>picket agent start --backend-url ws://{location.hostname}:8081</code></Empty>}</Show>
    </div>
  );
}

const kColumns: Column[] = [{ id: "status", name: "Status" }, { id: "what", name: "Name" }, { id: "problems", name: "Failing" }, { id: "system", name: "System" }, { id: "seen", name: "Seen" }, { id: "labels", name: "Labels" }];

function cells(e: EntityRow) {
  return [
    <Status status={e.status} />, <a class="name" tabIndex={-1} href={entityAddress(e.ns, e.name)}><b><T text={e.name} /></b></a>,
    <span>{e.problems ? `${e.problems} of ${e.events}` : <span class="muted">none of {e.events}</span>}{e.silenced > 0 && <span class="muted" title={`${e.silenced} silenced`}> <Icon name="silenced" />{e.silenced}</span>}</span>,
    <span class="muted"><T text={[e.class === "agent" ? "" : e.class, e.os && e.platform && e.os !== e.platform ? `${e.platform}, ${e.os}` : e.platform || e.os].filter(Boolean).join(" ")} /></span>,
    <span class={gone(e) ? "s-unknown" : ""}>{gone(e) ? <>gone for <For since={e.last_seen} /></> : <Ago t={e.last_seen} />}</span>,
    <span class="labels">{Object.entries(e.labels).slice(0, 4).map(([k, v]) => <a class="label" tabIndex={-1} href={address({ ns: e.ns, page: "entities", query: { q: `${k}=${v}` } })}><T text={`${k}=${v}`} /></a>)}</span>,
  ];
}

/** Pages of one namespace, asked for all of them. */
export function PickNamespace({ what, page }: { what: string; page: "entities" | "checks" | "silences" | "config" }) {
  useTitle(what);
  return <div class="page"><h1>{what}</h1><p>These are shown one namespace at a time.</p><ul class="plain">{namespaces.value.map((n) => <li><a href={address({ ns: n, page })}><T text={n} /></a></li>)}</ul></div>;
}

// ---- one ----

interface Entity {
  metadata: { name: string; namespace: string; labels?: Record<string, string> | null; annotations?: Record<string, string> | null };
  entity_class: string; subscriptions?: string[] | null; last_seen: number; deregister?: boolean; user?: string; sensu_agent_version?: string;
  system?: { hostname?: string; os?: string; platform?: string; platform_version?: string; arch?: string; network?: { interfaces?: { name: string; mac?: string; addresses?: string[] | null }[] | null } };
}

const kEventColumns: Column[] = [{ id: "status", name: "Status", sort: "severity" }, { id: "what", name: "Check", sort: "check" }, { id: "output", name: "What it says" }, { id: "since", name: "Since", sort: "since" }, { id: "times", name: "Times" }, { id: "told", name: "Told" }];

export function EntityPage() {
  const { ns, path: [name = ""] } = route.value;
  useTitle(name);
  const got = useGet<Entity>(nsPath(ns, "entities", name), ["entities"]);
  if (got.error?.status === 404) return <div class="page"><h1><T text={name} /></h1><p>There is no such machine in <T text={ns} />: it was deleted, or never reported.</p><p><a href={address({ ns, page: "entities" })}>Entities</a></p></div>;
  if (!got.data) return <div class="page"><h1 class="hidden"><T text={name} /></h1>{got.error ? <Failed error={got.error} what="entity" again={got.again} ns={ns} /> : <Loading />}</div>;
  return <Machine e={got.data} ns={ns} />;
}

function Machine({ e, ns }: { e: Entity; ns: string }) {
  const name = e.metadata.name, { sort = "severity", order = "" } = route.value.query;
  const mine = [...rows.value.map.values()].filter((r) => r.entity === name && r.ns === ns), bad = mine.filter((r) => r.status).length;
  const worst = ordered([...mine], "severity", false)[0]?.status ?? 0;
  return (
    <div class={`page edge-${statusName(worst)}`}>
      <header class="event-head"><a class="back" href={address({ ns, page: "entities" })}><Icon name="back" />Entities</a>
        <div class="title"><Status status={worst} badge /><h1><T text={name} /></h1></div>
        <p class="facts-line"><b>{bad ? plural(bad, "problem") : "Nothing failing"}</b> of {plural(mine.length, "check")} · {e.entity_class === "agent" ? "seen" : "last result"} {ago(e.last_seen, now.value)}</p>
        <div class="acts">{can(ns, "create", "silenced") && <Button icon="silenced" onClick={() => silenceOpen({ ns, subscription: `entity:${name}` })}>Silence machine</Button>}
          {can(ns, "delete", "entities") && <Button icon="delete" kind="danger" onClick={() => askDelete(ns, name, mine.length)}>Delete…</Button>}</div></header>
      <section class="embedded of-entity" aria-label="Its events"><EventList wanted={ordered(mine, sort as "severity", !!order)} scope={`entity|${ns}|${name}|${sort}|${order}`} columns={kEventColumns} label={`Events of ${name}`} ready={rows.value.loaded === "all"}
        empty={<Empty icon="events" title="No events of this machine">They come with the first result of a check.</Empty>} /></section>
      <SmallGraphs path={ourPath(ns, "events", name, "metrics")} />
      <div class="columns even"><SystemCard e={e} /><Card title="Labels and annotations"><Facts list={[["Labels", Object.keys(e.metadata.labels ?? {}).length ? <Pairs of={e.metadata.labels} to={(k, v) => address({ ns, page: "entities", query: { q: `${k}=${v}` } })} /> : "none"], ["Annotations", Object.keys(e.metadata.annotations ?? {}).length ? <Pairs of={e.metadata.annotations} /> : "none"]]} /></Card></div>
    </div>
  );
}

function SystemCard({ e }: { e: Entity }) {
  const s = e.system ?? {}, nets = (s.network?.interfaces ?? []).filter((i) => i.addresses?.length && i.name !== "lo");
  return (
    <Card title="System"><Facts list={[
      ["Kind", e.entity_class], ["Host name", s.hostname], ["System", [s.os, s.platform, s.platform_version, s.arch].filter(Boolean).join(" ")], ["Agent", e.sensu_agent_version], ["Seen", <Ago t={e.last_seen} />],
      ["Subscriptions", e.subscriptions?.join(", ")], ["Addresses", nets.length > 0 && <ul class="plain">{nets.map((i) => <li><T text={`${i.name}: ${i.addresses!.join(", ")}`} /></li>)}</ul>],
      ["When it leaves", e.deregister ? "it is deleted" : ""],
    ]} /></Card>
  );
}

function askDelete(ns: string, name: string, events: number) {
  ask({ title: `Delete ${name}?`, act: "Delete", danger: true, typed: name,
    text: <p>The machine goes, and its {plural(events, "event")}. An agent that is alive comes back within its next keepalive.</p>,
    run: () => void removeEntity(ns, name) });
}

async function removeEntity(ns: string, name: string) {
  try {
    await api("DELETE", nsPath(ns, "entities", name));
    toast(`${name} is deleted`);
    go(address({ ns, page: "entities" }));
  } catch (e) { toast((e as Error).message, true); }
}
