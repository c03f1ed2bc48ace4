// backend/dashboard/src/query.ts - the filter box: words and fields, read once and asked of every row. test/query_cases.json is the table of
// cases that backend's rows share.
import type { Row } from "./rows";
import { duration } from "./text/time";
import { table } from "./text/table";

export type Field = "word" | "status" | "entity" | "check" | "ns" | "told" | "since" | "silenced" | "label";
export interface Term { field: Field; not: boolean; value: string; test: (row: Row, now: number) => boolean }
export interface Query { terms: Term[]; errors: string[]; server: boolean }

const kStatus = table({ ok: 0, warning: 1, critical: 2, unknown: 3 });
export const kTermsMax = 32; // of one query; the rest is an error

/** Words and "phrases", each perhaps with a minus and a field before it. */
function tokens(text: string): string[] {
  return [...text.matchAll(/-?(?:[a-z]+:)?(?:"[^"]*"?|\S+)/gi)].map((m) => m[0]);
}

export function glob(pattern: string): (s: string) => boolean {
  const p = pattern.toLowerCase();
  if (!p.includes("*")) return (s) => s.toLowerCase() === p;
  const re = new RegExp(`^${p.split("*").map((x) => x.replace(/[.+?^${}()|[\]\\]/g, "\\$&")).join("[^]*")}$`);
  return (s) => re.test(s.toLowerCase());
}

const any = (value: string) => value.split(",").filter(Boolean);

function statusTest(value: string): Term["test"] | string {
  const wanted = new Set<number>();
  for (const v of any(value)) {
    const n = kStatus[v.toLowerCase()] ?? (/^\d{1,10}$/.test(v) ? Number(v) : -1);
    if (n < 0) return `status:${v} is none of ok, warning, critical, unknown or a number`;
    wanted.add(n);
  }
  return (row) => wanted.has(row.status) || (row.status > 3 && wanted.has(3));
}

function toldTest(value: string): Term["test"] {
  if (value === "no") return (row) => row.told !== "told";
  if (value === "yes") return (row) => row.told === "told";
  if (value === "nobody") return (row) => row.told === "";
  const wanted = any(value.replace(/[_-]/g, " "));
  return (row) => wanted.includes(row.told);
}

function sinceTest(value: string): Term["test"] | string {
  const m = /^([<>])(.+)$/.exec(value), s = m ? duration(m[2]!) : undefined;
  if (s === undefined) return `since:${value} is not like since:>1h or since:<10m`;
  return m![1] === ">" ? (row, now) => now - row.since > s : (row, now) => now - row.since < s;
}

function globs(value: string, of: (row: Row) => string): Term["test"] {
  const tests = any(value).map(glob);
  return (row) => tests.some((t) => t(of(row)));
}

const yes = (value: string) => /^(yes|true|only|1)$/i.test(value), no = (value: string) => /^(no|false|0)$/i.test(value);
const fields = table<(value: string) => Term["test"] | string>({
  status: statusTest, told: toldTest, since: sinceTest,
  entity: (v) => globs(v, (r) => r.entity),
  check: (v) => globs(v, (r) => r.check),
  ns: (v) => globs(v, (r) => r.ns),
  silenced: (v) => (yes(v) || no(v) ? (row) => ((row.flags & 1) !== 0) === yes(v) : `silenced:${v} is neither yes nor no`),
  label: () => () => true, // the server looks at labels
});

function term(token: string): Term | string {
  const m = /^(-?)(?:([a-z]+):)?("?)([^]*)$/i.exec(token)!;
  const field = m[2]?.toLowerCase(), value = m[3] ? m[4]!.replace(/"$/, "") : m[4]!, not = m[1] === "-";
  if (!field || !(field in fields)) {
    const word = (field ? `${m[2]}:` : "") + value, low = word.toLowerCase();
    return { field: "word", not, value: word, test: (row) => row.hay.includes(low) };
  }
  if (!value) return `${field}: needs a value`;
  const test = fields[field]!(value);
  return typeof test === "string" ? test : { field: field as Field, not, value, test };
}

export function parse(text: string): Query {
  const terms: Term[] = [], errors: string[] = [];
  for (const token of tokens(text).slice(0, kTermsMax)) {
    if (token === "-") continue;
    const t = term(token);
    if (typeof t === "string") errors.push(t); else terms.push(t);
  }
  if (tokens(text).length > kTermsMax) errors.push(`only the first ${kTermsMax} words count`);
  return { terms, errors, server: terms.some((t) => t.field === "label") };
}

export const matches = (q: Query, row: Row, now: number) => q.terms.every((t) => t.test(row, now) !== t.not);

/** The text with one field set anew, or taken away by "". */
export function withField(text: string, field: Field, value: string): string {
  const rest = tokens(text).filter((t) => !new RegExp(`^-?${field}:`, "i").test(t));
  return [...rest, ...(value ? [`${field}:${/\s/.test(value) ? `"${value}"` : value}`] : [])].join(" ");
}

export const fieldOf = (text: string, field: Field) => parse(text).terms.find((t) => t.field === field && !t.not)?.value ?? "";
