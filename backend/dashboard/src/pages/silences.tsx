// backend/dashboard/src/pages/silences.tsx - what is quiet, until when, because of whom.
import { useMemo } from "preact/hooks";
import { silenceEnd, type Silenced } from "../acts";
import { can, nsPath } from "../api";
import { useGet, useKeys, useTitle } from "../hooks";
import { Icon } from "../icons";
import { isSilenced } from "../rows";
import { address, route, setQuery } from "../route";
import { namespaces, now, rows, toast, touch, zone } from "../store";
import { exact, moment, span } from "../text/time";
import { silenceOpen } from "../ui";
import { Button, plural, Rich, T } from "../parts/basic";
import { ask } from "../parts/dialog";
import { Chip, FilterBox } from "../parts/filter";
import { Empty, Show } from "../parts/states";
import { PickNamespace } from "./entities";

const kSoonS = 3600;
type State = "active" | "later" | "ending";
const stateOf = (s: Silenced, t: number): State => (s.begin > t ? "later" : s.expire_at > 0 && s.expire_at - t <= kSoonS ? "ending" : "active");

export function silenceTitle(s: Silenced): string {
  const who = s.subscription?.startsWith("entity:") ? s.subscription.slice(7) : s.subscription && s.subscription !== "*" ? `subscription ${s.subscription}` : "every machine";
  return `${who} / ${s.check && s.check !== "*" ? s.check : "every check"}`;
}

/** How many events on this page it hits: those of its machine and check. Of subscriptions the page knows too little. */
function hits(s: Silenced): number | null {
  const machine = s.subscription?.startsWith("entity:") ? s.subscription.slice(7) : "";
  if (s.subscription && s.subscription !== "*" && !machine) return null;
  let n = 0;
  for (const r of rows.value.map.values()) if (r.ns === s.metadata.namespace && (!machine || r.entity === machine) && (!s.check || s.check === "*" || r.check === s.check) && isSilenced(r)) n++;
  return n;
}

export function Silences() {
  useTitle("Silences");
  const ns = route.value.ns || (namespaces.value.length === 1 ? namespaces.value[0]! : ""), { q = "", only = "" } = route.value.query;
  const got = useGet<Silenced[]>(ns ? nsPath(ns, "silenced") : "", ["silenced"]);
  const may = can(ns, "create", "silenced");
  useKeys(may ? [{ keys: "n", does: "New silence", group: "Silences", run: () => silenceOpen({ ns }) }] : []);
  const t = now.value;
  const all = useMemo(() => [...(got.data ?? [])].sort((a, b) => (a.expire_at > 0 ? a.expire_at : 1e12) - (b.expire_at > 0 ? b.expire_at : 1e12)), [got.data]);
  if (!ns) return <PickNamespace what="Silences" page="silences" />;
  const shown = all.filter((s) => (!only || (only === "active" ? stateOf(s, t) !== "later" : stateOf(s, t) === only)) && `${s.metadata.name} ${s.reason ?? ""} ${s.creator ?? ""}`.toLowerCase().includes(q.toLowerCase()));
  const n = (state: State) => all.filter((s) => stateOf(s, t) === state).length;
  const chip = (state: State, name: string, count: number) => <Chip name={name} n={count} on={only === state} run={() => setQuery({ only: only === state ? "" : state }, false)} />;
  return (
    <div class="list-page">
      <header class="headline with-act"><div><h1>Silences</h1><p class="muted">What nobody is told about, until when, and who wanted it so.</p></div>{may && <Button kind="main" icon="plus" shortcut="n" onClick={() => silenceOpen({ ns })}>New silence</Button>}</header>
      <div class="toolbar"><div class="chips" role="group" aria-label="State">{chip("active", "Active", n("active") + n("ending"))}{chip("later", "Begins later", n("later"))}{chip("ending", "Ends within 1 h", n("ending"))}</div><div class="tools"><FilterBox label="Filter silences" help="Filter: machine, check, reason, person" fields={false} /></div></div>
      <Show of={got} what="silences" ns={ns}>{() => shown.length ? <ul class="silences">{shown.map((s) => <One key={s.metadata.name} s={s} ns={ns} t={t} />)}</ul>
        : all.length ? <Empty icon="search" title="Nothing matches"><Button onClick={() => setQuery({ q: "", only: "" }, false)}>Clear the filter</Button></Empty> : <Empty icon="bell" title="Nothing is silenced">Every alert reaches whom its handlers name.</Empty>}</Show>
    </div>
  );
}

function Ends({ s, t }: { s: Silenced; t: number }) {
  if (s.windows?.length) return <>{s.windows.map((w) => `${(w.repeat ?? []).join(", ") || "once"} ${w.begin.slice(11, 16)}–${w.end.slice(11, 16)} ${w.begin.slice(19)}`).join("; ")}</>;
  const begins = s.begin > t ? <><time title={exact(s.begin, zone.value)}>from {moment(s.begin, t, zone.value)}</time>{" "}</> : null;
  const resolve = s.expire_on_resolve ? " or when it resolves" : "";
  if (s.expire_at <= 0) return <>{begins}<b class="for-ever">{s.expire_on_resolve ? "until it resolves" : "for ever"}</b></>;
  return <>{begins}<time title={exact(s.expire_at, zone.value)}>until {moment(s.expire_at, t, zone.value)} (in {span(s.expire_at - t)})</time>{resolve}</>;
}

function One({ s, ns, t }: { s: Silenced; ns: string; t: number }) {
  const later = stateOf(s, t) === "later", n = hits(s), machine = s.subscription?.startsWith("entity:") ? s.subscription.slice(7) : "";
  const filter = [machine && `entity:${machine}`, s.check && s.check !== "*" && `check:${s.check}`, "silenced:yes"].filter(Boolean).join(" ");
  const end = () => ask({ title: "End this silence?", act: "End it now", run: () => void silenceEnd(s).then(() => { touch("silenced"); toast("The silence has ended"); }, (e: Error) => toast(e.message, true)), text: <p>What is failing under <b><T text={silenceTitle(s)} /></b> is told again{n ? `: ${plural(n, "event")}` : ""}.</p> });
  return (
    <li class={`silence${later ? " later" : ""}`}><Icon name={later ? "waiting" : "silenced"} title={later ? "Begins later" : "Active"} size={20} />
      <div class="who"><b><T text={silenceTitle(s)} /></b><span class="ends"><Ends s={s} t={t} /></span></div>
      <div class="reason">{s.reason ? <span>“<Rich text={s.reason} />”</span> : <span class="muted">no reason given</span>}<span class="muted small">{s.creator ? <>by <T text={s.creator} /></> : "by nobody known"}{n !== null && !later && <> · {n ? <a href={address({ ns, page: "events", query: { q: filter } })}>silences {plural(n, "event")}</a> : "silences nothing now"}</>}</span></div>
      <div class="acts">{can(ns, "update", "silenced") && <Button onClick={() => silenceOpen({ ns, before: s })}>{s.expire_at > 0 && !later ? "Extend" : "Change"}</Button>}{can(ns, "delete", "silenced") && <Button onClick={end}>End now</Button>}</div></li>
  );
}
