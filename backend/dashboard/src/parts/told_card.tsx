// backend/dashboard/src/parts/told_card.tsx - "Was anybody told?": every handler in a sentence, what kept it, and when it comes next.
import { useGet } from "../hooks";
import { can, nsPath, ourPath } from "../api";
import { Icon } from "../icons";
import { address } from "../route";
import { isSilence, nextTold, said, verdict, type Decision, type Decisions } from "../text/told";
import { Ago, Card, T, When } from "./basic";
import { Failed, Loading } from "./states";

interface Handler { metadata: { name: string }; type?: string; alert?: { after?: number; every?: number }; webhook?: { form?: string } }
export interface ToldProps { ns: string; entity: string; check: string; handlers: number; status: number; occurrences: number; silenced: boolean; version: string }

/** The backend keeps no decisions of events without handlers, and so is not asked. */
export function ToldCard(p: ToldProps) {
  const got = useGet<Decisions>(p.handlers ? ourPath(p.ns, "events", p.entity, p.check, "decisions") : "", [], p.version);
  const handlers = useGet<Handler[]>(p.handlers && can(p.ns, "list", "handlers") ? nsPath(p.ns, "handlers") : "");
  const missing = got.error?.status === 404, d = missing ? null : got.data ?? null;
  const v = verdict(d, p.handlers, p.status);
  if (p.handlers && got.loading && !got.data && !missing) return <Card title="Was anybody told?" class="told-card"><Loading rows={3} /></Card>;
  if (got.error && !missing && !got.data) return <Card title="Was anybody told?" class="told-card"><Failed error={got.error} what="decisions" again={got.again} ns={p.ns} /></Card>;
  return (
    <Card title="Was anybody told?" class="told-card">
      <p class={`verdict t-${v.tone}`}>{v.text}</p>
      {d && <ul class="decisions">{d.handlers.map((h) => <Line key={h.handler + h.pipeline + h.workflow} d={h} at={d.timestamp} ns={p.ns} handler={handlers.data?.find((x) => x.metadata.name === h.handler)} occurrences={p.occurrences} status={p.status} ended={!p.silenced && isSilence(h)} />)}</ul>}
    </Card>
  );
}

const kindOf = (h: Handler | undefined) => h?.webhook?.form ?? h?.type ?? "";

/** `ended`: the silence that kept it has ended since. */
function Line({ d, at, ns, handler, occurrences, status, ended }: { d: Decision; at: number; ns: string; handler: Handler | undefined; occurrences: number; status: number; ended: boolean }) {
  const s = said(d), kind = kindOf(handler), next = handler?.alert && status && d.alert?.told ? nextTold(handler.alert, occurrences) : -1;
  const name = can(ns, "list", "handlers") && d.outcome !== "unknown" ? <a href={address({ ns, page: "config", path: ["handlers", d.handler] })}><T text={d.handler} /></a> : <T text={d.handler} />;
  return (
    <li class={`t-${s.tone}`}><Icon name={s.icon} />
      <div><b>{name}</b>{kind && <span class="muted"> {kind}</span>}{d.pipeline && <span class="muted"> of pipeline <T text={d.pipeline} /></span>}<br />
        <span class="what"><T text={s.text} />{d.outcome === "delivered" && at > 0 && <> <When t={at} />, <Ago t={at} /></>}</span>
        {s.detail && <code class="detail"><T text={s.detail} /></code>}
        {d.not_counted && <p class="small muted">Did not count, it raised: <code><T text={d.not_counted} /></code></p>}
        {ended && <p class="small muted">That silence has ended. The next result is decided on without it.</p>}
        {next > 0 && <p class="small muted">Next: told again at occurrence {next}</p>}{next === 0 && <p class="small muted">Not told again until it changes</p>}
      </div></li>
  );
}
