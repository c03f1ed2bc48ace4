// backend/dashboard/src/parts/shell.tsx - what is around every page: namespace, counts, how live it is, who I am, and the way to the other pages.
import { useEffect, useRef } from "preact/hooks";
import { signal } from "@preact/signals";
import { can, lastAnswer, logout, session } from "../api";
import { pageTitle, phone, useKeys } from "../hooks";
import { Icon, type IconName } from "../icons";
import { live, liveAgain, offlineSince, wanted } from "../live";
import { open } from "../rows";
import { address, go, route, type Page } from "../route";
import { counts, namespaces, news, now, prefer, preferences, summary, toastEnd, toasts, zone } from "../store";
import { clock, exact, span } from "../text/time";
import { paletteShown, passwordShown, settingsShown, wantsLogin } from "../ui";
import { Button, kStatusIcons, number, statusName, statusWord, T } from "./basic";
import { favicon, Mark } from "./mark";

const paletteOpen = () => { paletteShown.value = !paletteShown.value; }, passwordOpen = () => { passwordShown.value = true; };
const preferencesOpen = () => { settingsShown.value = "preferences"; }, keysOpen = () => { settingsShown.value = "keys"; };
const kNav: [Page, string, string][] = [["problems", "Problems", "p"], ["events", "Events", "e"], ["entities", "Entities", "n"], ["checks", "Checks", "c"], ["silences", "Silences", "s"], ["config", "Config", "f"], ["journal", "Journal", "j"]];
const kOnPhone = 4; // pages in the bar; the rest is behind "More"
const to = (page: Page) => address({ ns: route.value.ns, page });
const mayPage = (p: Page) => (p === "checks" || p === "config" ? can(route.value.ns, "list", p === "checks" ? "checks" : "handlers") : true);

// ---- top ----

export function TopBar() {
  const c = counts.value, group = "Everywhere";
  useKeys([{ keys: "Ctrl-K", does: "Go to anything", group, run: paletteOpen }, { keys: "?", does: "These keys", group, run: keysOpen }, { keys: "Ctrl-,", does: "Preferences", group, run: preferencesOpen }]);
  return (
    <header class="top">
      <a class="brand" href={to("problems")} title={session.value?.host}><Mark /><span>picket</span></a>
      <Namespaces />
      <button type="button" class="jump" onClick={paletteOpen} aria-keyshortcuts="Control+K"><Icon name="search" /><span>Go to…</span><kbd aria-hidden="true">Ctrl K</kbd></button>
      <nav class="counts" aria-label="Counts">{([2, 1, 3] as const).map((s) => <a class={`s-${statusName(s)}${open(c, s) ? "" : " zero"}`} href={address({ ns: route.value.ns, page: "problems", query: { q: `status:${statusName(s)}` } })} title={`${statusWord(s)}, not silenced`}><Icon name={kStatusIcons[s]!} /><span class="hidden">{statusWord(s)} </span>{number(open(c, s))}</a>)}</nav>
      <Live />
      <UserMenu />
    </header>
  );
}

function Namespaces() {
  const all = namespaces.value, ns = route.value.ns, page = route.value.page === "wall" ? "problems" : route.value.page;
  if (all.length < 2) return all[0] && all[0] !== "default" ? <span class="ns"><T text={all[0]} /></span> : null;
  return <label class="ns"><span class="hidden">Namespace</span><select value={ns} onChange={(e) => go(address({ ns: e.currentTarget.value, page }))}><option value="">all namespaces</option>{[...new Set([...all, ...(ns ? [ns] : [])])].map((n) => <option value={n}>{n}</option>)}</select></label>;
}

const kLive: Record<string, string> = { live: "live", connecting: "connecting", offline: "offline", polling: "every 10 s", paused: "paused", off: "off" };

function Live() {
  const s = live.value, flip = () => { if (s === "offline") liveAgain(); else wanted.value = !wanted.value; };
  useKeys([{ keys: "f", does: "Live updates on or off", group: "Everywhere", run: flip }]);
  return <button type="button" class={`live is-${s}`} onClick={flip} aria-pressed={wanted.value} aria-keyshortcuts="f" title={`${s === "paused" ? "Nothing is updated. " : ""}${exact(now.value, zone.value)}`}><span class="dot" aria-hidden="true" /><span class="word">{kLive[s]}</span><time>{clock(now.value, zone.value, true)}</time></button>;
}

// ---- the menu ----

const menuOpen = signal(false), moreOpen = signal(false);

function UserMenu() {
  const ref = useRef<HTMLDivElement>(null), s = session.value!;
  useEffect(() => {
    if (!menuOpen.value) return;
    const away = (e: Event) => { if (!ref.current?.contains(e.target as Node)) menuOpen.value = false; };
    addEventListener("pointerdown", away);
    ref.current?.querySelector<HTMLElement>("[role=menuitem]")?.focus();
    return () => removeEventListener("pointerdown", away);
  }, [menuOpen.value]);
  const item = (icon: IconName, name: string, run: () => void) => <button type="button" role="menuitem" tabIndex={-1} onClick={() => { menuOpen.value = false; run(); }}><Icon name={icon} />{name}</button>;
  const dark = preferences.value.theme === "dark" || (preferences.value.theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  return (
    <div class="user" ref={ref} onKeyDown={menuKeys}>
      {s.guest && <Button kind="main" onClick={() => { wantsLogin.value = true; }}>Log in</Button>}
      <button type="button" class="button quiet" aria-haspopup="menu" aria-expanded={menuOpen.value} onClick={() => { menuOpen.value = !menuOpen.value; }}><Icon name="user" /><span class="who"><T text={s.guest ? "guest" : s.username} /></span><Icon name="down" /></button>
      {menuOpen.value && <div class="menu" role="menu" aria-label="Account">
        {item("theme", dark ? "Light theme" : "Dark theme", () => prefer({ theme: dark ? "light" : "dark" }))}{item("config", "Preferences", preferencesOpen)}{item("help", "Keys", keysOpen)}{item("backend", "Backend", () => go(to("backend")))}{item("wall", "Wall", () => go(address({ ns: route.value.ns, page: "wall" })))}
        {!s.guest && item("user", "Change password", passwordOpen)}{!s.guest && item("close", "Log out", () => void logout())}
      </div>}
    </div>
  );
}

function menuKeys(e: KeyboardEvent) {
  const items = [...(e.currentTarget as HTMLElement).querySelectorAll<HTMLElement>("[role=menuitem]")], at = items.indexOf(document.activeElement as HTMLElement);
  const step = e.key === "ArrowDown" ? 1 : e.key === "ArrowUp" ? -1 : 0;
  if (step && items.length) { e.preventDefault(); e.stopPropagation(); items[(at + step + items.length) % items.length]!.focus(); }
  if (e.key === "Escape" && menuOpen.value) { e.stopPropagation(); menuOpen.value = false; (e.currentTarget as HTMLElement).querySelector<HTMLElement>("[aria-haspopup]")?.focus(); }
  if (e.key === "Tab") menuOpen.value = false;
}

// ---- the way to other pages ----

export function Rail() {
  const here = route.value.page, pages = kNav.filter(([p]) => mayPage(p)), first = phone.value ? pages.slice(0, kOnPhone) : pages, rest = phone.value ? pages.slice(kOnPhone) : [];
  useKeys(pages.map(([page, name, key]) => ({ keys: `g ${key}`, does: name, group: "Go to", run: () => go(to(page)) })).concat([{ keys: "g w", does: "Wall", group: "Go to", run: () => go(address({ ns: route.value.ns, page: "wall" })) }]));
  const link = ([page, name, key]: [Page, string, string]) => <a href={to(page)} aria-current={here === page ? "page" : undefined} aria-keyshortcuts={`g ${key}`} title={name} onClick={() => { moreOpen.value = false; }}><Icon name={page} size={18} /><span>{name}</span></a>;
  return (
    <nav class="rail" aria-label="Pages">{first.map(link)}
      {rest.length > 0 && <><button type="button" aria-expanded={moreOpen.value} onClick={() => { moreOpen.value = !moreOpen.value; }}><Icon name="more" size={18} /><span>More</span></button>{moreOpen.value && <div class="more">{rest.map(link)}</div>}</>}
    </nav>
  );
}

// ---- what is wrong with us ----

export const newer = signal(false); // the backend is newer than this page

export function Banners() {
  const s = summary.value, me = session.value;
  return (
    <div class="banners">
      {live.value === "offline" && <p class="banner bad" role="alert"><Icon name="failed" />No answer since {clock(offlineSince.value || lastAnswer.value / 1000, zone.value, true)}, {span(now.value - (offlineSince.value || lastAnswer.value / 1000))} ago. This is how it was then. <Button onClick={liveAgain}>Try now</Button></p>}
      {newer.value && <p class="banner" role="status"><Icon name="run" />picket is newer than this page. <Button kind="main" onClick={() => location.reload()}>Reload</Button></p>}
      {s?.store.degraded && <p class="banner bad" role="alert"><Icon name="critical" />The store does not take what it is told: <T text={s.store.why} /></p>}
      {me?.default_password && <p class="banner" role="status"><Icon name="warning" />This account has the default password, which everybody knows. <Button onClick={passwordOpen}>Change it</Button></p>}
      {live.value === "paused" && <p class="banner" role="status"><Icon name="pause" />Live updates are off. <Button onClick={() => { wanted.value = true; }}>Turn on</Button></p>}
    </div>
  );
}

export function Toasts() {
  return <div class="toasts" role="status">{toasts.value.map((t) => <p key={t.id} class={t.bad ? "bad" : ""}><Icon name={t.bad ? "failed" : "ok"} /><T text={t.text} /><button type="button" class="button quiet icon-only" aria-label="Close" onClick={() => toastEnd(t.id)}><Icon name="close" /></button></p>)}</div>;
}

// ---- for the ear, and for the tab ----

const kSpeakMs = 10_000;
const spoken = signal("");

/** New criticals are said at most every ten seconds. */
function useSpeaker() {
  const at = useRef(0), timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => {
    if (!news.value.length || timer.current) return;
    timer.current = setTimeout(() => {
      const list = news.value;
      timer.current = undefined;
      at.current = Date.now();
      spoken.value = `${list.length} new critical: ${list.slice(0, 3).map((r) => `${r.entity} ${r.check}`).join(", ")}`;
      news.value = [];
    }, Math.max(500, at.current + kSpeakMs - Date.now()));
  }, [news.value]);
}

export function Outside() {
  useSpeaker();
  const c = counts.value, critical = open(c, 2), bad = critical + open(c, 1) + open(c, 3), off = live.value === "offline";
  const shape = off ? "off" : critical ? "critical" : open(c, 3) ? "unknown" : open(c, 1) ? "warning" : "ok";
  const title = `${bad ? `(${bad}) ` : ""}${pageTitle.value} · picket`;
  useEffect(() => { document.title = title; }, [title]);
  useEffect(() => { document.querySelector<HTMLLinkElement>("link[rel=icon]")!.href = favicon(shape, critical); }, [shape, critical]);
  return <p class="hidden" role="status" aria-live="polite">{spoken.value}</p>;
}
