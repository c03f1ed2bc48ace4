// backend/dashboard/src/text/fuzzy.ts - how well a few letters fit a name: all of them, in order; beginnings of words and runs count more.

/** 0: not at all. */
export function fuzzy(letters: string, name: string): number {
  const l = letters.toLowerCase().replace(/\s+/g, ""), n = name.toLowerCase();
  let score = 0, at = -1;
  for (const c of l) {
    const i = n.indexOf(c, at + 1);
    if (i < 0) return 0;
    score += i === at + 1 ? 5 : /[\s/_.:-]/.test(n.charAt(i - 1)) || i === 0 ? 4 : 1;
    at = i;
  }
  return score + (n.startsWith(l) ? 20 : 0) + (n === l ? 20 : 0) - n.length / 100;
}
