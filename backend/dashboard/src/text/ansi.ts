// backend/dashboard/src/text/ansi.ts - colours of terminals as classes: SGR only; every other escape stays to be seen.

export interface Piece { text: string; classes: string }

interface Pen { fg: string; bg: string; bold: boolean; dim: boolean; italic: boolean; underline: boolean; inverse: boolean }
const kPlain: Pen = { fg: "", bg: "", bold: false, dim: false, italic: false, underline: false, inverse: false };
const kSgr = /\u001b\[([\d;:]*)m/g;
export const kPiecesMax = 5000; // pieces of one output; what comes after them has the last colour

const names = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];
const colour = (n: number) => (n < 8 ? names[n]! : `bright-${names[n - 8]}`);

/** The nearest of the 16 colours, which follow the theme. */
function nearest(r: number, g: number, b: number): string {
  const high = Math.max(r, g, b);
  if (high < 60) return "black";
  const bits = (r > high / 2 ? 1 : 0) | (g > high / 2 ? 2 : 0) | (b > high / 2 ? 4 : 0);
  return colour(high > 200 ? bits + 8 : bits);
}

function indexed(n: number): string {
  if (n < 16) return colour(n);
  if (n >= 232) return nearest(...(Array(3).fill((n - 232) * 10 + 8) as [number, number, number]));
  const step = (v: number) => (v === 0 ? 0 : v * 40 + 55);
  return nearest(step(Math.floor((n - 16) / 36)), step(Math.floor((n - 16) / 6) % 6), step((n - 16) % 6));
}

/** The colour behind 38 or 48, and how many numbers it took. */
function extended(codes: number[], at: number): [string, number] {
  if (codes[at] === 5) return [indexed(Math.min(255, codes[at + 1] ?? 0)), 2];
  if (codes[at] === 2) return [nearest(codes[at + 1] ?? 0, codes[at + 2] ?? 0, codes[at + 3] ?? 0), 4];
  return ["", 1];
}

const switches: Record<number, Partial<Pen>> = {
  0: kPlain, 1: { bold: true }, 2: { dim: true }, 3: { italic: true }, 4: { underline: true }, 7: { inverse: true },
  22: { bold: false, dim: false }, 23: { italic: false }, 24: { underline: false }, 27: { inverse: false }, 39: { fg: "" }, 49: { bg: "" },
};

function apply(pen: Pen, codes: number[]): Pen {
  const out = { ...pen };
  for (let i = 0; i < codes.length; i++) {
    const c = codes[i]!;
    if (c in switches) Object.assign(out, switches[c]);
    else if (c >= 30 && c <= 37) out.fg = colour(c - 30);
    else if (c >= 90 && c <= 97) out.fg = colour(c - 82);
    else if (c >= 40 && c <= 47) out.bg = colour(c - 40);
    else if (c >= 100 && c <= 107) out.bg = colour(c - 92);
    else if (c === 38 || c === 48) {
      const [name, took] = extended(codes, i + 1);
      if (c === 38) out.fg = name; else out.bg = name;
      i += took;
    }
  }
  return out;
}

function classes(p: Pen): string {
  const [fg, bg] = p.inverse ? [p.bg || "paper", p.fg || "ink"] : [p.fg, p.bg];
  const all = [fg && `fg-${fg}`, bg && `bg-${bg}`, p.bold && "a-bold", p.dim && "a-dim", p.italic && "a-italic", p.underline && "a-underline"];
  return all.filter(Boolean).join(" ");
}

export function ansi(text: string): Piece[] {
  const out: Piece[] = [];
  let pen = kPlain, at = 0;
  const add = (end: number) => { if (end > at) out.push({ text: text.slice(at, end), classes: classes(pen) }); };
  for (const m of text.matchAll(kSgr)) {
    if (out.length >= kPiecesMax) break;
    add(m.index!);
    at = m.index! + m[0].length;
    pen = apply(pen, (m[1] || "0").split(/[;:]/).map(Number));
  }
  add(text.length);
  return out;
}

/** Without the colours, for one line and for copying. */
export const ansiless = (text: string) => text.replace(kSgr, "");
