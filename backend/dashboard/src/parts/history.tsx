// backend/dashboard/src/parts/history.tsx - the last results as a strip: oldest left, shape and colour for each, times on the bar and in a table.
import { Icon } from "../icons";
import { zone } from "../store";
import { clock, exact } from "../text/time";
import { statusClass } from "../rows";
import { kStatusIcons, statusName, statusWord } from "./basic";

export interface Result { status: number; executed: number }

export function History({ list }: { list: Result[] }) {
  if (!list.length) return <p class="muted">No result yet.</p>;
  const first = list[0]!, last = list[list.length - 1]!;
  return (
    <div class="history">
      <ol class="strip">{list.map((r) => (
        <li class={`s-${statusName(r.status)}`} title={`${statusWord(r.status)}, ${exact(r.executed, zone.value)}`}><Icon name={kStatusIcons[statusClass(r.status)]!} title={`${statusWord(r.status)} at ${clock(r.executed, zone.value, true)}`} /></li>))}</ol>
      <p class="ends muted small"><span>{clock(first.executed, zone.value, true)}</span><span>last result {clock(last.executed, zone.value, true)}</span></p>
    </div>
  );
}
