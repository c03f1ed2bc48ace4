// backend/dashboard/src/list/select.ts - a selection by key, which rows that move, come or go do not disturb.

export interface Selection { keys: ReadonlySet<string>; anchor: string | null }
export const kNothing: Selection = { keys: new Set(), anchor: null };

export function toggle(s: Selection, key: string): Selection {
  const keys = new Set(s.keys);
  if (!keys.delete(key)) keys.add(key);
  return { keys, anchor: key };
}

/** From the anchor to `key`, both included, in the order of the list. */
export function extend(s: Selection, order: readonly string[], key: string): Selection {
  const a = order.indexOf(s.anchor ?? key), b = order.indexOf(key);
  if (a < 0 || b < 0) return toggle(s, key);
  const keys = new Set(s.keys);
  for (const k of order.slice(Math.min(a, b), Math.max(a, b) + 1)) keys.add(k);
  return { keys, anchor: s.anchor ?? key };
}

export const all = (order: readonly string[]): Selection => ({ keys: new Set(order), anchor: order[0] ?? null });

/** Without what is there no longer. */
export function keep(s: Selection, has: (key: string) => boolean): Selection {
  const keys = new Set([...s.keys].filter(has));
  return keys.size === s.keys.size ? s : { keys, anchor: s.anchor && has(s.anchor) ? s.anchor : null };
}
