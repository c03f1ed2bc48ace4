// backend/dashboard/src/list/grid.tsx - a list of any length: only what is seen is drawn, one tab stop, all of it by keyboard.
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { useSignal, type Signal } from "@preact/signals";
import { phone, useKeys, useSize } from "../hooks";
import { preferences } from "../store";
import { all, extend, kNothing, toggle, type Selection } from "./select";
import { reveal, visible } from "./virtual";

export interface Column { id: string; name: string; sort?: string }
export interface GridProps<T> {
  name: string; label: string; items: T[]; keyOf: (item: T) => string; columns: Column[];
  cells: (item: T) => ComponentChildren[]; describe: (item: T) => string; open: (item: T) => void; rowClass?: (item: T) => string;
  focus: Signal<string | null>; selection?: Signal<Selection>; inUse?: Signal<boolean>;
  sort?: string; reversed?: boolean; onSort?: (sort: string) => void;
}
const kHeight = { phone: 68, normal: 38, dense: 30 };

export function Grid<T>(p: GridProps<T>) {
  const scroller = useRef<HTMLDivElement>(null), head = useRef<HTMLDivElement>(null), grab = useRef(false);
  const top = useSignal(0), height = useSize(scroller);
  const rowHeight = phone.value ? kHeight.phone : kHeight[preferences.value.density];
  const keys = p.items.map(p.keyOf), at = p.focus.value === null ? -1 : keys.indexOf(p.focus.value);
  const span = visible(top.value, height.value, rowHeight, p.items.length);
  const drawn = at >= 0 && (at < span.first || at >= span.last) ? [at] : [];
  for (let i = span.first; i < span.last; i++) drawn.push(i);

  const move = (to: number) => {
    if (!keys.length) return;
    const i = Math.max(0, Math.min(keys.length - 1, to)), s = scroller.current!;
    s.scrollTop = reveal(i, s.scrollTop, s.clientHeight, rowHeight, head.current!.offsetHeight);
    top.value = s.scrollTop;
    grab.current = true;
    if (p.focus.value === keys[i]) focusRow(); else p.focus.value = keys[i]!;
  };
  const focusRow = () => { scroller.current?.querySelector<HTMLElement>('.row[tabindex="0"]')?.focus({ preventScroll: true }); grab.current = false; };
  useLayoutEffect(() => { if (grab.current) focusRow(); });
  useEffect(() => { if (at >= 0 && scroller.current) scroller.current.scrollTop = reveal(at, 0, scroller.current.clientHeight, rowHeight, 40); }, []);
  useGridKeys(p, keys, at, move, Math.max(1, Math.floor(height.value / rowHeight) - 2));

  const using = (on: boolean) => () => { if (p.inUse) p.inUse.value = on; };
  return (
    <div class={`grid grid-${p.name}`} role="grid" aria-label={p.label} aria-rowcount={p.items.length + 1} aria-multiselectable={p.selection ? "true" : undefined} data-list
      ref={scroller} onScroll={(e) => { top.value = e.currentTarget.scrollTop; }} onPointerEnter={using(true)} onPointerLeave={using(false)}>
      <Head p={p} head={head} keys={keys} />
      <div class="body" role="rowgroup" style={{ height: `${p.items.length * rowHeight}px` }}>
        {drawn.map((i) => <RowOf key={keys[i]} p={p} item={p.items[i]!} k={keys[i]!} index={i} height={rowHeight} order={keys} stop={i === (at < 0 ? 0 : at)} />)}
      </div>
    </div>
  );
}

function Head<T>({ p, head, keys }: { p: GridProps<T>; head: { current: HTMLDivElement | null }; keys: string[] }) {
  const chosen = p.selection?.value.keys.size ?? 0;
  const sorted = (c: Column) => (c.sort && c.sort === p.sort ? (p.reversed ? "descending" : "ascending") : undefined);
  return (
    <div class="head" role="row" aria-rowindex={1} ref={head}>
      {p.selection && (
        <div role="columnheader" class="cell c-select"><label class="tick"><span class="hidden">Select all</span><input type="checkbox" tabIndex={-1} checked={chosen > 0 && chosen >= keys.length}
          indeterminate={chosen > 0 && chosen < keys.length} onClick={() => { p.selection!.value = chosen ? kNothing : all(keys); }} /></label></div>)}
      {p.columns.map((c) => (
        <div role="columnheader" class={`cell c-${c.id}`} aria-sort={sorted(c)}>
          {c.sort ? <button type="button" tabIndex={-1} onClick={() => p.onSort?.(c.sort!)}>{c.name}<span class="arrow" aria-hidden="true" /></button> : c.name}
        </div>))}
    </div>
  );
}

interface RowProps<T> { p: GridProps<T>; item: T; k: string; index: number; height: number; order: string[]; stop: boolean }

function RowOf<T>({ p, item, k, index, height, order, stop }: RowProps<T>) {
  const selected = !!p.selection?.value.keys.has(k);
  const click = (e: MouseEvent) => {
    if ((e.target as Element).closest("a,button,label,input") || getSelection()?.type === "Range") return;
    if (e.shiftKey && p.selection) { p.selection.value = extend(p.selection.value, order, k); return; }
    p.open(item);
  };
  const tick = (e: MouseEvent) => { p.selection!.value = e.shiftKey ? extend(p.selection!.value, order, k) : toggle(p.selection!.value, k); };
  return (
    <div class={`row ${p.rowClass?.(item) ?? ""}${selected ? " selected" : ""}`} role="row" aria-rowindex={index + 2} aria-selected={p.selection ? selected : undefined} tabIndex={stop ? 0 : -1}
      style={{ height: `${height}px`, transform: `translateY(${index * height}px)` }} onClick={click} onFocus={() => { p.focus.value = k; }}>
      {p.selection && <div role="gridcell" class="cell c-select"><label class="tick"><span class="hidden">Select {p.describe(item)}</span><input type="checkbox" tabIndex={-1} checked={selected} onClick={tick} /></label></div>}
      {p.cells(item).map((c, i) => <div role="gridcell" class={`cell c-${p.columns[i]!.id}`}>{c}</div>)}
    </div>
  );
}

function useGridKeys<T>(p: GridProps<T>, keys: string[], at: number, move: (to: number) => void, page: number) {
  const group = "Lists", s = p.selection;
  const openIt = () => { const item = p.items[at]; if (item) p.open(item); };
  const select = (to: number) => { if (!s) return; const key = keys[Math.max(0, Math.min(keys.length - 1, to))]; if (key) s.value = extend(s.value.anchor ? s.value : { ...s.value, anchor: keys[at] ?? key }, keys, key); move(to); };
  useKeys([
    { keys: "j or ArrowDown", does: "Next row", group, row: true, run: () => move(at + 1) },
    { keys: "k or ArrowUp", does: "Previous row", group, row: true, run: () => move(at < 0 ? 0 : at - 1) },
    { keys: "Home", does: "First row", group, row: true, run: () => move(0) },
    { keys: "End", does: "Last row", group, row: true, run: () => move(keys.length - 1) },
    { keys: "PageDown", does: "A screen further", group, row: true, run: () => move(at + page) },
    { keys: "PageUp", does: "A screen back", group, row: true, run: () => move(at - page) },
    { keys: "Enter or o", does: "Open", group, row: true, run: openIt },
    ...(s ? [
      { keys: "x or Space", does: "Select", group, row: true, run: () => { const k = keys[at]; if (k) s.value = toggle(s.value, k); } },
      { keys: "Shift-ArrowDown", does: "Extend the selection down", group, row: true, run: () => select(at + 1) },
      { keys: "Shift-ArrowUp", does: "Extend the selection up", group, row: true, run: () => select(at - 1) },
      { keys: "Ctrl-A", does: "Select all that match", group, row: true, run: () => { s.value = all(keys); } },
    ] : []),
  ]);
}
