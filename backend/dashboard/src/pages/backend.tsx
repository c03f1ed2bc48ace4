// backend/dashboard/src/pages/backend.tsx - how this picket itself is: version, store, what waits for handlers, agents; and one's own password.
import { useState } from "preact/hooks";
import { api, segment, session } from "../api";
import { useTitle } from "../hooks";
import { Icon } from "../icons";
import { live } from "../live";
import { address } from "../route";
import { summary, toast } from "../store";
import { passwordShown } from "../ui";
import { Button, Card, Facts, number, plural, T, When } from "../parts/basic";
import { Dialog } from "../parts/dialog";

export function Backend() {
  useTitle("Backend");
  const s = summary.value, me = session.value!, sum = (f: (n: NonNullable<typeof s>["namespaces"][number]) => number) => (s?.namespaces ?? []).reduce((n, x) => n + f(x), 0);
  const events = sum((n) => Object.values(n.counts).reduce((a, c) => a + c[0], 0));
  const lost = s?.handlers.lost ?? 0, waiting = s?.handlers.waiting ?? 0;
  return (
    <div class="page"><header class="headline"><h1>Backend</h1><p class="muted">How this picket itself is.</p></header>
      <div class="columns even">
        <Card title="State"><Facts list={[
          ["Version", me.version], ["Machine", me.host], ["Address", location.host], ["Connection", live.value],
          ["Store", s && (s.store.degraded ? <span class="s-critical"><Icon name="critical" /> degraded: <T text={s.store.why} /></span> : <span class="s-ok"><Icon name="ok" /> keeps every change</span>)],
          ["Handlers", s && (lost ? <span class="s-critical"><Icon name="critical" /> {plural(lost, "event")} told to nobody, {number(waiting)} waiting</span> : waiting ? `${plural(waiting, "event")} waiting for their handlers` : <span class="s-ok"><Icon name="ok" /> nothing waits</span>)],
          ["Events", number(events)], ["Agents connected", number(sum((n) => n.connected))], ["Entities", number(sum((n) => n.entities))], ["Silences", number(sum((n) => n.silences))],
        ]} /></Card>
        <Card title="You" side={!me.guest && <Button kind="quiet" onClick={() => { passwordShown.value = true; }}>Change password</Button>}><Facts list={[
          ["User", me.guest ? "a guest: you see, and cannot act" : me.username], ["Groups", me.groups.join(", ")], ["Session until", me.expires_at ? <When t={me.expires_at} /> : ""],
        ]} />{me.default_password && <p class="notice bad"><Icon name="warning" />This account has the default password, which everybody knows. <Button onClick={() => { passwordShown.value = true; }}>Change it</Button></p>}</Card>
      </div>
      <Card title="Namespaces"><table class="values"><thead><tr><th>Name</th><th>Critical</th><th>Warning</th><th>Unknown</th><th>OK</th><th>Entities</th><th>Silences</th></tr></thead>
        <tbody>{(s?.namespaces ?? []).map((n) => <tr><td><a href={address({ ns: n.name, page: "problems" })}><T text={n.name} /></a></td>{[2, 1, 3, 0].map((x) => <td>{number(n.counts[x]?.[0] ?? 0)}</td>)}<td>{number(n.entities)}</td><td>{number(n.silences)}</td></tr>)}</tbody></table></Card>
    </div>
  );
}

export function PasswordDialog() {
  const [now, setNow] = useState(""), [next, setNext] = useState(""), [error, setError] = useState("");
  if (!passwordShown.value) return null;
  const close = () => { passwordShown.value = false; setNow(""); setNext(""); setError(""); }, name = session.value?.username ?? "";
  const submit = async (e: Event) => {
    e.preventDefault();
    try { await api("PUT", `/api/core/v2/users/${segment(name)}/change_password`, { password: now, password_new: next }); close(); toast("The password is changed"); if (session.value) session.value = { ...session.value, default_password: false }; } catch (x) { setError((x as Error).message); }
  };
  return (
    <Dialog title="Change password" onClose={close}><form onSubmit={(e) => void submit(e)}>
      <input class="hidden" type="text" autocomplete="username" value={name} readOnly tabIndex={-1} aria-hidden="true" />
      <label class="field"><span>Present password</span><input data-first type="password" autocomplete="current-password" value={now} onInput={(e) => setNow(e.currentTarget.value)} /></label>
      <label class="field"><span>New password, 8 characters at least</span><input type="password" autocomplete="new-password" minLength={8} maxLength={72} value={next} onInput={(e) => setNext(e.currentTarget.value)} /></label>
      {error && <p class="bad" role="alert">{error}</p>}
      <footer><Button onClick={close}>Cancel</Button><Button type="submit" kind="main" why={next.length < 8 && "8 characters at least"}>Change</Button></footer></form></Dialog>
  );
}
