// backend/dashboard/src/text/told.ts - decisions about handlers as sentences: who was told, who was not, and what kept it from them.
import type { IconName } from "../icons";
import { table } from "./table";

export interface Decision {
  handler: string; pipeline?: string; workflow?: string; outcome: string; why?: string; not_counted?: string;
  alert?: { told: boolean; at: number; status: number }; at?: number; last?: number; count?: number;
}
/** `end` 0: it goes on. */
export interface Incident {
  id: string; namespace: string; entity: string; check: string; begin: number; end: number; status: number; worst: number; results: number;
  output: string; undecided?: boolean; decisions: Decision[]; left_out?: number;
  acknowledged?: { by: string; reason: string; at: number; until: number }; // until 0: to its end
}
export interface Decisions { timestamp: number; event_timestamp?: number; status: number; handlers: Decision[] }
export interface Said { icon: IconName; tone: "good" | "bad" | "quiet"; text: string; detail: string }

/** The word of a row: the strongest outcome. */
export const words = table<{ icon: IconName; word: string; title: string; tone: Said["tone"] }>({
  "": { icon: "nobody", word: "nobody", title: "Nobody was told: it names no handler, or nothing is decided yet", tone: "quiet" },
  told: { icon: "told", word: "told", title: "A handler told somebody", tone: "good" },
  delivered: { icon: "told", word: "told", title: "A handler told somebody", tone: "good" },
  filtered: { icon: "filtered", word: "filtered", title: "A filter of every handler said no", tone: "quiet" },
  "held back": { icon: "held", word: "held back", title: "Held back: by an alert rule, or by what it depends on", tone: "quiet" },
  failed: { icon: "failed", word: "failed", title: "A handler tried to tell and failed", tone: "bad" },
  unknown: { icon: "failed", word: "no handler", title: "The handler it names does not exist", tone: "bad" },
  dropped: { icon: "failed", word: "dropped", title: "Not told: sets of handlers nested too deeply, or too many of them", tone: "bad" },
  silenced: { icon: "silenced", word: "silenced", title: "Not told: it was silenced", tone: "quiet" },
  waiting: { icon: "waiting", word: "waiting", title: "On its way: it runs, or is tried again", tone: "quiet" },
});
export const toldOf = (told: string) => words[told] ?? { icon: "nobody" as IconName, word: told, title: told, tone: "quiet" as const };

const kBuiltIn = table({
  not_silenced: "it is silenced", is_incident: "it is no incident, nor the end of one", has_metrics: "it has no metrics",
});

/** "filter NAME: EXPRESSION is false" of the backend, taken apart. */
function filtered(why: string): [string, string] {
  const m = /^filter ([^:]+): ?([^]*)$/.exec(why);
  if (!m) return ["a filter said no", why];
  return [kBuiltIn[m[1]!] ?? `filter ${m[1]} said no`, m[2]!];
}

export function said(d: Decision): Said {
  const w = toldOf(d.outcome), why = d.why ?? "";
  switch (d.outcome) {
    case "delivered": return { ...w, text: "told", detail: why };
    case "filtered": { const [text, detail] = filtered(why); return { ...w, text: `not told: ${text}`, detail }; }
    case "silenced": return { ...w, text: "not told: it was silenced", detail: filtered(why)[1] };
    case "held back": return { ...w, text: (d.alert?.told ? "told before; not again yet: " : "not yet: ") + (why.replace(/^alert rule: /, "") || "held back"), detail: "" };
    case "failed": return { ...w, text: "not told: it failed", detail: why };
    case "unknown": return { ...w, text: "not told: there is no such handler", detail: why };
    case "dropped": return { ...w, text: "not told: dropped", detail: why };
    case "waiting": return { ...w, text: "on its way", detail: why };
    default: return { ...w, text: d.outcome, detail: why };
  }
}

/** Whether a silence kept it from being told. */
export const isSilence = (d: Decision) => d.outcome === "silenced" || (d.outcome === "filtered" && /^filter not_silenced\b/.test(d.why ?? ""));

const kStrength = ["delivered", "waiting", "failed", "unknown", "held back", "dropped", "silenced", "filtered"];
/** The word of a row for the outcome that says most of an incident; "" when there is none. */
export function strongest(list: readonly Decision[]): string {
  const found = kStrength.find((o) => list.some((d) => d.outcome === o)) ?? "";
  return found === "delivered" ? "told" : found;
}

export const isTold = (d: Decision) => d.outcome === "delivered" || d.outcome === "told" || !!d.alert?.told;

/** One sentence over all handlers, and whether it is good news. */
export function verdict(d: Decisions | null, handlers: number, status: number): { text: string; tone: Said["tone"] } {
  if (!handlers) return { text: "Nobody: this check names no handler.", tone: status ? "bad" : "quiet" };
  if (!d || !d.handlers.length) return { text: "Nothing is decided yet.", tone: "quiet" };
  const told = [...new Set(d.handlers.filter(isTold).map((h) => h.handler))];
  if (told.length) return { text: `Yes: ${told.slice(0, 3).join(", ")}${told.length > 3 ? ` and ${told.length - 3} more` : ""}.`, tone: "good" };
  if (d.handlers.some((h) => h.outcome === "waiting")) return { text: "It is on its way.", tone: "quiet" };
  if (!status) return { text: "No, and it is OK.", tone: "quiet" };
  const bad = d.handlers.some((h) => ["failed", "unknown", "dropped"].includes(h.outcome));
  return { text: "No, nobody.", tone: bad ? "bad" : "quiet" };
}

/** The next occurrence an alert rule tells at; 0: it will not tell again. */
export function nextTold(rule: { after?: number; every?: number } | undefined, occurrences: number): number {
  const after = Math.max(1, rule?.after ?? 1), every = rule?.every ?? 1;
  if (occurrences < after) return after;
  return every ? after + every * (Math.floor((occurrences - after) / every) + 1) : 0;
}
