// backend/dashboard/src/pages/config.tsx - handlers, filters, mutators, pipelines, hooks, assets: who would be told, and by what rule. Read-only.
import { useState } from "preact/hooks";
import { can, nsPath } from "../api";
import { useGet, useTitle } from "../hooks";
import { address, route } from "../route";
import { namespaces, toast } from "../store";
import { span } from "../text/time";
import { yaml } from "../text/yaml";
import { plain } from "../text/plain";
import { Button, Facts, Pairs, plural, T } from "../parts/basic";
import { FilterBox } from "../parts/filter";
import { Empty, NoRights, Show } from "../parts/states";
import { PickNamespace } from "./entities";

type Thing = Record<string, unknown> & { metadata: { name: string; labels?: Record<string, string> | null; annotations?: Record<string, string> | null } };
interface Kind { id: string; name: string; type: string; what: string; say: (t: Thing) => string }
const list = (v: unknown) => (Array.isArray(v) ? v.map((x) => (typeof x === "string" ? x : (x as { name?: string }).name ?? "")).filter(Boolean).join(", ") : "");
const text = (v: unknown) => (typeof v === "string" ? v : "");

/** Of a webhook's address only the host is for everybody: the rest often is the key. */
const host = (url: string) => { try { return new URL(url).host; } catch { return url ? "an address" : ""; } };

function sayHandler(t: Thing): string {
  const w = t.webhook as { url?: string; form?: string } | undefined, m = t.email as { host?: string; to?: string[] } | undefined, f = t.file as { path?: string } | undefined, s = t.socket as { host?: string; port?: number } | undefined;
  const a = t.alert as { after?: number; every?: number } | undefined;
  const how = w ? `${w.form ?? "json"} → ${host(w.url ?? "")}` : m ? `→ ${list(m.to)} by ${m.host}` : f ? `→ ${f.path}` : s?.host ? `→ ${s.host}:${s.port}` : t.type === "set" ? `→ ${list(t.handlers)}` : text(t.command);
  const rule = a ? `; after ${a.after ?? 1}, ${a.every ? `every ${a.every}` : "never again"}` : "";
  return `${text(t.type)} ${how}${list(t.filters) ? `; filters ${list(t.filters)}` : ""}${rule}`;
}

export const kKinds: Kind[] = [
  { id: "handlers", name: "Handlers", type: "Handler", what: "who is told, and how", say: sayHandler },
  { id: "filters", name: "Filters", type: "EventFilter", what: "what is told and what is not", say: (t) => `${text(t.action)} ${(t.expressions as string[] | null ?? []).join(" and ")}` },
  { id: "mutators", name: "Mutators", type: "Mutator", what: "how an event is rewritten before it is told", say: (t) => text(t.command) || text(t.type) },
  { id: "pipelines", name: "Pipelines", type: "Pipeline", what: "filter, mutator and handler in a row", say: (t) => plural((t.workflows as unknown[] | null ?? []).length, "workflow") + `: ${list(t.workflows)}` },
  { id: "hooks", name: "Hooks", type: "HookConfig", what: "what runs after a check that failed", say: (t) => text(t.command) },
  { id: "assets", name: "Assets", type: "Asset", what: "programs that checks and handlers bring along", say: (t) => host(text(t.url)) || plural((t.builds as unknown[] | null ?? []).length, "build") },
];

export function Config() {
  useTitle("Config");
  const ns = route.value.ns || (namespaces.value.length === 1 ? namespaces.value[0]! : ""), { path: [which = "handlers"] } = route.value;
  const kind = kKinds.find((k) => k.id === which) ?? kKinds[0]!;
  if (!ns) return <PickNamespace what="Config" page="config" />;
  return (
    <div class="list-page scrolls">
      <header class="headline"><h1>Config</h1><p class="muted">As it is; it is changed by <code>picket ctl</code>.</p></header>
      <nav class="tabs" aria-label="Kinds">{kKinds.map((k) => <a href={address({ ns, page: "config", path: [k.id] })} aria-current={k.id === kind.id ? "page" : undefined}>{k.name}</a>)}</nav>
      {can(ns, "list", kind.id) ? <Things key={kind.id} kind={kind} ns={ns} /> : <NoRights what={kind.id} ns={ns} />}
    </div>
  );
}

function Things({ kind, ns }: { kind: Kind; ns: string }) {
  const got = useGet<Thing[]>(nsPath(ns, kind.id)), used = useUsers(kind.id, ns), q = (route.value.query.q ?? "").toLowerCase(), named = route.value.path[1];
  return (
    <>
      <div class="toolbar"><p class="muted">{kind.name}: {kind.what}.</p><div class="tools"><FilterBox label={`Filter ${kind.id}`} help="Filter: name" fields={false} /></div></div>
      <Show of={got} what={kind.id} ns={ns}>{(all) => {
        const shown = all.filter((t) => t.metadata.name.toLowerCase().includes(q));
        return shown.length ? <ul class="things">{shown.map((t) => <One key={t.metadata.name} t={t} kind={kind} used={used(t.metadata.name)} open={named === t.metadata.name} />)}</ul>
          : <Empty icon="config" title={all.length ? "Nothing matches" : `No ${kind.id}`}>{!all.length && <><code>picket ctl create -f {kind.id}.yaml</code> makes some.</>}</Empty>;
      }}</Show>
    </>
  );
}

/** Which checks and pipelines name it. */
function useUsers(kind: string, ns: string): (name: string) => string {
  const wanted = kind !== "assets" && kind !== "mutators";
  const checks = useGet<Record<string, unknown>[]>(wanted && can(ns, "list", "checks") ? nsPath(ns, "checks") : "", ["checks"]);
  const handlers = useGet<Thing[]>(kind === "filters" && can(ns, "list", "handlers") ? nsPath(ns, "handlers") : "");
  return (name) => {
    const names = (v: unknown) => list(v).split(", ").includes(name);
    const uses = (c: Record<string, unknown>) => names(c[kind]) || (kind === "hooks" && JSON.stringify(c.check_hooks ?? "").includes(JSON.stringify(name)));
    if (kind === "filters") return handlers.data ? `used by ${plural(handlers.data.filter((h) => names(h.filters)).length, "handler")}` : "";
    return checks.data ? `used by ${plural(checks.data.filter(uses).length, "check")}` : "";
  };
}

const kSecret = /^(key|password|headers|env_vars|secrets)$/;
const isEmpty = (v: unknown) => v === null || v === "" || (Array.isArray(v) && !v.length);

/** What gives rights elsewhere is hidden until somebody wants it. */
export function hidden(v: unknown, key = "", parent = ""): unknown {
  if (key === "url" && parent === "webhook" && v) return `https://${host(String(v))}/… (hidden)`;
  if (kSecret.test(key) && !isEmpty(v)) return key === "env_vars" && Array.isArray(v) ? v.map((x) => `${String(x).split("=")[0]}=(hidden)`) : "(hidden)";
  if (Array.isArray(v)) return v.map((x) => hidden(x, "", key));
  if (v && typeof v === "object") return Object.fromEntries(Object.entries(v).map(([k, x]) => [k, hidden(x, k, key)]));
  return v;
}

function One({ t, kind, used, open }: { t: Thing; kind: Kind; used: string; open: boolean }) {
  const [show, setShow] = useState(false), safe = hidden(t) as Thing, has = JSON.stringify(safe) !== JSON.stringify(t);
  return (
    <li><details open={open}><summary><b><T text={t.metadata.name} /></b><span class="say"><T text={kind.say(t)} /></span><span class="muted small">{used}</span></summary>
      <div class="thing">{Object.keys(t.metadata.labels ?? {}).length > 0 && <Facts list={[["Labels", <Pairs of={t.metadata.labels} />]]} />}{kind.id === "filters" && Array.isArray(t.expressions) && <Facts list={[["Expressions", <ul class="plain">{(t.expressions as string[]).map((e) => <li><code><T text={e} /></code></li>)}</ul>]]} />}{typeof t.timeout === "number" && t.timeout > 0 && <Facts list={[["Timeout", span(t.timeout)]]} />}
        {has && <Button kind="quiet" onClick={() => setShow(!show)}>{show ? "Hide secrets" : "Show secrets"}</Button>}<Yaml text={yaml(kind.type, show ? t : safe)} /></div></details></li>
  );
}

export function Yaml({ text: t }: { text: string }) {
  const copy = () => void navigator.clipboard.writeText(t).then(() => toast("Copied"), () => toast("The browser does not let us copy", true));
  return <div class="yaml"><pre class="terminal" tabIndex={0} aria-label="As YAML">{plain(t)}</pre>{"clipboard" in navigator && <Button kind="quiet" onClick={copy}>Copy</Button>}</div>;
}
