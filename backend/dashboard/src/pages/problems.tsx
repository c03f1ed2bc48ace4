// backend/dashboard/src/pages/problems.tsx - what is broken now, since when, and was anybody told; and with every event, the page Events.
import { useEffect, useLayoutEffect, useMemo } from "preact/hooks";
import { signal, useComputed, useSignal } from "@preact/signals";
import { useKeys, useTitle } from "../hooks";
import { Icon } from "../icons";
import { useHeld } from "../list/hold";
import { all, keep, kNothing } from "../list/select";
import { Grid, type Column } from "../list/grid";
import { fieldOf, matches, parse, withField, type Query } from "../query";
import { count, Flag, isSilenced, open, ordered, type Counts, type Row, type Sort } from "../rows";
import { address, eventAddress, go, route, setQuery } from "../route";
import { counts, kRowsLimit, narrowed, now, rows, rowsLoad, slowNow, summary } from "../store";
import { line } from "../text/plain";
import { rough, span } from "../text/time";
import { selection } from "../ui";
import { Button, For, number, plural, Status, statusName, T, Told } from "../parts/basic";
import { ActButtons } from "../parts/bulk";
import { Chip, FilterBox, SortBox } from "../parts/filter";
import { Empty, Failed, Loading } from "../parts/states";

export const selectedRows = () => [...selection.value.keys].flatMap((k) => rows.value.map.get(k) ?? []);
const focus = signal<string | null>(null);
const kSorts: [Sort, string][] = [["severity", "worst first"], ["since", "newest first"], ["executed", "last result"], ["entity", "machine"], ["check", "check"]];
export const kFilterHelp = "Filter: words, status:critical, entity:web*, told:no, since:>1h";

// ---- which rows ----

interface Wanted { list: Row[]; filtered: Counts; query: Query }

/** Problems: what fails and is not silenced, unless the filter asks for silenced ones. */
function wantedOf(problems: boolean, q: string, sort: Sort, reversed: boolean, extra?: (r: Row) => boolean): Wanted {
  const query = parse(q), word = parse(withField(withField(q, "status", ""), "silenced", "")), asksSilenced = query.terms.some((t) => t.field === "silenced");
  const t = slowNow.value, filtered: Row[] = [], list: Row[] = [];
  for (const r of rows.value.map.values()) {
    if ((extra && !extra(r)) || !matches(word, r, t)) continue;
    filtered.push(r);
    if (problems && (!r.status || (isSilenced(r) && !asksSilenced))) continue;
    if (matches(query, r, t)) list.push(r);
  }
  return { list: ordered(list, sort, reversed), filtered: q || extra ? count(filtered) : counts.value, query };
}

// ---- the page ----

export function Problems({ problems }: { problems: boolean }) {
  useTitle(problems ? "Problems" : "Events");
  const { q = "", sort = "severity", order = "" } = route.value.query;
  const wanted = useMemo(() => wantedOf(problems, q, sort as Sort, order === "desc"), [problems, q, sort, order, rows.value, counts.value, /since:/.test(q) && slowNow.value]);
  useServerFilter(wanted.query, q);
  const r = rows.value;
  if (r.error && r.loaded === "no") return <><h1 class="hidden">{problems ? "Problems" : "Events"}</h1><Failed error={r.error} what="events" ns={route.value.ns} again={() => void rowsLoad().catch(() => undefined)} /></>;
  return (
    <div class="list-page">
      <Headline problems={problems} list={wanted.list} />
      <div class="toolbar"><Chips problems={problems} counts={wanted.filtered} q={q} />
        <div class="tools"><FilterBox label="Filter events" help={kFilterHelp} /><SortBox sorts={kSorts} usual="severity" /></div></div>
      <EventList wanted={wanted.list} scope={`${problems}|${route.value.ns}|${q}|${sort}|${order}`} columns={route.value.ns ? kColumns : kAllColumns} label={problems ? "Problems" : "Events"}
        empty={<Nothing problems={problems} q={q} />} ready={r.loaded === "all" || (problems && r.loaded === "problems")} />
    </div>
  );
}

/** Labels, and more rows than a page holds, are the backend's to filter. */
function useServerFilter(query: Query, q: string) {
  const wants = query.server || (rows.value.partial || narrowed.value) && q ? q : "";
  useEffect(() => { const t = setTimeout(() => { narrowed.value = wants; }, 200); return () => clearTimeout(t); }, [wants]);
  useEffect(() => () => { narrowed.value = ""; }, []);
}

// ---- the answer in a sentence ----

function Headline({ problems, list }: { problems: boolean; list: Row[] }) {
  const c = counts.value, failing = [2, 1, 3].filter((s) => open(c, s) > 0);
  const newest = list.reduce((m, r) => Math.max(m, r.since), 0), untold = list.filter((r) => r.told !== "told").length;
  const machines = new Set(list.map((r) => `${r.ns}/${r.entity}`)).size;
  if (!problems) return <header class="headline"><h1>Events</h1><p class="muted">Every check on every machine, with its last result.</p></header>;
  return (
    <header class={`headline ${failing.length ? `worst-${statusName(failing[0]!)}` : "well"}`}>
      <h1><span class="hidden">Problems: </span>{failing.length ? failing.map((s, i) => <>{i > 0 && ", "}<span class={`s-${statusName(s)}`}>{number(open(c, s))} {statusName(s)}</span></>) : rows.value.loaded === "no" ? "Problems" : "All is well"}</h1>{!failing.length && c.some((s, i) => i && s[1]) && <p>but for what is silenced</p>}
      {list.length > 0 && <p>on {plural(machines, "machine")} · newest {slowNow.value - newest < 5 ? "just now" : `${rough(slowNow.value - newest)} ago`}{untold > 0 && <> · <a href={address({ ...route.value, query: { ...route.value.query, q: withField(route.value.query.q ?? "", "told", "no") } })}>nobody was told about {number(untold)}</a></>}</p>}
    </header>
  );
}

// ---- chips ----

function Chips({ problems, counts: c, q }: { problems: boolean; counts: Counts; q: string }) {
  const status = fieldOf(q, "status"), silenced = fieldOf(q, "silenced");
  const to = (change: [("status" | "silenced"), string][]) => () => { setQuery({ q: change.reduce((text, [f, v]) => withField(text, f, v), q) }, false); selection.value = kNothing; };
  const total = (i: 0 | 1) => c.reduce((n, s, at) => n + (problems && !at ? 0 : s[i]), 0);
  const shown = (s: number) => (problems ? open(c, s) : c[s]![0]);
  const chip = (s: number, name: string) => <Chip name={name} icon={(["ok", "warning", "critical", "unknown"] as const)[s]} tone={`s-${statusName(s)}`} n={shown(s)} on={status === statusName(s)} run={to([["status", status === statusName(s) ? "" : statusName(s)], ["silenced", ""]])} />;
  return (
    <div class="chips" role="group" aria-label="Status">
      <Chip name="All" n={problems ? total(0) - total(1) : total(0)} on={!status && !silenced} run={to([["status", ""], ["silenced", ""]])} />
      {chip(2, "Critical")}{chip(1, "Warning")}{chip(3, "Unknown")}{!problems && chip(0, "OK")}
      <Chip name="Silenced" icon="silenced" tone="s-silenced" n={total(1)} on={silenced === "yes"} run={to([["silenced", silenced === "yes" ? "" : "yes"], ["status", ""]])} />
    </div>
  );
}

// ---- the list ----

const kColumns: Column[] = [{ id: "status", name: "Status", sort: "severity" }, { id: "what", name: "Machine / check", sort: "entity" }, { id: "output", name: "What it says" }, { id: "since", name: "Since", sort: "since" }, { id: "times", name: "Times" }, { id: "told", name: "Told" }];
const kAllColumns: Column[] = [...kColumns.slice(0, 2), { id: "ns", name: "Namespace" }, ...kColumns.slice(2)];

/** Without the numbers for machines behind the bar. */
export const saying = (output: string) => output.replace(/[;\s]*\|\s*[^|]*=-?[\d.][^]*$/, "");

function cells(r: Row & { gone?: boolean }) {
  const what = <a class="name" tabIndex={-1} href={eventAddress(r.ns, r.entity, r.check)}><b><T text={r.entity} /></b><span class="slash"> / </span><T text={r.check} /></a>;
  const list = [
    <Status status={r.status} silenced={isSilenced(r)} />, what, <span class="output" title={line(r.output)}><T text={saying(r.output)} /></span>,
    <For since={r.since} />, <span title={`${r.occurrences} results in a row`}>{r.occurrences}×</span>,
    <span class="marks">{isSilenced(r) ? <span class="told t-quiet"><Icon name="silenced" /><span>silenced</span></span> : r.status || r.told === "told" ? <Told told={r.told} /> : null}
      {(r.flags & Flag.flapping) !== 0 && <Icon name="flap" title="Flapping: it changes again and again" />}</span>,
  ];
  return route.value.ns ? list : [...list.slice(0, 2), <T text={r.ns} />, ...list.slice(2)];
}
const rowClass = (r: Row & { gone?: boolean }) => `edge-${statusName(r.status)}${isSilenced(r) ? " silenced" : ""}${r.gone ? " gone" : ""}`;
const byKey = (r: Row) => r.key, latest = (k: string) => rows.value.map.get(k);

// What comes and goes around the list stands under it: nothing above moves its rows.
export function EventList({ wanted, scope, columns, label, empty, ready }: { wanted: Row[]; scope: string; columns: Column[]; label: string; empty: preact.ComponentChildren; ready: boolean }) {
  const inUse = useSignal(false), busy = useComputed(() => inUse.value || selection.value.keys.size > 0);
  const { shown, pending, apply } = useHeld(wanted, byKey, latest, busy.value || inGrid(), `${scope}|${rows.value.loaded}`);
  const { sort = "severity", order = "" } = route.value.query;
  useLayoutEffect(() => { selection.value = kNothing; focus.value = route.value.query.row ?? null; }, [scope]);
  useEffect(() => { selection.value = keep(selection.value, (k) => rows.value.map.has(k)); }, [rows.value]);
  useEffect(() => { if (focus.value && focus.value !== route.value.query.row && inGrid()) setQuery({ row: focus.value }); }, [focus.value]);
  useKeys([{ keys: ".", does: "Show what changed", group: "Lists", run: apply },
    { keys: "Escape", does: "Clear the selection", group: "Lists", run: () => { if (selection.value.keys.size) selection.value = kNothing; else (document.activeElement as HTMLElement | null)?.blur(); } }]);
  const onSort = (s: string) => setQuery(s === sort ? { order: order ? "" : "desc" } : { sort: s === "severity" ? "" : s, order: "" }, false);
  const chosen = selectedRows(), focused = focus.value ? latest(focus.value) : undefined;
  if (!ready && !wanted.length) return <Loading />;
  return (
    <div class="list-box">
      {shown.length ? <Grid name={columns.length > 6 ? "events-all" : "events"} label={label} items={shown} keyOf={byKey} columns={columns} cells={cells} describe={(r) => `${r.entity} / ${r.check}`} rowClass={rowClass}
        open={(r) => go(eventAddress(r.ns, r.entity, r.check))} focus={focus} selection={selection} inUse={inUse} sort={sort} reversed={!!order} onSort={onSort} /> : empty}
      {pending > 0 && <button type="button" class="pending" onClick={apply}>{plural(pending, "change")}<span class="muted"> — press <kbd>.</kbd> to show</span></button>}
      {rows.value.error && <p class="notice bad" role="alert"><Icon name="failed" />The events could not be fetched anew: {rows.value.error.message} <Button kind="quiet" onClick={() => void rowsLoad().catch(() => undefined)}>Try again</Button></p>}
      {rows.value.partial && <p class="partial">{number(rows.value.map.size)} of {number(rows.value.matched)}: narrow the filter to see the rest</p>}
      {chosen.length > 0 ? <SelectionBar chosen={chosen} total={wanted.length} keys={wanted} /> : <ActButtons hidden list={focused ? [focused] : []} />}
    </div>
  );
}
const inGrid = () => !!document.activeElement?.closest("[data-list]");

function SelectionBar({ chosen, total, keys }: { chosen: Row[]; total: number; keys: Row[] }) {
  return (
    <div class="selection" role="toolbar" aria-label="Selected events">
      <b>{number(chosen.length)} selected</b>
      {chosen.length < total && <Button kind="quiet" onClick={() => { selection.value = all(keys.map(byKey)); }}>Select all {number(total)} that match</Button>}
      <ActButtons list={chosen} after={() => { selection.value = kNothing; }} />
      <Button kind="quiet" icon="close" onClick={() => { selection.value = kNothing; }}>Clear</Button>
    </div>
  );
}

function Nothing({ problems, q }: { problems: boolean; q: string }) {
  const c = counts.value, total = c.reduce((n, s) => n + s[0], 0), ok = c[0]![0], silenced = c[1]![1] + c[2]![1] + c[3]![1];
  const last = [...rows.value.map.values()].reduce((m, r) => Math.max(m, r.executed), 0);
  if (q) return <Empty icon="search" title="Nothing matches"><Button onClick={() => setQuery({ q: "" }, false)}>Clear the filter</Button></Empty>;
  if (!total && !(summary.value?.namespaces.length === 0)) return <Empty icon="entities" title="No events yet">Start an agent: <code>picket agent start --backend-url ws://{location.hostname}:8081</code></Empty>;
  if (problems) return <Empty icon="ok" title="Nothing is failing">{plural(ok, "check is", "checks are")} OK{last > 0 && `, last result ${span(now.value - last)} ago`}.{silenced > 0 && <> <a href={address({ ...route.value, query: { q: "silenced:yes" } })}>{plural(silenced, "silenced problem")}</a>.</>}</Empty>;
  return <Empty icon="events" title="No events">None in this namespace that holds up to {number(kRowsLimit)} of them.</Empty>;
}
