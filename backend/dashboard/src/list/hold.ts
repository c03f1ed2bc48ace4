// backend/dashboard/src/list/hold.ts - rows keep their places while somebody uses the list: what came, went or moved waits until he asks for it.
import { useRef } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { changes } from "../rows";

export type Kept<T> = T & { gone?: boolean };
export interface Held<T> { shown: Kept<T>[]; pending: number; apply: () => void }

/** `hold`: the list is in use. `scope`: what the list is of; another one is shown at once. */
export function useHeld<T>(wanted: T[], keyOf: (t: T) => string, latest: (key: string) => T | undefined, hold: boolean, scope: string): Held<T> {
  const kept = useRef<{ scope: string; order: string[]; seen: Map<string, T> }>({ scope: "\0", order: [], seen: new Map() });
  const turn = useSignal(0);
  turn.value; // drawn again by apply
  const k = kept.current, keys = wanted.map(keyOf);
  if (!hold || k.scope !== scope || !k.order.length) {
    kept.current = { scope, order: keys, seen: new Map(wanted.map((w, i) => [keys[i]!, w])) };
    return { shown: wanted as Kept<T>[], pending: 0, apply: () => undefined };
  }
  const shown = k.order.map((key) => {
    const row = latest(key);
    if (row) { k.seen.set(key, row); return row as Kept<T>; }
    return { ...k.seen.get(key)!, gone: true } as Kept<T>;
  });
  const apply = () => { kept.current = { scope: "\0", order: [], seen: new Map() }; turn.value++; };
  return { shown, pending: changes(k.order, keys), apply };
}
