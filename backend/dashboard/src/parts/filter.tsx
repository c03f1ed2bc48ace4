// backend/dashboard/src/parts/filter.tsx - the filter box, the chips with counts, and the order of a list; all of it lives in the address.
import { useEffect, useRef, useState } from "preact/hooks";
import { useKeys } from "../hooks";
import { Icon, type IconName } from "../icons";
import { parse } from "../query";
import { route, setQuery } from "../route";
import { number } from "./basic";

const kTypingMs = 60;

/** `help`: what may be written. The text is applied while one types, and stays in the address. */
export function FilterBox({ label, help, fields = true }: { label: string; help: string; fields?: boolean }) {
  const q = route.value.query.q ?? "", input = useRef<HTMLInputElement>(null), timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const [typed, setTyped] = useState(q);
  useEffect(() => { if (document.activeElement !== input.current) setTyped(q); }, [q]);
  const type = (text: string) => { setTyped(text); clearTimeout(timer.current); timer.current = setTimeout(() => setQuery({ q: text }), kTypingMs); };
  const clear = () => { setTyped(""); setQuery({ q: "" }); };
  useKeys([{ keys: "/", does: "Filter", group: "Everywhere", run: () => { input.current?.focus(); input.current?.select(); } }]);
  const errors = fields ? parse(q).errors : [];
  const leave = (e: KeyboardEvent) => {
    if (e.key === "Escape") { if (typed) clear(); else input.current?.blur(); e.stopPropagation(); }
    if (e.key === "Enter" || e.key === "ArrowDown") { e.preventDefault(); document.querySelector<HTMLElement>('[data-list] .row[tabindex="0"]')?.focus(); }
  };
  return (
    <div class={`filter${errors.length ? " wrong" : ""}`}>
      <Icon name="search" />
      <input ref={input} type="search" aria-label={label} placeholder={help} value={typed} spellcheck={false} autocomplete="off" aria-keyshortcuts="/" aria-invalid={errors.length > 0} onInput={(e) => type(e.currentTarget.value)} onKeyDown={leave} />
      {typed ? <button type="button" class="button quiet icon-only" aria-label="Clear the filter" onClick={clear}><Icon name="close" /></button> : <kbd aria-hidden="true">/</kbd>}
      {errors.length > 0 && <p class="wrong-text" role="status">{errors.join("; ")}</p>}
    </div>
  );
}

export interface ChipProps { name: string; n?: number; icon?: IconName; tone?: string; on: boolean; run: () => void }
export const Chip = ({ name, n, icon, tone, on, run }: ChipProps) => (
  <button type="button" class={`chip ${tone ?? ""}${n === 0 ? " zero" : ""}`} aria-pressed={on} onClick={run}>{icon && <Icon name={icon} />}{name}{n !== undefined && <b>{number(n)}</b>}</button>
);

export function SortBox({ sorts, usual }: { sorts: [string, string][]; usual: string }) {
  const sort = route.value.query.sort || usual;
  return (
    <label class="sort"><span>Sort</span><select value={sort} onChange={(e) => setQuery({ sort: e.currentTarget.value === usual ? "" : e.currentTarget.value, order: "" }, false)}>
      {sorts.map(([v, name]) => <option value={v}>{name}</option>)}</select></label>
  );
}
