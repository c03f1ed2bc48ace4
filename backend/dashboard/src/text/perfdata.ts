// backend/dashboard/src/text/perfdata.ts - performance data of Nagios plugins: what stands behind the bar of an output, as numbers.

import { table } from "./table";

export interface Perf { label: string; value: number; unit: string; warn: string; crit: string; min?: number; max?: number }
export interface Split { text: string; perf: Perf[] }

export const kPerfMax = 200; // values of one output that are drawn
const kNumber = "[-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d+)?";
const kItem = new RegExp(`(?:'((?:[^']|'')+)'|([^\\s'=]+))=(?:(${kNumber})([a-zA-Z%\u00b0\u00b5/]*)|U)((?:;[^\\s;]*)*)(?=\\s|$)`, "y");
const kRange = new RegExp(`^@?(?:(?:~|${kNumber})?:)?(?:${kNumber})?$`);

const number = (s: string | undefined) => (s && new RegExp(`^${kNumber}$`).test(s) ? Number(s) : undefined);
const range = (s: string | undefined) => (s && kRange.test(s) ? s : "");

/** Null: this is no performance data, and so it is text. */
export function perfdata(text: string): Perf[] | null {
  const out: Perf[] = [];
  let at = 0;
  for (;;) {
    while (/\s/.test(text.charAt(at))) at++;
    if (at >= text.length) return out;
    kItem.lastIndex = at;
    const m = kItem.exec(text);
    if (!m) return null;
    at = kItem.lastIndex;
    if (m[3] === undefined || out.length >= kPerfMax) continue; // U: the plugin could not tell
    const [, warn, crit, min, max] = (m[5] ?? "").split(";");
    out.push({ label: m[1]?.replace(/''/g, "'") ?? m[2]!, value: Number(m[3]), unit: m[4] ?? "", warn: range(warn), crit: range(crit), min: number(min), max: number(max) });
  }
}

/** The first line has text and data; then come lines of text, and behind the next bar only data. */
export function split(output: string): Split {
  const [first = "", ...rest] = output.split("\n");
  const [text, data = ""] = halves(first);
  const bar = rest.findIndex((l) => l.includes("|"));
  const long = bar < 0 ? rest : [...rest.slice(0, bar), halves(rest[bar]!)[0]];
  const more = bar < 0 ? "" : [halves(rest[bar]!)[1], ...rest.slice(bar + 1)].join("\n");
  const one = perfdata(data), two = perfdata(more);
  if (one && two) return { text: [text, ...long].join("\n").trimEnd(), perf: [...one, ...two] };
  return one && one.length ? { text: [text, ...rest].join("\n").trimEnd(), perf: one } : { text: output, perf: [] };
}

function halves(s: string): [string, string] {
  const bar = s.indexOf("|");
  return bar < 0 ? [s, ""] : [s.slice(0, bar), s.slice(bar + 1)];
}

export interface Alarm { from: number; to: number; inside: boolean } // alarm outside of from...to, or inside

export function alarm(text: string): Alarm | null {
  if (!text || !kRange.test(text)) return null;
  const inside = text.startsWith("@"), [a, b] = text.replace("@", "").split(":");
  if (b === undefined) return a === "" ? null : { from: 0, to: Number(a), inside };
  return { from: a === "~" ? -Infinity : Number(a || 0), to: b === "" ? Infinity : Number(b), inside };
}

export function judge(value: number, text: string): boolean {
  const a = alarm(text);
  return !!a && (value >= a.from && value <= a.to) === a.inside;
}

/** The ends of a range that are numbers: where a graph gets a line. */
export const edges = (text: string) => {
  const a = alarm(text);
  return a ? [a.from, a.to].filter((n, i) => Number.isFinite(n) && !(i === 0 && n === 0)) : [];
};

const kSteps = table<[number, string[]]>({
  B: [1024, ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]],
  b: [1000, ["b", "kb", "Mb", "Gb", "Tb"]],
});
const kUnits = table<[string, number]>({ KB: ["B", 1024], MB: ["B", 1048576], GB: ["B", 1073741824], TB: ["B", 1099511627776] });

const rounded = (n: number) => (Math.abs(n) >= 100 ? n.toFixed(0) : Math.abs(n) >= 10 ? n.toFixed(1) : n.toFixed(2)).replace(/\.0+$|(\.\d*?)0+$/, "$1");

/** A number with its unit as people say it: 312 MiB, 3.2 ms, 98 %. */
export function amount(value: number, unit: string): string {
  const [base, factor] = kUnits[unit] ?? [unit, 1], steps = kSteps[base];
  if (base === "s" && Math.abs(value) < 1 && value !== 0) return Math.abs(value) < 0.001 ? `${rounded(value * 1e6)} \u00b5s` : `${rounded(value * 1e3)} ms`;
  if (!steps) return rounded(value) + (base && base !== "c" ? `\u00a0${base}` : "");
  let v = value * factor, i = 0;
  while (Math.abs(v) >= steps[0] && i < steps[1].length - 1) v /= steps[0], i++;
  return `${rounded(v)}\u00a0${steps[1][i]}`;
}
