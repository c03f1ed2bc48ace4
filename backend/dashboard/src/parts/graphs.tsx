// backend/dashboard/src/parts/graphs.tsx - metrics of the last day: which one, of how long, as a picture and as a table of the same numbers.
import { useEffect, useRef, useState } from "preact/hooks";
import { useGet } from "../hooks";
import { route, setQuery } from "../route";
import { now, zone } from "../store";
import { clock, exact, moment, span } from "../text/time";
import { amount, edges, type Perf } from "../text/perfdata";
import type { Point } from "../text/scale";
import { Chart, type Limit } from "./chart";
import { Button, Card, T } from "./basic";
import { Failed, Loading } from "./states";

export interface Series { name: string; tags: { name: string; value: string }[] | null; points: [number, number, number, number][] }
export interface Metrics { step: number; series: Series[]; left_out: number }

const kSpans: [string, number][] = [["1 h", 3600], ["6 h", 21600], ["24 h", 86400]];
const title = (s: Series) => s.name + (s.tags?.length ? ` ${s.tags.map((t) => `${t.name}=${t.value}`).join(" ")}` : "");
const format = (unit: string) => (v: number) => (!unit && Math.abs(v) >= 1e6 ? v.toExponential(2) : !unit && v && Math.abs(v) < 0.1 ? String(Number(v.toPrecision(2))) : amount(v, unit));

/** Performance data of the same name knows unit and limits. */
const perfOf = (s: Series, perf: Perf[]) => perf.find((p) => s.name === p.label || s.name.endsWith(`.${p.label}`) || s.tags?.some((t) => t.value === p.label));

export function GraphCard({ path, perf, page }: { path: string; perf: Perf[]; page: string }) {
  const got = useGet<Metrics>(path);
  const { metric = "", span: shown = "6 h" } = route.value.query;
  const body = () => {
    if (got.error && !got.data) return got.error.status === 404 ? <p class="muted">No metrics are kept of this {page}.</p> : <Failed error={got.error} what="metrics" again={got.again} />;
    if (!got.data) return <Loading rows={4} />;
    const series = got.data.series, one = series.find((s) => title(s) === metric) ?? series[0];
    if (!one) return <p class="muted">No metrics yet: they come with the next results.</p>;
    return <><div class="graph-tools">
      <label class="sort"><span>Metric</span><select value={title(one)} onChange={(e) => setQuery({ metric: e.currentTarget.value, from: "", to: "" })}>{series.map((s) => <option value={title(s)}>{title(s)}</option>)}</select></label>
      <Spans shown={shown} /></div><Graph series={one} perf={perfOf(one, perf)} shown={shown} />
      {got.data.left_out > 0 && <p class="small muted">{got.data.left_out} more metrics are not kept: 32 of an event are.</p>}</>;
  };
  return <Card title="Graph" class="graph-card">{body()}</Card>;
}

function Spans({ shown }: { shown: string }) {
  const zoomed = !!route.value.query.from;
  return <div class="chips" role="group" aria-label="How long">{kSpans.map(([name]) => <button type="button" class="chip" aria-pressed={!zoomed && name === shown} onClick={() => setQuery({ span: name === "6 h" ? "" : name, from: "", to: "" })}>{name}</button>)}{zoomed && <button type="button" class="chip" onClick={() => setQuery({ from: "", to: "" })}>zoom out</button>}</div>;
}

/** All metrics of an entity, small; each is drawn when it comes into sight. */
export function SmallGraphs({ path }: { path: string }) {
  const got = useGet<Metrics>(path);
  if (!got.data?.series.length) return null;
  return <Card title="Metrics" class="graph-card"><div class="small-graphs">{got.data.series.map((s) => <Seen key={title(s)}><h3><T text={title(s)} /></h3><Graph series={s} shown="24 h" small /></Seen>)}</div></Card>;
}

function Seen({ children }: { children: preact.ComponentChildren }) {
  const ref = useRef<HTMLDivElement>(null), [seen, see] = useState(false);
  useEffect(() => {
    const look = new IntersectionObserver((e) => { if (e.some((x) => x.isIntersecting)) see(true); }, { rootMargin: "200px" });
    look.observe(ref.current!);
    return () => look.disconnect();
  }, []);
  return <div class="small-graph" ref={ref}>{seen && children}</div>;
}

export function Graph({ series, perf, shown, small = false }: { series: Series; perf?: Perf | undefined; shown: string; small?: boolean }) {
  const [at, setAt] = useState<number | null>(null), [table, setTable] = useState(false);
  const long = kSpans.find(([n]) => n === shown)?.[1] ?? 21600, q = route.value.query;
  const zoomed = !small && Number(q.from) > 0 && Number(q.to) > Number(q.from);
  const to = zoomed ? Number(q.to) : Math.ceil(now.value / 60) * 60, from = zoomed ? Number(q.from) : to - long;
  const points: Point[] = series.points.filter((p) => p[0] >= from && p[0] <= to).map(([t, mean, least, largest]) => ({ t, mean, least, largest }));
  const write = format(perf?.unit ?? ""), p = at !== null ? points[at] : points.at(-1);
  const limits: Limit[] = perf ? [...edges(perf.warn).map((value) => ({ value, tone: "warning" as const })), ...edges(perf.crit).map((value) => ({ value, tone: "critical" as const }))] : [];
  return (
    <div class="graph">
      <p class="readout small" aria-hidden="true">{p ? <><b>{write(p.mean)}</b> <span class="muted">{write(p.least)} … {write(p.largest)} at {clock(p.t, zone.value)}</span></> : <span class="muted">Nothing in the last {span(to - from)}</span>}</p>
      <Chart points={points} from={from} to={to} limits={limits} format={write} small={small} at={at} look={setAt} {...(small ? {} : { zoom: (a: number, b: number) => setQuery({ from: String(a), to: String(b) }, false) })} />
      <Summary points={points} write={write} name={title(series)} />
      {!small && <div class="graph-foot"><span class="small muted">Line: mean of two minutes. Band: least to largest.{limits.length > 0 && " Dashed: the limits of the check."} Drag to zoom.</span><Button kind="quiet" aria-expanded={table} onClick={() => setTable(!table)}>{table ? "Hide the table" : "As a table"}</Button></div>}
      {table && <Table points={points} write={write} name={title(series)} />}
    </div>
  );
}

function Summary({ points, write, name }: { points: Point[]; write: (v: number) => string; name: string }) {
  if (!points.length) return null;
  const least = Math.min(...points.map((p) => p.least)), largest = Math.max(...points.map((p) => p.largest)), last = points.at(-1)!;
  return <p class="hidden">Graph of {name}: last {write(last.mean)}, least {write(least)}, largest {write(largest)}.</p>;
}

function Table({ points, write, name }: { points: Point[]; write: (v: number) => string; name: string }) {
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label={`Values of ${name}`}><table class="values"><thead><tr><th>Time</th><th>Mean</th><th>Least</th><th>Largest</th></tr></thead>
      <tbody>{[...points].reverse().map((p) => <tr><td title={exact(p.t, zone.value)}>{moment(p.t, now.value, zone.value)}</td><td>{write(p.mean)}</td><td>{write(p.least)}</td><td>{write(p.largest)}</td></tr>)}</tbody></table></div>
  );
}
