// backend/dashboard/src/text/plain.ts - makes text of strangers harmless to read: control characters as pictures, bidi overrides spelled out.

const kControls = /[\u0000-\u0008\u000b-\u001f\u007f]/g; // all but tab and line feed
const kBidi = /[\u202a-\u202e\u2066-\u2069]/g; // would show the rest of the line in another order than it is
const kLone = /\p{Surrogate}/gu;

const picture = (c: string) => (c === "\u007f" ? "\u2421" : String.fromCharCode(0x2400 + c.charCodeAt(0)));
const spelled = (c: string) => `\u27e8U+${c.charCodeAt(0).toString(16).toUpperCase()}\u27e9`;

/** Text of several lines; carriage returns before line feeds are nobody's business. */
export function plain(text: string): string {
  return text.replace(/\r\n/g, "\n").replace(kControls, picture).replace(kBidi, spelled).replace(kLone, "\ufffd");
}

/** One line: names, labels, reasons, the first line of an output. */
export function line(text: string): string {
  return plain(text).replace(/\n/g, "\u240a").replace(/\t/g, " ");
}

/** As part of an address; half a character cannot be one. */
export const escaped = (text: string) => encodeURIComponent(text.replace(kLone, "\ufffd"));

/** At most `max` characters, never half of one. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const end = /[\ud800-\udbff]/.test(text.charAt(max - 1)) ? max - 1 : max;
  return text.slice(0, end);
}
