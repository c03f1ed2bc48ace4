// backend/dashboard/src/pages/login.tsx - is this my picket, and may I in? As a page, and as a dialog over a page whose session is over.
import { useEffect, useState } from "preact/hooks";
import { ApiError, login, session, sessionOver } from "../api";
import { useTitle } from "../hooks";
import { Button } from "../parts/basic";
import { Dialog } from "../parts/dialog";
import { Mark } from "../parts/mark";
import { wantsLogin } from "../ui";

function sentence(e: ApiError): string {
  if (e.status === 401) return "That user and password do not fit.";
  return e.message;
}

/** Counts down after too many tries. */
function useWait(): [number, (s: number) => void] {
  const [left, set] = useState(0);
  useEffect(() => { if (left <= 0) return; const t = setTimeout(() => set(left - 1), 1000); return () => clearTimeout(t); }, [left]);
  return [left, set];
}

export function LoginForm({ user = "", done }: { user?: string; done?: () => void }) {
  const [name, setName] = useState(user), [password, setPassword] = useState(""), [stay, setStay] = useState(false), [error, setError] = useState(""), [busy, setBusy] = useState(false), [left, wait] = useWait();
  const submit = async (e: Event) => {
    e.preventDefault();
    if (busy || left) return;
    setBusy(true);
    try { await login(name, password, stay); done?.(); } catch (x) { const bad = x as ApiError; setPassword(""); if (bad.status === 429) { setError(""); wait(bad.retryAfterS || 1); } else setError(sentence(bad)); } finally { setBusy(false); }
  };
  return (
    <form class="login-form" onSubmit={(e) => void submit(e)}>
      <label class="field"><span>User</span><input data-first name="username" autocomplete="username" autocapitalize="none" spellcheck={false} required value={name} onInput={(e) => setName(e.currentTarget.value)} /></label>
      <label class="field"><span>Password</span><input name="password" type="password" autocomplete="current-password" required value={password} onInput={(e) => setPassword(e.currentTarget.value)} /></label>
      <label class="check"><input type="checkbox" checked={stay} onChange={(e) => setStay(e.currentTarget.checked)} />Stay logged in for 30 days</label>
      <p class="bad" role="alert">{left ? `Too many tries. Wait ${left} s.` : error}</p>
      <Button type="submit" kind="main" why={left > 0 && "Too many tries"}>{busy ? "Logging in…" : "Log in"}</Button>
    </form>
  );
}

export function LoginPage() {
  useTitle("Log in");
  useEffect(() => { document.querySelector<HTMLElement>("[data-first]")?.focus(); }, []);
  return <main class="login"><div class="card"><p class="brand"><Mark size={28} />picket</p><h1>Log in</h1><p class="muted">to the picket of <b>{location.hostname}</b></p><LoginForm /></div></main>;
}

/** Over the page: nothing on it is lost. */
export function LoginDialogs() {
  if (sessionOver.value) return <Dialog title="Your session is over" fixed onClose={() => undefined}><p class="muted">Log in, and what you began goes on.</p><LoginForm user={session.value?.guest ? "" : session.value?.username ?? ""} /></Dialog>;
  if (wantsLogin.value) return <Dialog title="Log in" onClose={() => { wantsLogin.value = false; }}><LoginForm done={() => { wantsLogin.value = false; }} /></Dialog>;
  return null;
}
