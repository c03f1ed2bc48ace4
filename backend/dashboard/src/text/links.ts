// backend/dashboard/src/text/links.ts - finds the web addresses in a text: http and https only, shown in full.

export interface Part { text: string; href?: string }

const kAddress = /\bhttps?:\/\/[^\s<>"'`\u0000-\u001f\u2400-\u2421\u27e8\u27e9]+/gi;
export const kLinksMax = 200; // of one text; further addresses stay text

/** The address without what a sentence puts behind it: a full stop, or a bracket that was opened before it. */
function trimmed(found: string): string {
  let s = found.replace(/[.,;:!?*]+$/, "");
  for (const [open, close] of ["()", "[]", "{}"] as const) if (s.endsWith(close!) && s.split(close!).length > s.split(open!).length) s = s.slice(0, -1);
  return s;
}

/** The address as a browser will follow it, or nothing when it is none. */
export function address(text: string): string | undefined {
  try {
    const url = new URL(text);
    return url.protocol === "http:" || url.protocol === "https:" ? url.href : undefined;
  } catch { return undefined; }
}

export function links(text: string): Part[] {
  const out: Part[] = [];
  let at = 0, count = 0;
  for (const m of text.matchAll(kAddress)) {
    const found = trimmed(m[0]), href = address(found);
    if (!href || ++count > kLinksMax) continue;
    if (m.index! > at) out.push({ text: text.slice(at, m.index!) });
    out.push({ text: found, href });
    at = m.index! + found.length;
  }
  if (at < text.length) out.push({ text: text.slice(at) });
  return out;
}
