// backend/dashboard/src/silences.ts - which rows are silenced now. A stored event says what was so at its last result; a silence that was made or
// ended since then counts at once.
import { Flag, type Row } from "./rows";
import type { Silenced } from "./acts";

/** Active silences of machines and checks, as NS/MACHINE:CHECK with * for all; and the namespaces where others are, of which rows tell too little. */
export interface SilenceIndex { keys: ReadonlySet<string>; others: ReadonlySet<string> }

const star = (s: string | undefined) => s || "*";

/** Of subscriptions and windows only the backend knows what they hit. */
export function silenceIndex(list: readonly Silenced[], now: number): SilenceIndex {
  const keys = new Set<string>(), others = new Set<string>();
  for (const s of list) {
    if (s.begin > now || (s.expire_at > 0 && s.expire_at <= now)) continue;
    const ns = s.metadata.namespace, machine = /^entity:(.*)$/.exec(s.subscription ?? "")?.[1];
    if (s.windows?.length || (s.subscription && s.subscription !== "*" && machine === undefined)) others.add(ns);
    else keys.add(`${ns}/${star(machine)}:${star(s.check)}`);
  }
  return { keys, others };
}

/** The row as it is now; the same one when nothing changes. */
export function silencedNow(r: Row, index: SilenceIndex): Row {
  const hit = [`${r.entity}:${r.check}`, `${r.entity}:*`, `*:${r.check}`, "*:*"].some((k) => index.keys.has(`${r.ns}/${k}`));
  const is = hit || (index.others.has(r.ns) && r.stored);
  return is === ((r.flags & Flag.silenced) !== 0) ? r : { ...r, flags: r.flags ^ Flag.silenced };
}
