// backend/dashboard/src/api.ts - calls of the API of our own origin: key in the header, errors as sentences, and a wait for the login when the
// session is over, after which the call is made again.
import { signal } from "@preact/signals";
import { escaped } from "./text/plain";

export interface Session {
  username: string; groups: string[]; guest: boolean; expires_at: number; default_password: boolean;
  namespaces: string[]; may: Record<string, Record<string, string[]>>; version: string; ui: string; key?: string; host?: string;
}

export class ApiError extends Error {
  constructor(readonly status: number, message: string, readonly retryAfterS = 0) { super(message); }
}

const kKey = "picket-key";
const kTimeoutMs = 60_000;
export const session = signal<Session | null | undefined>(undefined); // undefined: not asked yet; null: nobody
export const sessionOver = signal(false);
export const lastAnswer = signal(0); // when the backend was heard last, unix milliseconds
let waiting: (() => void)[] = [];

const stored = () => { try { return localStorage.getItem(kKey) ?? ""; } catch { return ""; } };
const store = (key: string) => { try { if (key) localStorage.setItem(kKey, key); else localStorage.removeItem(kKey); } catch { /* a private window: the key lives as long as the page */ } };
let key = stored();

export function headers(): Record<string, string> { return { "Picket-Request": key || "guest", Accept: "application/json" }; }
export const hasKey = () => key !== "";

/** One segment of a path. A browser would take "." and ".." for something else, whatever one does. */
export function segment(name: string): string {
  if (name === "." || name === "..") throw new ApiError(0, `The name "${name}" cannot be written in an address; use picket ctl.`);
  return escaped(name);
}
export const nsPath = (ns: string, ...rest: string[]) => `/api/core/v2/namespaces/${[ns, ...rest].map(segment).join("/")}`;
export const ourPath = (ns: string, ...rest: string[]) => `/api/picket/v1/namespaces/${[ns, ...rest].map(segment).join("/")}`;

function sentence(status: number, text: string): string {
  try {
    const said = (JSON.parse(text) as { message?: unknown }).message;
    if (typeof said === "string" && said) return said;
  } catch { /* a proxy's page */ }
  return status === 403 ? "You may not do that." : status === 404 ? "It is not there." : `The backend answered with status ${status}.`;
}

async function answered(response: Response): Promise<ApiError> {
  const text = await response.text().catch(() => "");
  return new ApiError(response.status, sentence(response.status, text), Number(response.headers.get("Retry-After")) || 0);
}

async function send(method: string, path: string, body: unknown, signal?: AbortSignal): Promise<Response> {
  const limit = AbortSignal.timeout(kTimeoutMs), type = method === "PATCH" ? "application/merge-patch+json" : "application/json";
  try {
    const response = await fetch(path, {
      method, credentials: "same-origin", cache: "no-store", redirect: "error",
      headers: body === undefined ? headers() : { ...headers(), "Content-Type": type },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: signal ? either(signal, limit) : limit,
    });
    lastAnswer.value = Date.now();
    return response;
  } catch (e) {
    if (signal?.aborted) throw e;
    throw new ApiError(0, limit.aborted ? "picket did not answer within a minute." : "picket does not answer.");
  }
}

function either(a: AbortSignal, b: AbortSignal): AbortSignal {
  const out = new AbortController(), stop = () => out.abort();
  for (const s of [a, b]) if (s.aborted) stop(); else s.addEventListener("abort", stop, { once: true });
  return out.signal;
}

const loggedIn = () => new Promise<void>((resolve) => waiting.push(resolve));

/** The text of an answer, as it came. */
export async function text(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<string> {
  for (;;) {
    const response = await send(method, path, body, signal);
    if (response.ok) return response.text();
    if (response.status !== 401 || !session.value) throw await answered(response);
    sessionOver.value = true;
    await loggedIn();
  }
}

export async function api<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const got = await text(method, path, body, signal);
  return (got ? JSON.parse(got) : undefined) as T;
}
export const get = <T>(path: string, signal?: AbortSignal) => api<T>("GET", path, undefined, signal);

// ---- who I am ----

const kSession = "/api/picket/v1/session";

function admit(s: Session) {
  session.value = s;
  sessionOver.value = false;
  const resume = waiting;
  waiting = [];
  resume.forEach((f) => f());
}

export async function sessionAsk(): Promise<void> {
  const response = await send("GET", kSession, undefined);
  if (response.ok) return admit(await response.json() as Session);
  if (response.status !== 401) throw await answered(response);
  if (session.value) sessionOver.value = true; else session.value = null;
}

export async function login(username: string, password: string, stay: boolean): Promise<void> {
  const before = key;
  key = ""; // a login says so by "guest"
  const response = await send("POST", kSession, { username, password, stay }).finally(() => { key = before; });
  if (!response.ok) throw await answered(response);
  const s = await response.json() as Session;
  store((key = s.key ?? ""));
  admit(s);
}

export async function logout(): Promise<void> {
  await send("DELETE", kSession, undefined).catch(() => undefined);
  store((key = ""));
  session.value = null;
  await sessionAsk();
}

/** Another tab logged in or out. */
export function sessionFollow() {
  addEventListener("storage", (e) => {
    if (e.key !== kKey || (e.newValue ?? "") === key) return;
    key = e.newValue ?? "";
    void sessionAsk().catch(() => undefined);
  });
}

// ---- rights ----

/** May he? Of "" (all namespaces): anywhere. The backend has the last word; this only spares people clicks that would be refused. */
export function can(ns: string, verb: string, resource: string): boolean {
  const may = session.value?.may ?? {};
  const has = (n: string) => [resource, "*"].some((r) => may[n]?.[r]?.some((v) => v === verb || v === "*"));
  return ns ? has(ns) || has("*") : Object.keys(may).some(has);
}
