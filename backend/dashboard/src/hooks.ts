// backend/dashboard/src/hooks.ts - what pages have in common: data that is fetched and fetched again, keys, the width of the screen, titles.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { signal, useSignal, useSignalEffect, type Signal } from "@preact/signals";
import { get, type ApiError } from "./api";
import { keysAdd, type Key } from "./keys";
import { versions, type Kind } from "./store";

export interface Fetched<T> { data: T | undefined; error: ApiError | null; loading: boolean; again: () => void }

/** GETs `path`, again when it, one of the kinds or `of` changes. What was there stays while it loads and when that fails. "" asks nothing. */
export function useGet<T>(path: string, kinds: Kind[] = [], of = ""): Fetched<T> {
  const [state, set] = useState<{ path: string; data?: T; error: ApiError | null; loading: boolean }>({ path, error: null, loading: !!path });
  const [turn, again] = useState(0);
  const version = `${kinds.map((k) => versions[k].value).join()} ${of}`;
  useEffect(() => {
    if (!path) return;
    const stop = new AbortController();
    set((s) => (s.path === path ? { ...s, loading: true } : { path, error: null, loading: true }));
    get<T>(path, stop.signal).then(
      (data) => set({ path, data, error: null, loading: false }),
      (error: ApiError) => { if (!stop.signal.aborted) set((s) => ({ path, data: s.path === path ? s.data : undefined, error, loading: false })); });
    return () => stop.abort();
  }, [path, version, turn]);
  const mine = state.path === path;
  return { data: mine ? state.data : undefined, error: mine ? state.error : null, loading: !mine || state.loading, again: () => again((n) => n + 1) };
}

/** Keys while this part is on screen: from the moment it is there, as somebody may press one in the same frame. */
export function useKeys(table: Key[]) {
  const ref = useRef(table);
  ref.current = table;
  useLayoutEffect(() => keysAdd(table.map((k, i) => ({ ...k, run: (e) => ref.current[i]?.run(e) }))), [table.map((k) => k.keys).join()]);
}

const kPhone = "(max-width: 699px)";
export const phone = signal(matchMedia(kPhone).matches);
matchMedia(kPhone).addEventListener("change", (e) => { phone.value = e.matches; });

export const pageTitle = signal("Problems"); // what the title, the h1 and the screen reader say
export function useTitle(title: string) { useLayoutEffect(() => { pageTitle.value = title; }, [title]); }

/** A part that takes longer than a blink shows that it loads; shorter waits show nothing. */
export function useLate(waiting: boolean, ms = 150): boolean {
  const late = useSignal(false);
  useEffect(() => {
    if (!waiting) { late.value = false; return; }
    const t = setTimeout(() => { late.value = true; }, ms);
    return () => clearTimeout(t);
  }, [waiting]);
  return late.value && waiting;
}

export function useSize(ref: { current: HTMLElement | null }): Signal<number> {
  const height = useSignal(600);
  useLayoutEffect(() => {
    const look = new ResizeObserver(() => { if (ref.current) height.value = ref.current.clientHeight; });
    look.observe(ref.current!);
    return () => look.disconnect();
  }, []);
  return height;
}
export { useSignalEffect };
