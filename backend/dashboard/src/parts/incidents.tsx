// backend/dashboard/src/parts/incidents.tsx - incidents of an event, from its first failing result to its end, with what every handler did.
import { useGet } from "../hooks";
import { withdraw } from "../acts";
import { can, ourPath } from "../api";
import { rowKey } from "../rows";
import { Icon } from "../icons";
import { now } from "../store";
import { span } from "../text/time";
import { said, strongest, type Incident } from "../text/told";
import { Button, Card, plural, statusName, statusWord, T, Told, When } from "./basic";

const kShown = 20;

/** A backend that keeps none answers 404: then there is no card. */
export function IncidentsCard({ ns, entity, check, version }: { ns: string; entity: string; check: string; version: string }) {
  const got = useGet<Incident[]>(`${ourPath(ns, "incidents")}?${new URLSearchParams({ entity, check, limit: String(kShown) })}`, ["incidents"], version);
  const list = got.data ?? [];
  if (!list.length) return null;
  return (
    <Card title="Incidents" side={<span class="muted">{list.length < kShown ? plural(list.length, "incident") : `the newest ${kShown}`}</span>}>
      <div class="incidents">{list.map((i, at) => <One key={i.id} i={i} open={!at} />)}</div>
    </Card>
  );
}

function One({ i, open }: { i: Incident; open: boolean }) {
  return (
    <details open={open}>
      <summary><b class={`s-${statusName(i.worst)}`}>{statusWord(i.worst)}</b> <When t={i.begin} />, {i.end ? `for ${span(i.end - i.begin)}` : <>for {span(now.value - i.begin)} so far</>} <span class="muted">· {plural(i.results, "result")}</span> <Told told={strongest(i.decisions)} /></summary>
      {i.acknowledged && <p class="acknowledged"><Icon name="user" />Acknowledged by <T text={i.acknowledged.by} />, <When t={i.acknowledged.at} />: <T text={i.acknowledged.reason} />{i.acknowledged.until > 0 && <span class="muted"> · until <When t={i.acknowledged.until} /></span>}
        {!i.end && can(i.namespace, "update", "events") && <Button kind="quiet" onClick={() => void withdraw({ key: rowKey(i.namespace, i.entity, i.check), ns: i.namespace, entity: i.entity, check: i.check })}>Withdraw</Button>}</p>}
      {i.output && <p class="said"><T text={i.output} /></p>}
      <Decided i={i} />
    </details>
  );
}

/** Line by line, the oldest first. */
export function Decided({ i }: { i: Incident }) {
  if (!i.decisions.length) return <p class="muted small">{i.undecided ? "Nothing is decided yet." : "It had no handler."}</p>;
  return (
    <ul class="decisions">{i.decisions.map((d) => {
      const s = said(d), again = (d.count ?? 1) > 1;
      return <li class={`t-${s.tone}`}><Icon name={s.icon} /><div>{d.at ? <When t={d.at} /> : null} <b><T text={d.handler || "handlers"} /></b> <T text={s.text} />{again && <span class="muted"> · {d.count}×{d.last ? <>, last <When t={d.last} /></> : null}</span>}{s.detail && <code class="detail"><T text={s.detail} /></code>}</div></li>;
    })}{(i.left_out ?? 0) > 0 && <li><span /><div class="muted">and {i.left_out} more, not kept</div></li>}</ul>
  );
}
