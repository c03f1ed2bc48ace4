// backend/dashboard/src/text/time.ts - time in words: spans, ages, moments in the zone of the reader with UTC beside them; and back.

export type Zone = "local" | "utc";

const kParts: [string, number][] = [["d", 86400], ["h", 3600], ["m", 60], ["s", 1]];

/** The two largest parts: "2 h 10 m", "3 d", "12 s". */
export function span(seconds: number): string {
  let left = Math.max(0, Math.floor(seconds));
  const at = kParts.findIndex(([, n]) => left >= n);
  if (at < 0) return "0 s";
  const out: string[] = [];
  for (const [name, n] of kParts.slice(at, at + 2)) {
    if (left >= n) out.push(`${Math.floor(left / n)}\u00a0${name}`);
    left %= n;
  }
  return out.join(" ");
}

/** For lists, which should not flicker: seconds only of the first minute. */
export const rough = (seconds: number) => span(seconds < 60 ? seconds : seconds - (seconds % 60));

/** "every minute", "every 5 m" */
export const every = (seconds: number) => `every ${seconds === 60 ? "minute" : seconds === 3600 ? "hour" : seconds === 86400 ? "day" : span(seconds)}`;

export const ago = (t: number, now: number) => (now - t < 1 ? "just now" : `${span(now - t)} ago`);

/** For screen readers and sentences: "2 hours 10 minutes". */
export function spoken(seconds: number): string {
  const words: Record<string, string> = { d: "day", h: "hour", m: "minute", s: "second" };
  return span(seconds).replace(/(\d+)\u00a0(\w)/g, (_, n: string, p: string) => `${n} ${words[p]}${n === "1" ? "" : "s"}`);
}

const formats = new Map<string, Intl.DateTimeFormat>();
function format(zone: Zone, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = zone + JSON.stringify(options);
  let f = formats.get(key);
  if (!f) formats.set(key, (f = new Intl.DateTimeFormat("en-GB", { ...options, hourCycle: "h23", ...(zone === "utc" ? { timeZone: "UTC" } : {}) })));
  return f;
}

const kTime: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit" };
const kSeconds: Intl.DateTimeFormatOptions = { ...kTime, second: "2-digit" };
const kDay: Intl.DateTimeFormatOptions = { year: "numeric", month: "2-digit", day: "2-digit" };

export const clock = (t: number, zone: Zone, seconds = false) => format(zone, seconds ? kSeconds : kTime).format(t * 1000);

/** 2026-12-01, of the reader's day. */
export function day(t: number, zone: Zone): string {
  const parts = Object.fromEntries(format(zone, kDay).formatToParts(t * 1000).map((p) => [p.type, p.value]));
  return `${parts.year}-${parts.month}-${parts.day}`;
}

/** "10:21" of today, else "2026-11-30 10:21". */
export function moment(t: number, now: number, zone: Zone): string {
  return day(t, zone) === day(now, zone) ? clock(t, zone) : `${day(t, zone)} ${clock(t, zone)}`;
}

/** "+01:00" of the reader's zone at that moment. */
export function offset(t: number, zone: Zone): string {
  const minutes = zone === "utc" ? 0 : -new Date(t * 1000).getTimezoneOffset(), abs = Math.abs(minutes);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(abs / 60))}:${two(abs % 60)}`;
}

/** For titles: "2026-12-01 10:21:05 +01:00 = 2026-12-01 09:21:05 UTC". */
export function exact(t: number, zone: Zone): string {
  if (!t) return "never";
  const utc = `${day(t, "utc")} ${clock(t, "utc", true)} UTC`;
  return zone === "utc" ? utc : `${day(t, zone)} ${clock(t, zone, true)} ${offset(t, zone)} = ${utc}`;
}

const kFactors: Record<string, number> = { s: 1, m: 60, min: 60, h: 3600, d: 86400, w: 604800 };

/** Seconds of "90m", "2h30m", "1.5 h", "1d 12h"; nothing when it is no span. */
export function duration(text: string): number | undefined {
  const s = text.trim().toLowerCase();
  if (!/^(\d+(\.\d+)?\s*(s|min|m|h|d|w)\s*)+$/.test(s)) return undefined;
  let sum = 0;
  for (const m of s.matchAll(/(\d+(?:\.\d+)?)\s*(s|min|m|h|d|w)/g)) sum += Number(m[1]) * kFactors[m[2]!]!;
  return Math.round(sum);
}

/** When a silence ends: a span from `from` on, or "until 08:00", "2026-12-02 08:00". Unix seconds. */
export function until(text: string, from: number, zone: Zone): number | undefined {
  const span = duration(text);
  if (span !== undefined) return span > 0 ? from + span : undefined;
  const m = /^(?:until\s+)?(?:(\d{4}-\d\d-\d\d)[ t])?(\d{1,2}):(\d\d)$/i.exec(text.trim());
  if (!m || Number(m[2]) > 23 || Number(m[3]) > 59) return undefined;
  const at = instant(m[1] ?? day(from, zone), Number(m[2]), Number(m[3]), zone);
  if (at === undefined || at > from) return at;
  return m[1] ? undefined : instant(day(from + 86400, zone), Number(m[2]), Number(m[3]), zone);
}

function instant(date: string, hour: number, minute: number, zone: Zone): number | undefined {
  const [y, mo, d] = date.split("-").map(Number) as [number, number, number];
  const t = zone === "utc" ? Date.UTC(y, mo - 1, d, hour, minute) : new Date(y, mo - 1, d, hour, minute).getTime();
  return Number.isNaN(t) ? undefined : Math.floor(t / 1000);
}
