// backend/dashboard/src/parts/basic.tsx - small things of every page: text of strangers, moments, statuses, buttons, cards.
import type { ComponentChildren, JSX } from "preact";
import { Icon, type IconName } from "../icons";
import { now, slowNow, zone } from "../store";
import { statusClass } from "../rows";
import { links } from "../text/links";
import { line, plain } from "../text/plain";
import { ago, exact, moment, rough } from "../text/time";
import { toldOf } from "../text/told";

export const T = ({ text }: { text: string }) => <bdi>{line(text)}</bdi>;

/** Text with its web addresses as links, shown in full. */
export function Rich({ text, lines = false }: { text: string; lines?: boolean }) {
  return <bdi>{links((lines ? plain : line)(text)).map((p) => (p.href ? <a href={p.href} target="_blank" rel="noopener noreferrer">{p.text}</a> : p.text))}</bdi>;
}

export const When = ({ t }: { t: number }) => <time title={exact(t, zone.value)} dateTime={t ? new Date(t * 1000).toISOString() : undefined}>{t ? moment(t, now.value, zone.value) : "never"}</time>;
export const Ago = ({ t }: { t: number }) => <time title={exact(t, zone.value)} dateTime={t ? new Date(t * 1000).toISOString() : undefined}>{t ? ago(t, now.value) : "never"}</time>;
export const For = ({ since }: { since: number }) => <time title={since ? `since ${exact(since, zone.value)}` : "not known since when"}>{since ? rough(slowNow.value - since) : "?"}</time>;

const kStatusWords = ["OK", "Warning", "Critical", "Unknown"];
export const kStatusIcons: IconName[] = ["ok", "warning", "critical", "unknown"];
export const statusWord = (s: number) => (s > 3 ? `Unknown ${s}` : kStatusWords[s]!);
export const statusName = (s: number) => ["ok", "warning", "critical", "unknown"][statusClass(s)]!;

/** Shape, colour and word. */
export function Status({ status, silenced, badge }: { status: number; silenced?: boolean; badge?: boolean }) {
  return <span class={`status s-${statusName(status)}${badge ? " badge" : ""}${silenced ? " is-silenced" : ""}`}><Icon name={kStatusIcons[statusClass(status)]!} />{statusWord(status)}</span>;
}

export function Told({ told }: { told: string }) {
  const w = toldOf(told);
  return <span class={`told t-${w.tone}`} title={w.title}><Icon name={w.icon} /><span>{line(w.word)}</span></span>;
}

type ButtonProps = Omit<JSX.IntrinsicElements["button"], "icon"> & { icon?: IconName; kind?: "main" | "danger" | "quiet"; shortcut?: string; why?: string | false; children?: ComponentChildren };

/** `why`: the reason it is disabled, said to everybody. */
export function Button({ icon, kind, shortcut, why, children, ...rest }: ButtonProps) {
  return (
    <button type="button" {...rest} class={`button ${kind ?? ""} ${rest.class ?? ""}`} aria-disabled={why ? "true" : undefined} title={why || (rest.title as string | undefined)}
      aria-keyshortcuts={shortcut} onClick={why ? undefined : rest.onClick}>
      {icon && <Icon name={icon} />}{children}{shortcut && <kbd aria-hidden="true">{shortcut}</kbd>}
    </button>
  );
}

export function Card({ title, side, children, class: name = "" }: { title: string; side?: ComponentChildren; children: ComponentChildren; class?: string }) {
  return <section class={`card ${name}`} aria-label={title}><header><h2>{title}</h2>{side && <div class="side">{side}</div>}</header>{children}</section>;
}

/** Names and values; what is empty is left out. */
export function Facts({ list }: { list: [string, ComponentChildren | undefined | null | false | ""][] }) {
  return <dl class="facts">{list.filter(([, v]) => v !== undefined && v !== null && v !== "" && v !== false).map(([k, v]) => <><dt>{k}</dt><dd>{typeof v === "string" ? <T text={v} /> : v}</dd></>)}</dl>;
}

/** Labels or annotations; `to`: where a label leads, to what has it, too. */
export function Pairs({ of, to }: { of: Record<string, string> | null | undefined; to?: (k: string, v: string) => string }) {
  const all = Object.entries(of ?? {});
  return all.length ? <ul class="pairs">{all.map(([k, v]) => <li><span class="key"><T text={k} /></span> <span class="value">{to ? <a href={to(k, String(v))} title={`Everything with ${k}=${v}`}><T text={String(v)} /></a> : <Rich text={String(v)} />}</span></li>)}</ul> : null;
}

export const plural = (n: number, one: string, many = `${one}s`) => `${n.toLocaleString("en-GB").replace(/,/g, "\u202f")} ${n === 1 ? one : many}`;
export const number = (n: number) => n.toLocaleString("en-GB").replace(/,/g, "\u202f");
