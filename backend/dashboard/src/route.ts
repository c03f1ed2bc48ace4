// backend/dashboard/src/route.ts - the address bar: what page, of which namespace, with what filter. Sensu's old links lead to their places.
import { signal } from "@preact/signals";
import { escaped } from "./text/plain";

export const kPages = ["problems", "events", "entities", "checks", "silences", "config", "journal", "backend", "wall"] as const;
export type Page = (typeof kPages)[number];

/** `ns` "" is all namespaces; `path` is what follows the page: an entity, a check, a kind of configuration. */
export interface Route { page: Page; ns: string; path: string[]; query: Record<string, string> }

const unescape = (s: string) => { try { return decodeURIComponent(s); } catch { return s; } };
const isPage = (s: string | undefined): s is Page => (kPages as readonly string[]).includes(s ?? "");

/** /c/~/n/NS/… of Sensu Go's handlers, /NS/events of its dashboard: as /n/NS/… */
export function modern(pathname: string): string {
  let m = /^\/c\/[^/]+\/n\/([^/]+)\/?(.*)$/.exec(pathname);
  if (!m) m = /^\/([^/]+)\/((?:events|entities|checks|silences|silenced)(?:\/.*)?)$/.exec(pathname);
  if (!m || m[1] === "n" || m[1] === "all" || isPage(m[1])) return pathname.replace(/^(\/n\/[^/]+\/entities\/[^/]+)\/events\/?$/, "$1");
  const rest = m[2]!.replace(/^silenced/, "silences").replace(/^(entities\/[^/]+)\/events\/?$/, "$1");
  return `/n/${m[1]}/${rest}`;
}

export function parseRoute(pathname: string, search: string, fallback = "default"): Route {
  const parts = modern(pathname).split("/").filter(Boolean).map(unescape);
  const query = Object.fromEntries(new URLSearchParams(search));
  if (parts[0] === "wall") return { page: "wall", ns: query.ns ?? "", path: [], query };
  const all = parts[0] === "all", named = parts[0] === "n" && parts[1];
  const [page, ...path] = all ? parts.slice(1) : named ? parts.slice(2) : [];
  const known = isPage(page) && page !== "wall";
  return { page: known ? page : "problems", ns: all ? "" : named || fallback, path: known ? path : [], query };
}

export function address(r: { page: Page; ns: string; path?: string[]; query?: Record<string, string> }): string {
  const query = Object.fromEntries(Object.entries(r.query ?? {}).filter(([, v]) => v));
  if (r.page === "wall" && r.ns) query.ns = r.ns;
  const search = new URLSearchParams(query).toString().replace(/%3A/g, ":").replace(/%2C/g, ",");
  const place = r.page === "wall" ? "" : r.ns ? `/n/${escaped(r.ns)}` : "/all";
  return [place, r.page, ...(r.path ?? []).map(escaped)].join("/") + (search ? `?${search}` : "");
}

export const eventAddress = (ns: string, entity: string, check: string) => address({ page: "events", ns, path: [entity, check] });
export const entityAddress = (ns: string, entity: string) => address({ page: "entities", ns, path: [entity] });
/** Events with a label, by any of its values. */
export const labelAddress = (ns: string) => (k: string, v: string) => address({ page: "events", ns, query: { q: /[\s"]/.test(k + v) ? `label:"${k}=${v}"` : `label:${k}=${v}` } });

// ---- the browser's side ----

export const route = signal<Route>({ page: "problems", ns: "default", path: [], query: {} });
let fallback = "default";

function read() { route.value = parseRoute(location.pathname, location.search, fallback); }

/** `home`: the namespace of an address that names none. */
export function routeStart(home: string) {
  fallback = home;
  const better = modern(location.pathname);
  if (better !== location.pathname) history.replaceState(null, "", better + location.search);
  addEventListener("popstate", read);
  read();
  if (location.pathname === "/") history.replaceState(null, "", address(route.value));
}

export function go(to: string, replace = false) {
  if (to !== location.pathname + location.search) history[replace ? "replaceState" : "pushState"](history.state, "", to);
  read();
}

/** Sets parameters of the query; typing replaces, choosing pushes. */
export function setQuery(change: Record<string, string>, replace = true) {
  const r = route.value;
  go(address({ ...r, query: { ...r.query, ...change } }), replace);
}

/** Links of ours change the page without loading it; those for another tab do as they always did. */
export function followLinks(e: MouseEvent) {
  const a = (e.target as Element).closest?.("a");
  if (!a || e.defaultPrevented || e.button || e.ctrlKey || e.metaKey || e.shiftKey || e.altKey) return;
  if (a.target || a.origin !== location.origin || a.getAttribute("href")!.startsWith("#")) return;
  e.preventDefault();
  go(a.pathname + a.search);
}
