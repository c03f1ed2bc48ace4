// backend/dashboard/src/parts/palette.tsx - "take me there": Ctrl-K, a few letters, Enter. Events, machines, namespaces, pages and acts.
import { useMemo, useState } from "preact/hooks";
import { Icon, type IconName } from "../icons";
import { address, entityAddress, eventAddress, go, kPages, route } from "../route";
import { namespaces, rows } from "../store";
import { isSilenced, statusClass } from "../rows";
import { fuzzy } from "../text/fuzzy";
import { paletteShown } from "../ui";
import { kStatusIcons, statusName, T } from "./basic";
import { actsOf } from "./bulk";
import { Dialog } from "./dialog";
import { selectedRows } from "../pages/problems";

const kShown = 12, kLooked = 20_000;

interface Item { name: string; kind: string; icon: IconName; tone?: string; run: () => void; weight: number }

function pages(): Item[] {
  return kPages.map((p) => ({ name: p[0]!.toUpperCase() + p.slice(1), kind: "page", icon: p, run: () => go(address({ ns: route.value.ns, page: p })), weight: 2 }));
}

function places(): Item[] {
  const all = namespaces.value.length > 1 ? [{ name: "all namespaces", kind: "namespace", icon: "more" as IconName, run: () => go(address({ ns: "", page: "problems" })), weight: 1 }] : [];
  return [...all, ...namespaces.value.map((n) => ({ name: n, kind: "namespace", icon: "more" as IconName, run: () => go(address({ ns: n, page: "problems" })), weight: 1 }))];
}

function acts(): Item[] {
  const list = selectedRows();
  return list.length ? actsOf(list).filter((a) => !a.why).map((a) => ({ name: `${a.name} ${list.length} selected`, kind: "action", icon: a.icon as IconName, run: a.run, weight: 4 })) : [];
}

function things(): Item[] {
  const machines = new Map<string, Item>(), out: Item[] = [];
  for (const r of rows.value.map.values()) {
    if (out.length >= kLooked) break;
    out.push({ name: `${r.entity} / ${r.check}`, kind: "event", icon: kStatusIcons[statusClass(r.status)]!, tone: `s-${statusName(r.status)}`, run: () => go(eventAddress(r.ns, r.entity, r.check)), weight: r.status && !isSilenced(r) ? 1 : 0 });
    const key = `${r.ns}/${r.entity}`;
    if (!machines.has(key)) machines.set(key, { name: r.entity, kind: "machine", icon: "entities", run: () => go(entityAddress(r.ns, r.entity)), weight: 1 });
  }
  return [...machines.values(), ...out];
}

function found(all: Item[], text: string): Item[] {
  if (!text) return all.filter((i) => i.kind !== "event" || i.weight).sort((a, b) => b.weight - a.weight).slice(0, kShown);
  const scored: [number, Item][] = [];
  for (const i of all) { const s = fuzzy(text, i.name); if (s > 0) scored.push([s + i.weight * 2, i]); }
  return scored.sort((a, b) => b[0] - a[0]).slice(0, kShown).map(([, i]) => i);
}

export function PaletteBox() {
  const [text, setText] = useState(""), [at, setAt] = useState(0);
  const all = useMemo(() => [...acts(), ...pages(), ...places(), ...things()], []), list = found(all, text.trim());
  const close = () => { paletteShown.value = false; };
  const take = (i: Item | undefined) => { if (!i) return; close(); setTimeout(i.run); };
  const key = (e: KeyboardEvent) => {
    const step = e.key === "ArrowDown" ? 1 : e.key === "ArrowUp" ? -1 : 0;
    if (step) { e.preventDefault(); setAt((at + step + list.length) % Math.max(1, list.length)); }
    if (e.key === "Enter") { e.preventDefault(); take(list[at]); }
  };
  return (
    <Dialog title="Go to" onClose={close}>
      <div class="palette">
        <input data-first role="combobox" aria-expanded="true" aria-controls="palette-list" aria-activedescendant={list.length ? `palette-${at}` : undefined} aria-label="Go to" placeholder="Machine, check, page, namespace" value={text} spellcheck={false} autocomplete="off"
          onInput={(e) => { setText(e.currentTarget.value); setAt(0); }} onKeyDown={key} />
        <ul id="palette-list" role="listbox" aria-label="Found">{list.map((i, n) => <li id={`palette-${n}`} role="option" aria-selected={n === at} onPointerMove={() => setAt(n)} onClick={() => take(i)}><span class={i.tone ?? "muted"}><Icon name={i.icon} /></span><span class="what"><T text={i.name} /></span><span class="muted small">{i.kind}</span></li>)}</ul>
        {!list.length && <p class="muted" role="status">Nothing of that name.</p>}
      </div>
    </Dialog>
  );
}
