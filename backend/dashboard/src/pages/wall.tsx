// backend/dashboard/src/pages/wall.tsx - from five metres: is all well? No controls; pages turn by themselves; what is old is hatched.
import { useEffect, useState } from "preact/hooks";
import { lastAnswer } from "../api";
import { useTitle } from "../hooks";
import { Icon } from "../icons";
import { live } from "../live";
import { matches, parse } from "../query";
import { saying } from "./problems";
import { isSilenced, open, ordered, count } from "../rows";
import { route } from "../route";
import { counts, now, rows, zone } from "../store";
import { clock, rough, span } from "../text/time";
import { toldOf } from "../text/told";
import { kStatusIcons, number, statusName, statusWord, T } from "../parts/basic";

const kTurnMs = 10_000, kStaleS = 40;

/** The screen stays on while the wall is seen, where the browser lets us. */
function useAwake() {
  useEffect(() => {
    let lock: { release(): Promise<void> } | undefined, over = false;
    const take = () => void (navigator as Navigator & { wakeLock?: { request(t: "screen"): Promise<{ release(): Promise<void> }> } }).wakeLock?.request("screen").then((l) => { if (over) void l.release(); else lock = l; }, () => undefined);
    const seen = () => { if (!document.hidden) take(); };
    take();
    document.addEventListener("visibilitychange", seen);
    return () => { over = true; document.removeEventListener("visibilitychange", seen); void lock?.release(); };
  }, []);
}

/** How many rows fit, and which page of them is shown. */
function usePages(total: number): { fit: number; page: number; pages: number } {
  const [fit, setFit] = useState(8), [turn, setTurn] = useState(0);
  useEffect(() => {
    const look = () => { const box = document.querySelector<HTMLElement>(".wall-rows"), row = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) * 4; if (box) setFit(Math.max(1, Math.floor(box.clientHeight / Math.max(row, rowHeight())))); };
    look();
    addEventListener("resize", look);
    const t = setInterval(() => setTurn((n) => n + 1), kTurnMs);
    return () => { removeEventListener("resize", look); clearInterval(t); };
  }, []);
  const pages = Math.max(1, Math.ceil(total / fit));
  return { fit, page: turn % pages, pages };
}
const rowHeight = () => document.querySelector<HTMLElement>(".wall-rows li")?.offsetHeight ?? 0;

export function Wall() {
  useTitle("Wall");
  useAwake();
  const q = parse(route.value.query.q ?? ""), t = now.value, mine = [...rows.value.map.values()].filter((r) => matches(q, r, t));
  const list = ordered(mine.filter((r) => r.status && !isSilenced(r)), "severity", false), c = q.terms.length ? count(mine) : counts.value;
  const { fit, page, pages } = usePages(list.length), silenced = c.reduce((n, s, status) => n + (status && s[1]), 0), well = c[0]![0];
  const old = Math.floor(t - lastAnswer.value / 1000), stale = lastAnswer.value > 0 && old > kStaleS && live.value !== "live";
  return (
    <div class={`wall${stale ? " stale" : ""} ${list.length ? `worst-${statusName(list[0]!.status)}` : "well"}`}>
      <header><h1 class="hidden">Wall</h1>{([2, 1, 3] as const).map((s) => <span class={`count s-${statusName(s)}${open(c, s) ? "" : " zero"}`}><Icon name={kStatusIcons[s]!} title={statusWord(s)} />{number(open(c, s))}</span>)}
        <span class={`count s-silenced${silenced ? "" : " zero"}`}><Icon name="silenced" title="Silenced" />{number(silenced)}</span><span class="count s-ok"><Icon name="ok" title="OK" />{number(well)} OK</span>
        <time class={`clock is-${live.value}`}>{clock(t, zone.value, true)}<span class="dot" title={live.value} /></time></header>
      {stale && <p class="stale-text" role="alert">No answer for {span(old)}: this is how it was at {clock(lastAnswer.value / 1000, zone.value, true)}</p>}
      <ul class="wall-rows">{list.slice(page * fit, page * fit + fit).map((r) => (
        <li key={r.key} class={`edge-${statusName(r.status)}`}><span class={`s-${statusName(r.status)}`}><Icon name={kStatusIcons[Math.min(3, r.status)]!} title={statusWord(r.status)} /></span><b><T text={`${r.entity} / ${r.check}`} /></b><span class="output"><T text={saying(r.output)} /></span><span class="for">{rough(t - r.since)}</span><span class={`told t-${toldOf(r.told).tone}`}>{toldOf(r.told).word}</span></li>))}
        {!list.length && rows.value.loaded !== "no" && <li class="all-well"><Icon name="ok" />All is well</li>}</ul>
      {pages > 1 && <footer>page {page + 1} of {pages}</footer>}
    </div>
  );
}
