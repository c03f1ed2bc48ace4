// backend/dashboard/src/parts/dialog.tsx - a modal dialog: focus goes in, stays in, and comes back; and the question before what cannot be undone.
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { signal } from "@preact/signals";
import { Icon } from "../icons";
import { Button } from "./basic";

export function Dialog({ title, onClose, children, wide, fixed }: { title: string; onClose: () => void; children: ComponentChildren; wide?: boolean; fixed?: boolean }) {
  const ref = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    ref.current!.showModal();
    ref.current!.querySelector<HTMLElement>("[data-first]")?.focus();
    return () => { if (before?.isConnected) before.focus(); };
  }, []);
  const outside = (e: MouseEvent) => { if (e.target === ref.current && !fixed) onClose(); };
  return (
    <dialog ref={ref} class={wide ? "wide" : ""} aria-label={title} onMouseDown={outside} onCancel={(e) => { e.preventDefault(); if (!fixed) onClose(); }}>
      <div class="dialog">
        <header><h2>{title}</h2>{!fixed && <button type="button" class="button quiet icon-only" aria-label="Close" onClick={onClose}><Icon name="close" /></button>}</header>
        {children}
      </div>
    </dialog>
  );
}

// ---- questions ----

export interface Question { title: string; text: ComponentChildren; act: string; danger?: boolean; typed?: string; run: () => void }
const question = signal<Question | null>(null);
export const ask = (q: Question) => { question.value = q; };

/** `typed`: a name that has to be written first, of what takes much with it. */
function Ask({ q }: { q: Question }) {
  const [typed, setTyped] = useState("");
  const ready = !q.typed || typed === q.typed;
  const close = () => { question.value = null; };
  const submit = (e: Event) => { e.preventDefault(); if (ready) { close(); q.run(); } };
  return (
    <Dialog title={q.title} onClose={close}>
      <form onSubmit={submit}>
        <div class="prose">{q.text}</div>
        {q.typed && <label class="field"><span>Write <b>{q.typed}</b> to confirm</span><input data-first value={typed} onInput={(e) => setTyped(e.currentTarget.value)} autocomplete="off" spellcheck={false} /></label>}
        <footer><Button onClick={close}>Cancel</Button><Button type="submit" kind={q.danger ? "danger" : "main"} why={!ready && `Write ${q.typed} first`} {...(q.typed ? {} : { "data-first": true })}>{q.act}</Button></footer>
      </form>
    </Dialog>
  );
}
export const Questions = () => (question.value ? <Ask key={question.value.title} q={question.value} /> : null);
