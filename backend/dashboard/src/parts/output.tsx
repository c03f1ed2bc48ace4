// backend/dashboard/src/parts/output.tsx - what a check printed: colours, links, performance data as bars; never anything but text.
import { useState } from "preact/hooks";
import { ansi, ansiless } from "../text/ansi";
import { links } from "../text/links";
import { amount, judge, split, type Perf } from "../text/perfdata";
import { cut, plain } from "../text/plain";
import { toast } from "../store";
import { Button, Card, T } from "./basic";

export const kOutputShown = 100_000; // characters drawn at first; the rest by a button
const kColouredMax = 400_000; // beyond it colours and links would take the page's breath

const size = (n: number) => (n >= 1e6 ? `${(n / 1e6).toFixed(1)} MB` : `${Math.round(n / 1000)} kB`);

/** Escapes that mean a colour become classes first, then what is left of control characters becomes visible. */
function Coloured({ text }: { text: string }) {
  if (text.length > kColouredMax) return <>{plain(ansiless(text))}</>;
  return <>{ansi(text).map((p) => {
    const parts = links(plain(p.text)).map((x) => (x.href ? <a href={x.href} target="_blank" rel="noopener noreferrer">{x.text}</a> : x.text));
    return p.classes ? <span class={p.classes}>{parts}</span> : parts;
  })}</>;
}

export function Output({ text, perf, title = "Output" }: { text: string; perf: boolean; title?: string }) {
  const [wrap, setWrap] = useState(true), [raw, setRaw] = useState(false), [whole, setWhole] = useState(false);
  const parts = perf && !raw ? split(text) : { text, perf: [] };
  const shown = whole ? parts.text : cut(parts.text, kOutputShown);
  const copy = () => void navigator.clipboard?.writeText(text).then(() => toast("Copied"), () => toast("The browser does not let us copy", true));
  const side = <><label class="check"><input type="checkbox" checked={wrap} onChange={() => setWrap(!wrap)} />wrap</label><label class="check"><input type="checkbox" checked={raw} onChange={() => setRaw(!raw)} />raw</label>{"clipboard" in navigator && <Button kind="quiet" onClick={copy}>Copy</Button>}</>;
  return (
    <Card title={title} side={side} class="output-card">
      {text ? <pre class={`terminal${wrap ? " wrap" : ""}`} tabIndex={0} aria-label={title}>{raw ? plain(shown) : <Coloured text={shown} />}</pre> : <p class="muted">It printed nothing.</p>}
      {shown.length < parts.text.length && <Button onClick={() => setWhole(true)}>Show all ({size(parts.text.length)})</Button>}
      {parts.perf.length > 0 && <PerfTable perf={parts.perf} />}
    </Card>
  );
}

const kPerfShown = 12;

function PerfTable({ perf }: { perf: Perf[] }) {
  const [whole, setWhole] = useState(false);
  return (
    <>
      <table class="perf"><caption class="hidden">Performance data</caption>
        <thead class="hidden"><tr><th>Value of</th><th>Value</th><th>Part</th><th>Warning</th><th>Critical</th></tr></thead>
        <tbody>{(whole ? perf : perf.slice(0, kPerfShown)).map((p) => <PerfRow p={p} />)}</tbody></table>
      {!whole && perf.length > kPerfShown && <Button kind="quiet" onClick={() => setWhole(true)}>Show all {perf.length} values</Button>}
    </>
  );
}

const top = (p: Perf) => p.max ?? (p.unit === "%" ? 100 : Math.max(0, ...[p.crit, p.warn].map((r) => Number(r.split(":").pop())).filter(Number.isFinite)) * 1.1);

function PerfRow({ p }: { p: Perf }) {
  const state = judge(p.value, p.crit) ? "critical" : judge(p.value, p.warn) ? "warning" : "ok", max = top(p), min = p.min ?? 0;
  const part = max > min ? Math.max(0, Math.min(1, (p.value - min) / (max - min))) : null;
  const limit = (r: string) => r && amountOf(r, p.unit);
  return (
    <tr><th scope="row"><T text={p.label} /></th><td class="value">{amount(p.value, p.unit)}</td>
      <td class="part">{part !== null && <span class={`meter s-${state}`} title={`${Math.round(part * 100)} % of ${amount(max, p.unit)}`}><span style={{ width: `${part * 100}%` }} /></span>}</td>
      <td class="limit">{p.warn && <>warn <T text={limit(p.warn)} /></>}</td><td class="limit">{p.crit && <>crit <T text={limit(p.crit)} /></>}</td></tr>
  );
}
const amountOf = (r: string, unit: string) => (/^[\d.]+$/.test(r) ? amount(Number(r), unit) : r);
