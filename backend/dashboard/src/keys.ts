// backend/dashboard/src/keys.ts - the keyboard: one table of keys, one listener; single keys can be turned off, and are never taken from a field.
import { preferences } from "./store";

export interface Key { keys: string; does: string; run: (e: KeyboardEvent) => void; group: string; row?: boolean } // row: only with the focus in the list, or nowhere

const tables: Key[][] = [];
let prefix = "", prefixEnd: ReturnType<typeof setTimeout> | undefined;
const kPrefixMs = 1500;

/** Adds keys while a part of the page is there; returns what takes them away. The last that came is asked first. */
export function keysAdd(table: Key[]): () => void {
  tables.unshift(table);
  return () => { tables.splice(tables.indexOf(table), 1); };
}
export const keysAll = () => tables.flat();

export function keyName(e: KeyboardEvent): string {
  const special = (e.ctrlKey || e.metaKey ? "Ctrl-" : "") + (e.shiftKey && e.key.length > 1 ? "Shift-" : "");
  return special + (e.key === " " ? "Space" : (e.ctrlKey || e.metaKey) && e.key.length === 1 ? e.key.toUpperCase() : e.key);
}

function inField(t: EventTarget | null): boolean {
  const e = t as HTMLElement | null;
  return !!e && (e.isContentEditable || e.tagName === "TEXTAREA" || e.tagName === "SELECT" || (e.tagName === "INPUT" && !/checkbox|radio/.test((e as HTMLInputElement).type)));
}
const onControl = (t: EventTarget | null) => !!(t as Element | null)?.closest?.("button,a,input,summary,select");

function find(name: string, e: KeyboardEvent): Key | undefined {
  const inList = e.target === document.body || !!(e.target as Element).closest?.("[data-list]");
  return tables.flat().find((k) => k.keys.split(" or ").includes(name) && (!k.row || inList));
}

function onKey(e: KeyboardEvent) {
  if (e.altKey || e.defaultPrevented || e.isComposing) return;
  const name = keyName(e), single = name.length === 1 || name === "Space";
  if (document.querySelector("dialog[open]") && name !== "Ctrl-K") return;
  if (inField(e.target) && single) return;
  if (single && !preferences.value.keys) return;
  if ((name === "Space" || name === "Enter") && onControl(e.target)) return;
  const key = find(prefix ? `${prefix} ${name}` : name, e);
  const begins = !prefix && tables.flat().some((k) => k.keys.startsWith(`${name} `));
  clearTimeout(prefixEnd);
  prefix = !key && begins ? name : "";
  if (prefix) prefixEnd = setTimeout(() => { prefix = ""; }, kPrefixMs);
  if (!key || (inField(e.target) && !name.startsWith("Ctrl-"))) return;
  e.preventDefault();
  key.run(e);
}

export function keysStart() { addEventListener("keydown", onKey); }
