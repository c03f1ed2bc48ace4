// backend/dashboard/src/parts/chart.tsx - one series drawn: the mean as a line, least to largest as a band, limits as dashes; drag to zoom.
//
// Ours and not a library's: uPlot is 24 kB of the 70 that the whole dashboard has, and we draw at most 720 points.
import { useEffect, useRef, useState } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { zone } from "../store";
import { clock } from "../text/time";
import { bandPath, linePath, nearest, range, ticks, timeTicks, type Point } from "../text/scale";

export interface Limit { value: number; tone: "warning" | "critical" }
export interface ChartProps { points: Point[]; from: number; to: number; limits: Limit[]; format: (v: number) => string; small: boolean; at: number | null; look: (at: number | null) => void; zoom?: (from: number, to: number) => void }
const kLeft = 66, kBottom = 22, kTop = 8, kRight = 10, kDragMin = 5;

const offsetS = (t: number) => (zone.value === "utc" ? 0 : -new Date(t * 1000).getTimezoneOffset() * 60);

export function Chart(p: ChartProps) {
  const box = useRef<HTMLDivElement>(null), width = useSignal(0), [drag, setDrag] = useState<[number, number] | null>(null);
  useEffect(() => {
    const look = new ResizeObserver(() => { width.value = box.current?.clientWidth ?? 0; });
    look.observe(box.current!);
    return () => look.disconnect();
  }, []);
  const height = p.small ? 150 : 240, w = Math.max(1, width.value - kLeft - kRight), h = height - kTop - kBottom;
  const [low, high] = range(p.points, p.limits.map((l) => l.value));
  const x = (t: number) => kLeft + ((t - p.from) / (p.to - p.from)) * w, y = (v: number) => kTop + h - ((v - low) / (high - low)) * h;
  const timeAt = (e: PointerEvent) => p.from + ((e.clientX - box.current!.getBoundingClientRect().left - kLeft) / w) * (p.to - p.from);
  const move = (e: PointerEvent) => { const t = timeAt(e); p.look(nearest(p.points, t)); if (drag) setDrag([drag[0], t]); };
  const down = (e: PointerEvent) => { if (p.zoom && e.pointerType === "mouse") { (e.currentTarget as Element).setPointerCapture(e.pointerId); setDrag([timeAt(e), timeAt(e)]); } };
  const up = () => {
    if (drag && Math.abs(x(drag[0]) - x(drag[1])) > kDragMin) p.zoom!(Math.round(Math.min(...drag)), Math.round(Math.max(...drag)));
    setDrag(null);
  };
  const here = p.at !== null ? p.points[p.at] : undefined;
  return (
    <div class={`plot${p.small ? " small" : ""}`} ref={box}>
      {width.value > 0 && <svg width={width.value} height={height} aria-hidden="true" onPointerMove={move} onPointerDown={down} onPointerUp={up} onPointerLeave={() => { if (!drag) p.look(null); }}>
        {ticks(low, high, p.small ? 3 : 5).map((v) => <g class="axis"><line x1={kLeft} x2={kLeft + w} y1={y(v)} y2={y(v)} /><text x={kLeft - 8} y={y(v) + 4} text-anchor="end">{p.format(v)}</text></g>)}
        {timeTicks(p.from, p.to, Math.max(2, w / 80), offsetS(p.to)).map((t) => <g class="axis"><line x1={x(t)} x2={x(t)} y1={kTop} y2={kTop + h} /><text x={Math.min(x(t), width.value - 18)} y={height - 6} text-anchor="middle">{clock(t, zone.value)}</text></g>)}
        <path class="band" d={bandPath(p.points, x, y)} /><path class="curve" d={linePath(p.points, x, y)} />
        {p.limits.filter((l) => l.value > low && l.value < high).map((l) => <line class={`limit-line s-${l.tone}`} x1={kLeft} x2={kLeft + w} y1={y(l.value)} y2={y(l.value)} />)}
        {here && <g class="here"><line x1={x(here.t)} x2={x(here.t)} y1={kTop} y2={kTop + h} /><circle cx={x(here.t)} cy={y(here.mean)} r="4" /></g>}
        {drag && <rect class="drag" x={Math.min(x(drag[0]), x(drag[1]))} y={kTop} width={Math.abs(x(drag[0]) - x(drag[1]))} height={h} />}
      </svg>}
    </div>
  );
}
