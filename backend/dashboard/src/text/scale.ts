// backend/dashboard/src/text/scale.ts - the arithmetic of a drawing: ranges, ticks that people like, and lines with holes. Numbers only.

export interface Point { t: number; mean: number; least: number; largest: number }
export const kGapS = 300; // two points further apart are not joined

/** About `most` round numbers within low … high. */
export function ticks(low: number, high: number, most: number): number[] {
  const raw = (high - low) / Math.max(1, most), power = 10 ** Math.floor(Math.log10(raw)), step = [1, 2, 2.5, 5, 10].map((n) => n * power).find((s) => s >= raw * 0.999) ?? raw;
  const out: number[] = [];
  if (!Number.isFinite(step) || step <= 0) return out;
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) out.push(Number((i * step).toPrecision(12)));
  return out;
}

const kSteps = [60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400];

/** Moments that are round in the reader's zone, `offsetS` ahead of UTC. */
export function timeTicks(from: number, to: number, most: number, offsetS: number): number[] {
  const step = kSteps.find((s) => (to - from) / s <= most) ?? 86400, out: number[] = [];
  for (let t = Math.ceil((from + offsetS) / step) * step - offsetS; t <= to; t += step) out.push(t);
  return out;
}

/** A limit is in the picture when the values are near it; zero is when they are near that. */
export function range(points: readonly Point[], limits: readonly number[]): [number, number] {
  if (!points.length) return [0, 1];
  const min = Math.min(...points.map((p) => p.least)), max = Math.max(...points.map((p) => p.largest));
  const near = limits.filter((v) => v <= max * 2 && v >= min / 2);
  let low = Math.min(min, ...near), high = Math.max(max, ...near);
  if (low > 0 && low < high / 2) low = 0;
  if (low === high) { const air = Math.abs(low) / 10 || 1; return [low - air, high + air]; }
  const air = (high - low) * 0.06;
  return [low === 0 ? 0 : low - air, high + air];
}

/** Runs of points that belong together. */
export function runs(points: readonly Point[]): Point[][] {
  const out: Point[][] = [];
  for (const p of points) {
    const last = out.at(-1);
    if (last && p.t - last.at(-1)!.t <= kGapS) last.push(p); else out.push([p]);
  }
  return out;
}

type Scale = (v: number) => number;
const at = (x: number, y: number) => `${x.toFixed(1)} ${y.toFixed(1)}`;

/** One point alone is a short stroke, so that it can be seen. */
export function linePath(points: readonly Point[], x: Scale, y: Scale): string {
  return runs(points).map((r) => `M${r.map((p) => at(x(p.t), y(p.mean))).join("L")}${r.length === 1 ? "h2" : ""}`).join("");
}

export function bandPath(points: readonly Point[], x: Scale, y: Scale): string {
  return runs(points).map((r) => `M${[...r.map((p) => at(x(p.t), y(p.largest))), ...[...r].reverse().map((p) => at(x(p.t), y(p.least)))].join("L")}Z`).join("");
}

export function nearest(points: readonly Point[], t: number): number {
  let best = -1;
  for (let i = 0; i < points.length; i++) if (best < 0 || Math.abs(points[i]!.t - t) < Math.abs(points[best]!.t - t)) best = i;
  return best;
}
