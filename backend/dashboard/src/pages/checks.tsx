// backend/dashboard/src/pages/checks.tsx - does what should run, run, and where does it fail; and one check with its results by machine.
import { useMemo, useState } from "preact/hooks";
import { signal } from "@preact/signals";
import { execute, publish } from "../acts";
import { can, nsPath } from "../api";
import { useGet, useTitle } from "../hooks";
import { Icon } from "../icons";
import { Grid, type Column } from "../list/grid";
import { count, ordered, type Counts } from "../rows";
import { address, go, route, setQuery } from "../route";
import { namespaces, rows, toast } from "../store";
import { every, span } from "../text/time";
import { yaml } from "../text/yaml";
import { silenceOpen } from "../ui";
import { Button, Card, Facts, number, Pairs, plural, statusName, T } from "../parts/basic";
import { Dialog } from "../parts/dialog";
import { FilterBox } from "../parts/filter";
import { Empty, Failed, Loading, Show } from "../parts/states";
import { Yaml } from "./config";
import { PickNamespace } from "./entities";
import { EventList } from "./problems";

interface CheckConfig {
  metadata: { name: string; namespace: string; labels?: Record<string, string> | null; annotations?: Record<string, string> | null };
  command: string; interval: number; cron?: string; timeout: number; ttl: number; publish: boolean; round_robin: boolean; handlers?: string[] | null; subscriptions?: string[] | null;
  pipelines?: { name: string }[] | null; runtime_assets?: string[] | null; proxy_entity_name?: string; proxy_requests?: unknown; env_vars?: string[] | null; output_metric_format?: string;
}
const focus = signal<string | null>(null);
const running = signal<{ ns: string; check: string } | null>(null);
const when = (c: CheckConfig) => (c.cron ? `cron ${c.cron}` : c.interval ? every(c.interval) : "by hand only");
const toldBy = (c: CheckConfig) => [...(c.handlers ?? []), ...(c.pipelines ?? []).map((p) => p.name)];

function countsBy(): Map<string, Counts> {
  const lists = new Map<string, ReturnType<typeof ordered>>();
  for (const r of rows.value.map.values()) { const k = `${r.ns}/${r.check}`, l = lists.get(k); if (l) l.push(r); else lists.set(k, [r]); }
  return new Map([...lists].map(([k, l]) => [k, count(l)]));
}

export function Checks() {
  useTitle("Checks");
  const ns = route.value.ns || (namespaces.value.length === 1 ? namespaces.value[0]! : ""), q = (route.value.query.q ?? "").toLowerCase();
  const got = useGet<CheckConfig[]>(ns ? nsPath(ns, "checks") : "", ["checks"]);
  const counts = useMemo(countsBy, [rows.value]);
  if (!ns) return <PickNamespace what="Checks" page="checks" />;
  const list = (got.data ?? []).filter((c) => `${c.metadata.name} ${c.command} ${(c.subscriptions ?? []).join(" ")} ${toldBy(c).join(" ")}`.toLowerCase().includes(q)).sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  return (
    <div class="list-page">
      <header class="headline"><h1>Checks</h1><p class="muted">What is run, where, and who hears of it.</p></header>
      <div class="toolbar"><div class="tools"><FilterBox label="Filter checks" help="Filter: name, command, subscription, handler" fields={false} /></div></div>
      <Show of={got} what="checks" ns={ns}>{(all) => list.length ? <Grid name="checks" label="Checks" items={list} keyOf={(c) => c.metadata.name} columns={kColumns} cells={(c) => cells(c, ns, counts.get(`${ns}/${c.metadata.name}`))} describe={(c) => c.metadata.name}
        open={(c) => go(address({ ns, page: "checks", path: [c.metadata.name] }))} focus={focus} /> : all.length ? <Empty icon="search" title="Nothing matches"><Button onClick={() => setQuery({ q: "" }, false)}>Clear the filter</Button></Empty>
        : <Empty icon="checks" title="No checks yet"><code>picket ctl create -f checks.yaml</code>, or results come by themselves on port 3030.</Empty>}</Show>
      {running.value && <RunDialog key={running.value.check} {...running.value} />}
    </div>
  );
}

const kColumns: Column[] = [{ id: "what", name: "Name" }, { id: "when", name: "Runs" }, { id: "subs", name: "Where" }, { id: "to", name: "Tells" }, { id: "results", name: "Results" }, { id: "do", name: "Actions" }];

export function Results({ c, to }: { c: Counts | undefined; to?: (status: number) => string }) {
  const shown = ([2, 1, 3, 0] as const).filter((s) => (c?.[s]?.[0] ?? 0) > 0);
  if (!shown.length) return <span class="muted">none yet</span>;
  return <span class="results">{shown.map((s) => { const inside = <><Icon name={(["ok", "warning", "critical", "unknown"] as const)[s]} title={statusName(s)} />{number(c![s]![0])}</>; return to ? <a tabIndex={-1} class={`s-${statusName(s)}`} href={to(s)}>{inside}</a> : <span class={`s-${statusName(s)}`}>{inside}</span>; })}</span>;
}

function cells(c: CheckConfig, ns: string, counts: Counts | undefined) {
  const name = c.metadata.name, tells = toldBy(c);
  return [
    <a class="name" tabIndex={-1} href={address({ ns, page: "checks", path: [name] })}><b><T text={name} /></b></a>,
    c.publish || !(c.interval || c.cron) ? <T text={when(c)} /> : <span class="paused"><Icon name="pause" />paused</span>, <span class="muted"><T text={(c.subscriptions ?? []).join(", ") || "nowhere"} /></span>,
    tells.length ? <T text={tells.join(", ")} /> : <span class="muted">nobody</span>, <Results c={counts} to={(s) => address({ ns, page: "events", query: { q: `check:${name} status:${statusName(s)}` } })} />,
    <Runs c={c} ns={ns} small />,
  ];
}

function Runs({ c, ns, small }: { c: CheckConfig; ns: string; small?: boolean }) {
  const name = c.metadata.name, tab = small ? -1 : undefined, fail = (e: Error) => toast(e.message, true);
  return <>{can(ns, "create", "checks") && <Button tabIndex={tab} icon="run" kind={small ? "quiet" : undefined} onClick={() => { running.value = { ns, check: name }; }}>Run now…</Button>}
    {can(ns, "update", "checks") && (c.interval || c.cron) && (c.publish ? !small && <Button icon="pause" onClick={() => void publish(ns, name, false).catch(fail)}>Pause</Button>
      : <Button tabIndex={tab} icon="play" kind={small ? "quiet" : undefined} onClick={() => void publish(ns, name, true).catch(fail)}>Publish</Button>)}</>;
}

/** Everywhere, or on some machines. */
function RunDialog({ ns, check }: { ns: string; check: string }) {
  const [where, setWhere] = useState(""), close = () => { running.value = null; };
  const machines = where.split(/[\s,]+/).filter(Boolean);
  const run = async (e: Event) => {
    e.preventDefault();
    close();
    try { await execute(ns, check, machines.length ? machines.map((m) => (m.includes(":") ? m : `entity:${m}`)) : undefined); toast(`${check} was asked for ${machines.length ? `on ${machines.join(", ")}` : "everywhere it runs"}`); } catch (x) { toast((x as Error).message, true); }
  };
  return <Dialog title={`Run ${check} now`} onClose={close}><form onSubmit={(e) => void run(e)}><label class="field"><span>On these machines (empty: everywhere its subscriptions say)</span><input data-first value={where} spellcheck={false} autocomplete="off" placeholder="web1, web2" onInput={(e) => setWhere(e.currentTarget.value)} /></label>
    <footer><Button onClick={close}>Cancel</Button><Button type="submit" kind="main" icon="run">Run</Button></footer></form></Dialog>;
}

const kEventColumns: Column[] = [{ id: "status", name: "Status", sort: "severity" }, { id: "what", name: "Machine", sort: "entity" }, { id: "output", name: "What it says" }, { id: "since", name: "Since", sort: "since" }, { id: "times", name: "Times" }, { id: "told", name: "Told" }];

export function CheckPage() {
  const { ns, path: [name = ""], query: { sort = "severity", order = "" } } = route.value;
  useTitle(name);
  const got = useGet<CheckConfig>(nsPath(ns, "checks", name), ["checks"]);
  const mine = [...rows.value.map.values()].filter((r) => r.check === name && r.ns === ns), c = got.data;
  if (!c && got.error && got.error.status !== 404) return <div class="page"><h1><T text={name} /></h1><Failed error={got.error} what="checks" again={got.again} ns={ns} /></div>;
  if (!c && !got.error) return <div class="page"><h1 class="hidden"><T text={name} /></h1><Loading /></div>;
  return (
    <div class="page">
      <header class="event-head"><a class="back" href={address({ ns, page: "checks" })}><Icon name="back" />Checks</a>
        <div class="title"><h1><T text={name} /></h1></div>
        <p class="facts-line">{c ? <>{c.publish ? <b>{when(c)}</b> : <b class="paused"><Icon name="pause" />paused: nobody runs it</b>}{c.timeout > 0 && ` · timeout ${span(c.timeout)}`}{c.ttl > 0 && ` · expected within ${span(c.ttl)}`} · tells {toldBy(c).join(", ") || "nobody"}</> : "There is no check of this name here; its results come by themselves."}</p>
        <div class="acts">{c && <Runs c={c} ns={ns} />}{can(ns, "create", "silenced") && <Button icon="silenced" onClick={() => silenceOpen({ ns, check: name })}>Silence</Button>}</div></header>
      <section class="embedded of-check" aria-label="Its results"><h2 class="side-title">{plural(mine.length, "result")} by machine <Results c={count(mine)} /></h2><EventList wanted={ordered(mine, sort as "severity", !!order)} scope={`check|${ns}|${name}|${sort}|${order}`} columns={kEventColumns} label={`Results of ${name}`} ready={rows.value.loaded === "all"}
        empty={<Empty icon="events" title="No results yet">They come with its first run.</Empty>} /></section>
      {c && <div class="columns even"><Definition c={c} /><Card title="As YAML"><Yaml text={yaml("CheckConfig", c as unknown as Record<string, unknown>)} /></Card></div>}
      {running.value && <RunDialog key={running.value.check} {...running.value} />}
    </div>
  );
}

function Definition({ c }: { c: CheckConfig }) {
  return (
    <Card title="Definition"><Facts list={[
      ["Command", c.command && <code class="command"><T text={c.command} /></code>], ["Runs", when(c)], ["Round robin", c.round_robin ? "one machine at a time" : ""], ["Subscriptions", c.subscriptions?.join(", ")], ["Handlers", c.handlers?.join(", ")],
      ["Pipelines", c.pipelines?.map((p) => p.name).join(", ")], ["Assets", c.runtime_assets?.join(", ")], ["Reports as", c.proxy_entity_name], ["Metrics", c.output_metric_format],
      ["Labels", Object.keys(c.metadata.labels ?? {}).length > 0 && <Pairs of={c.metadata.labels} />], ["Annotations", Object.keys(c.metadata.annotations ?? {}).length > 0 && <Pairs of={c.metadata.annotations} />],
    ]} /></Card>
  );
}
