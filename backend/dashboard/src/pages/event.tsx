// backend/dashboard/src/pages/event.tsx - one event: what exactly is wrong, since when, who knows, what can I do.
import { nsPath, ourPath, can, session } from "../api";
import { useGet, useKeys, useTitle } from "../hooks";
import { Icon } from "../icons";
import { Flag, rowKey, type Row } from "../rows";
import { address, entityAddress, eventAddress, go, labelAddress, route } from "../route";
import { now, rows, slowNow } from "../store";
import { ago, every, span } from "../text/time";
import { split } from "../text/perfdata";
import { silencesOf } from "../silences";
import type { Silenced } from "../acts";
import { Ago, Card, Facts, Pairs, plural, Status, statusName, T } from "../parts/basic";
import { ActButtons } from "../parts/bulk";
import { GraphCard } from "../parts/graphs";
import { IncidentsCard } from "../parts/incidents";
import { History, type Result } from "../parts/history";
import { Output } from "../parts/output";
import { Failed, Loading } from "../parts/states";
import { ToldCard } from "../parts/told_card";

interface Meta { name: string; namespace: string; labels?: Record<string, string> | null; annotations?: Record<string, string> | null }
interface Hook { metadata: Meta; output?: string; status: number; command?: string }
export interface Event {
  timestamp: number; pipelines?: unknown[] | null; metrics?: { points?: unknown[] } | null;
  entity: { metadata: Meta; entity_class?: string; system?: { os?: string; platform?: string; platform_version?: string }; subscriptions?: string[] | null; last_seen?: number; sensu_agent_version?: string };
  check?: {
    metadata: Meta; command?: string; interval?: number; cron?: string; ttl?: number; timeout?: number; handlers?: string[] | null; subscriptions?: string[] | null; pipelines?: unknown[] | null;
    status: number; output: string; executed: number; issued?: number; duration?: number; last_ok: number; occurrences: number; history?: Result[] | null; silenced?: string[] | null; is_silenced?: boolean;
    output_metric_format?: string; state?: string; hooks?: Hook[] | null; publish?: boolean; proxy_entity_name?: string; total_state_change?: number;
  };
}

export function EventPage() {
  const { ns, path } = route.value, [entity = "", check = ""] = path;
  useTitle(`${entity} / ${check}`);
  const row = rows.value.map.get(rowKey(ns, entity, check)), version = versionOf(row);
  const got = useGet<Event>(nsPath(ns, "events", entity, check), [], version);
  useKeys([{ keys: "Escape", does: "Back", group: "Everywhere", run: () => history.length > 1 ? history.back() : go(address({ ns, page: "problems" })) }]);
  if (got.error?.status === 404) return <Gone ns={ns} entity={entity} check={check} />;
  if (!got.data) return <div class="page"><h1 class="hidden"><T text={`${entity} / ${check}`} /></h1>{got.error ? <Failed error={got.error} what="event" again={got.again} ns={ns} /> : <Loading />}</div>;
  return <Shown event={got.data} row={row ?? rowOf(ns, got.data)} ns={ns} stale={got.error} version={version} />;
}

/** When the event is fetched anew: with every change of its row; and now and then, as results that say what the one before said are not streamed. */
const kAgainS = 30;
const versionOf = (r: Row | undefined) => [r?.executed, r?.status, r?.flags, r?.told, r?.occurrences, Math.floor(now.value / kAgainS)].join();

function Gone({ ns, entity, check }: { ns: string; entity: string; check: string }) {
  return <div class="page"><h1><T text={`${entity} / ${check}`} /></h1><p>This event is gone: it was deleted or has expired, or was never there.</p><p><a href={entityAddress(ns, entity)}>The machine <T text={entity} /></a> · <a href={address({ ns, page: "problems" })}>Problems</a></p></div>;
}

/** The list may not be here yet when one comes by a link. */
function rowOf(ns: string, e: Event): Row {
  const c = e.check!, name = e.entity.metadata.name;
  const flags = (c.is_silenced ? Flag.silenced : 0) | (c.command ? Flag.runnable : 0);
  return { key: rowKey(ns, name, c.metadata.name), ns, entity: name, check: c.metadata.name, status: c.status, flags, occurrences: c.occurrences, executed: c.executed, since: sinceOf(c), told: "", output: c.output, hay: "" };
}

function sinceOf(c: NonNullable<Event["check"]>): number {
  let since = c.executed;
  for (const r of [...(c.history ?? [])].reverse()) { if (r.status !== c.status) break; since = r.executed; }
  return c.status && c.last_ok ? Math.min(since, c.last_ok) : since;
}

function Shown({ event, row, ns, stale, version }: { event: Event; row: Row; ns: string; stale: Error | null; version: string }) {
  const c = event.check;
  if (!c) return <div class="page"><h1><T text={row.entity} /></h1><p>This event has metrics and no check.</p></div>;
  const silenced = (row.flags & Flag.silenced) !== 0, perf = c.output_metric_format === "nagios_perfdata" || /\|/.test(c.output);
  const handlers = (c.handlers?.length ?? 0) + (c.pipelines?.length ?? 0) + (event.pipelines?.length ?? 0);
  const hasGraph = !!c.output_metric_format || !!event.metrics || (row.flags & Flag.metrics) !== 0;
  return (
    <div class={`page event edge-${statusName(c.status)}`}>
      <EventHead event={event} row={row} ns={ns} silenced={silenced} />
      {stale && <p class="notice bad" role="alert">{stale.message}</p>}
      <div class="columns">
        <div>
          <Output text={c.output} perf={perf} />
          <Card title="History"><History list={c.history ?? []} /></Card>
          <IncidentsCard ns={ns} entity={row.entity} check={row.check} version={version} />
          {hasGraph && <GraphCard path={ourPath(ns, "events", row.entity, row.check, "metrics")} perf={split(c.output).perf} page="event" />}
          {(c.hooks ?? []).map((h) => <Output title={`Hook ${h.metadata.name}, status ${h.status}`} text={h.output ?? ""} perf={false} />)}
        </div>
        <div>
          <ToldCard ns={ns} entity={row.entity} check={row.check} handlers={handlers} status={c.status} occurrences={c.occurrences} silenced={silenced} version={version} />
          <Around event={event} ns={ns} entity={row.entity} silenced={silenced} />
          <CheckCard event={event} ns={ns} />
          <EntityCard event={event} ns={ns} />
        </div>
      </div>
    </div>
  );
}

function EventHead({ event, row, ns, silenced }: { event: Event; row: Row; ns: string; silenced: boolean }) {
  const c = event.check!, since = row.since || sinceOf(c), t = slowNow.value, next = isRun(c) && c.interval ? c.executed + c.interval - now.value : 0;
  return (
    <header class="event-head">
      <a class="back" href={address({ ns, page: c.status ? "problems" : "events" })}><Icon name="back" />{c.status ? "Problems" : "Events"}</a>
      <div class="title"><Status status={c.status} badge />{silenced && <span class="status badge s-silenced is-silenced"><Icon name="silenced" />Silenced</span>}
        <h1><a href={entityAddress(ns, row.entity)}><T text={row.entity} /></a> <span class="slash">/</span> <T text={row.check} /></h1></div>
      <p class="facts-line"><b>{c.status ? "Failing" : "OK"} for {span(t - since)}</b> · {c.occurrences === 1 ? "one result" : `${c.occurrences} results in a row`} · last {ago(c.executed, t)}{next > 0 && <> · next in about {span(next)}</>}{c.state === "flapping" && " · flapping"}</p>
      <div class="acts"><ActButtons list={[{ ...row, flags: silenced ? row.flags | Flag.silenced : row.flags }]} after={() => go(address({ ns, page: "problems" }))} /></div>
    </header>
  );
}

/** Whether somebody runs it. A result that comes by itself has an interval, too, which nothing keeps to. */
const isRun = (c: NonNullable<Event["check"]>) => !!c.command && (!!c.cron || !!c.interval) && c.publish !== false;

/** What it hangs together with: what silences it, and what it depends on. */
function Around({ event, ns, entity, silenced: is }: { event: Event; ns: string; entity: string; silenced: boolean }) {
  const c = event.check!, may = can(ns, "list", "silenced"), list = useGet<Silenced[]>(is && may ? nsPath(ns, "silenced") : "", ["silenced"]).data;
  const silenced = is ? (list ? silencesOf(event, list, slowNow.value) : may ? [] : c.silenced ?? []) : [];
  const on = [c.metadata.annotations, event.entity.metadata.annotations].flatMap((a) => (a?.["picket.io/depends-on"] ?? "").split(",").map((s) => s.trim()).filter(Boolean));
  if (!silenced.length && !on.length) return null;
  return (
    <Card title="Kept quiet by"><Facts list={[
      ["Silences", silenced.length > 0 && <ul class="plain">{silenced.map((n) => <li><a href={address({ ns, page: "silences", query: { q: n } })}><T text={n} /></a></li>)}</ul>],
      ["Depends on", on.length > 0 && <ul class="plain">{on.map((d) => <Dependency ns={ns} name={d} entity={entity} />)}</ul>],
    ]} /></Card>
  );
}

function Dependency({ ns, name, entity }: { ns: string; name: string; entity: string }) {
  const [e, c] = name.includes("/") ? [name.slice(0, name.indexOf("/")), name.slice(name.indexOf("/") + 1)] : [entity, name];
  const row = rows.value.map.get(rowKey(ns, e!, c!));
  return <li><a href={eventAddress(ns, e!, c!)}><T text={`${e} / ${c}`} /></a> {row ? <Status status={row.status} /> : <span class="muted">no result</span>}</li>;
}

const pairs = (of: Record<string, string> | null | undefined, to?: (k: string, v: string) => string) => (Object.keys(of ?? {}).length ? <Pairs of={of} to={to} /> : "");
/** Events that have the label; guests may not select by one. */
const labelled = (ns: string) => (session.value?.guest ? undefined : labelAddress(ns));

function CheckCard({ event, ns }: { event: Event; ns: string }) {
  const c = event.check!, name = c.metadata.name;
  return (
    <Card title="Check" side={can(ns, "get", "checks") && c.command && <a href={address({ ns, page: "checks", path: [name] })}>Definition</a>}>
      <Facts list={[
        ["Command", c.command && <code class="command"><T text={c.command} /></code>], ["Runs", !c.command ? "its results come by themselves" : !isRun(c) ? "by hand only" : c.cron ? <>by <code>{c.cron}</code></> : every(c.interval!)],
        ["Took", c.duration ? `${c.duration.toFixed(2)} s` : ""], ["Timeout", c.timeout ? span(c.timeout) : ""], ["Expected within", c.ttl && c.ttl > 0 ? `${span(c.ttl)} (ttl)` : ""],
        ["Subscriptions", c.subscriptions?.join(", ")], ["Handlers", c.handlers?.join(", ")], ["Labels", pairs(c.metadata.labels, labelled(ns))], ["Annotations", pairs(c.metadata.annotations)],
      ]} />
    </Card>
  );
}

function EntityCard({ event, ns }: { event: Event; ns: string }) {
  const e = event.entity, s = e.system ?? {}, name = e.metadata.name;
  const others = [...rows.value.map.values()].filter((r) => r.ns === ns && r.entity === name && r.status && r.check !== event.check?.metadata.name).length;
  return (
    <Card title="Machine" side={<a href={entityAddress(ns, name)}>{others ? plural(others, "other problem") : "All of it"}</a>}>
      <Facts list={[
        ["System", [s.os, s.platform, s.platform_version].filter(Boolean).join(" ")], ["Kind", e.entity_class], ["Seen", e.last_seen ? <Ago t={e.last_seen} /> : ""],
        ["Agent", e.sensu_agent_version], ["Subscriptions", e.subscriptions?.join(", ")], ["Labels", pairs(e.metadata.labels, labelled(ns))],
      ]} />
    </Card>
  );
}
