// backend/dashboard/src/rows.ts - events as rows: read from the API, ordered, counted, merged with what changes; nothing here knows a browser.

export interface Row {
  key: string; ns: string; entity: string; check: string;
  status: number; flags: number; occurrences: number; executed: number; since: number;
  told: string; output: string; hay: string; // all words of it, lower case
}
export const Flag = { silenced: 1, flapping: 2, ttl: 4, metrics: 8, runnable: 16, dependency: 32 } as const;
export type Sort = "severity" | "since" | "executed" | "entity" | "check";
export type Counts = [all: number, silenced: number][]; // by status; the fourth is everything above 2

export const kColumns = ["namespace", "entity", "check", "status", "flags", "occurrences", "executed", "since", "told", "output"];
export const rowKey = (ns: string, entity: string, check: string) => `${ns}/${entity}/${check}`;
export const isSilenced = (r: Row) => (r.flags & Flag.silenced) !== 0;
export const statusClass = (status: number) => Math.min(status, 3);

/** Reads one array in the order of `columns`; a column this page does not know is passed over. */
export function reader(columns: readonly string[]): (cells: readonly unknown[]) => Row {
  const at = Object.fromEntries(columns.map((c, i) => [c, i]));
  const text = (cells: readonly unknown[], c: string) => String(cells[at[c] ?? -1] ?? "");
  const number = (cells: readonly unknown[], c: string) => Number(cells[at[c] ?? -1] ?? 0);
  return (cells) => {
    const flags = number(cells, "flags"), ns = text(cells, "namespace"), entity = text(cells, "entity"), check = text(cells, "check"), output = text(cells, "output");
    return {
      key: rowKey(ns, entity, check), ns, entity, check, output,
      status: number(cells, "status"), flags, occurrences: number(cells, "occurrences"),
      executed: number(cells, "executed"), since: number(cells, "since"), told: text(cells, "told"),
      hay: `${entity} ${check} ${output}`.toLowerCase(),
    };
  };
}

const kRank = [3, 2, 0, 1]; // critical, unknown, warning, OK
const byName = (a: Row, b: Row) => compare(a.entity, b.entity) || compare(a.check, b.check) || compare(a.ns, b.ns);
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

export const orders: Record<Sort, (a: Row, b: Row) => number> = {
  severity: (a, b) => kRank[statusClass(a.status)]! - kRank[statusClass(b.status)]! || b.since - a.since || byName(a, b),
  since: (a, b) => b.since - a.since || byName(a, b),
  executed: (a, b) => b.executed - a.executed || byName(a, b),
  entity: byName,
  check: (a, b) => compare(a.check, b.check) || byName(a, b),
};

export function ordered(rows: Row[], sort: Sort, reversed: boolean): Row[] {
  const order = Object.hasOwn(orders, sort) ? orders[sort] : orders.severity;
  return rows.sort(reversed ? (a, b) => order(b, a) : order);
}

export function count(rows: Iterable<Row>): Counts {
  const out: Counts = [[0, 0], [0, 0], [0, 0], [0, 0]];
  for (const r of rows) {
    const c = out[statusClass(r.status)]!;
    c[0]++;
    if (isSilenced(r)) c[1]++;
  }
  return out;
}

export const countsOf = (counts: Record<string, [number, number]> | undefined): Counts => [0, 1, 2, 3].map((s) => counts?.[s] ?? [0, 0]);
export const open = (counts: Counts, status: number) => counts[status]![0] - counts[status]![1];

/** How many rows would come, go or move if the order on screen became the wanted one. */
export function changes(shown: readonly string[], wanted: readonly string[]): number {
  const place = new Map(wanted.map((k, i) => [k, i]));
  const common = shown.flatMap((k) => place.get(k) ?? []);
  return shown.length - common.length + (wanted.length - common.length) + (common.length - longestRise(common));
}

/** Length of the longest rising subsequence: what need not move. */
export function longestRise(numbers: readonly number[]): number {
  const tails: number[] = [];
  for (const n of numbers) {
    let low = 0, high = tails.length;
    while (low < high) { const mid = (low + high) >> 1; if (tails[mid]! < n) low = mid + 1; else high = mid; }
    tails[low] = n;
  }
  return tails.length;
}
