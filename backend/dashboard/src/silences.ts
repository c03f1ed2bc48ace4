// backend/dashboard/src/silences.ts - by which silences an event is silenced now. Whether it is, its row says; by which, the list of silences and
// the subscriptions of the event do: those that its last result was under may have ended, and others begun.
import type { Silenced } from "./acts";

/** Of an event, what silences look at. */
export interface Placed {
  entity: { metadata: { name: string }; entity_class?: string; subscriptions?: string[] | null };
  check?: { metadata: { name: string }; proxy_entity_name?: string; subscriptions?: string[] | null; silenced?: string[] | null };
}

const any = (s: string | undefined) => !s || s === "*";

/** As the backend has it: of a machine with an agent, the subscriptions of the check that the machine has, too. */
function subscriptionsOf(e: Placed): string[] {
  const own = e.entity.subscriptions ?? [], name = e.entity.metadata.name, c = e.check!;
  const under = c.proxy_entity_name ? own : (c.subscriptions ?? []).filter((s) => e.entity.entity_class !== "agent" || own.includes(s));
  return [`entity:${name}`, `client:${name}`, ...under];
}

/** Names, sorted. Whether a window is open only the backend knows: such a silence counts when the last result was under it. */
export function silencesOf(e: Placed, list: readonly Silenced[], now: number): string[] {
  const c = e.check;
  if (!c) return [];
  const under = subscriptionsOf(e);
  return list.filter((s) => {
    if (s.begin > now || (s.expire_at > 0 && s.expire_at <= now) || (any(s.subscription) && any(s.check))) return false;
    if (!any(s.check) && s.check !== c.metadata.name) return false;
    if (!any(s.subscription) && !under.includes(s.subscription!)) return false;
    return !s.windows?.length || !!c.silenced?.includes(s.metadata.name);
  }).map((s) => s.metadata.name).sort();
}
