// backend/dashboard/src/parts/settings.tsx - preferences of this browser, and the table of keys.
import { keysAll, type Key } from "../keys";
import { preferences, prefer, type Preferences } from "../store";
import { offset } from "../text/time";
import { settingsShown } from "../ui";
import { Dialog } from "./dialog";

const close = () => { settingsShown.value = ""; };

function Radios<K extends keyof Preferences>({ of, title, values }: { of: K; title: string; values: [Preferences[K], string][] }) {
  return <fieldset><legend>{title}</legend><div class="choices">{values.map(([v, name]) => <label class="radio"><input type="radio" name={of} checked={preferences.value[of] === v} onChange={() => prefer({ [of]: v })} />{name}</label>)}</div></fieldset>;
}

function PreferencesDialog() {
  return (
    <Dialog title="Preferences" onClose={close}>
      <Radios of="theme" title="Theme" values={[["auto", "as the system"], ["light", "light"], ["dark", "dark"]]} />
      <Radios of="density" title="Rows" values={[["normal", "normal"], ["dense", "dense"]]} />
      <Radios of="zone" title="Times" values={[["local", `local (${offset(Date.now() / 1000, "local")})`], ["utc", "UTC"]]} />
      <Radios of="keys" title="Single-key shortcuts" values={[[true, "on"], [false, "off"]]} />
      <p class="muted small">They are kept in this browser.</p>
    </Dialog>
  );
}

const kNames: Record<string, string> = { ArrowDown: "↓", ArrowUp: "↑", Escape: "Esc" };
const written = (k: string) => k.split(" or ").map((one) => one.split(" ").map((p) => <kbd>{p.replace(/ArrowDown|ArrowUp|Escape/g, (x) => kNames[x]!)}</kbd>)).flatMap((x, i) => (i ? [" or ", ...x] : x));

/** Of the page on screen; keys of rows count with the focus in a list. */
function KeysDialog() {
  const groups = new Map<string, Key[]>();
  for (const k of keysAll()) { const list = groups.get(k.group) ?? []; if (!list.some((x) => x.keys === k.keys)) groups.set(k.group, [...list, k]); }
  return <Dialog title="Keys" wide onClose={close}><div class="keys">{[...groups].map(([name, list]) => <section><h3>{name}</h3><dl>{list.map((k) => <><dt>{written(k.keys)}</dt><dd>{k.does}</dd></>)}</dl></section>)}</div><p class="muted small">Single keys can be turned off in the preferences.</p></Dialog>;
}

export function SettingsDialogs() {
  return settingsShown.value === "preferences" ? <PreferencesDialog /> : settingsShown.value === "keys" ? <KeysDialog /> : null;
}
