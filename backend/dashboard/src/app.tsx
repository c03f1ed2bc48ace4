// backend/dashboard/src/app.tsx - the page of the address inside its frame, or the login.
import { Component, type ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { signal, useSignalEffect } from "@preact/signals";
import { ApiError, can, session, sessionAsk } from "./api";
import { pageTitle } from "./hooks";
import { live } from "./live";
import { preferences } from "./store";
import { followLinks, route } from "./route";
import { paletteShown } from "./ui";
import { LoginDialogs, LoginPage } from "./pages/login";
import { Problems } from "./pages/problems";
import { BulkProgress } from "./parts/bulk";
import { Questions } from "./parts/dialog";
import { Banners, newer, Outside, Rail, Toasts, TopBar } from "./parts/shell";
import { Failed, Loading, NoRights } from "./parts/states";

export const startError = signal<ApiError | null>(null);
export const startAgain = () => { startError.value = null; sessionAsk().catch((e: ApiError) => { startError.value = e; }); };

/** The digits in the address of this script: which build it is. */
const build = /\/_\/([0-9a-f]+)\//.exec(import.meta.url)?.[1] ?? "";

// ---- the rest of the program ----

const more = signal<typeof import("./more") | null>(null), moreError = signal<Error | null>(null);
export function moreLoad() {
  moreError.value = null;
  import("./more").then((m) => { more.value = m; }, () => { moreError.value = new Error("A part of this page could not be loaded. When picket was upgraded meanwhile, reload the page."); });
}

function Here() {
  const { page, path, ns } = route.value, [first, second] = path, m = more.value;
  const list = page === "problems" || (page === "events" && !second);
  if (list && can(ns, "list", "events")) return <Problems key={page} problems={page !== "events"} />;
  if (list) return <div class="page"><h1>{page === "events" ? "Events" : "Problems"}</h1><NoRights what="events" ns={ns} /></div>;
  if (moreError.value) return <div class="page"><Failed error={moreError.value} what="page" again={moreLoad} /></div>;
  if (!m) return <div class="page"><Loading /></div>;
  if (page === "events") return <m.EventPage key={path.join("/")} />;
  if (page === "entities") return first ? <m.EntityPage key={first} /> : <m.Entities />;
  if (page === "checks") return first ? <m.CheckPage key={first} /> : <m.Checks />;
  const Other = { silences: m.Silences, config: m.Config, journal: m.Journal, backend: m.Backend, wall: m.Wall }[page as "silences"];
  return <Other />;
}

function Dialogs() {
  const m = more.value;
  return <><LoginDialogs /><BulkProgress /><Questions />{m && <><m.PasswordDialog /><m.SilenceForm /><m.AcknowledgeForm /><m.SettingsDialogs />{paletteShown.value && <m.PaletteBox />}</>}</>;
}

/** A mistake of ours breaks one page and says so; the way to the others stays. */
class Fence extends Component<{ at: string; children: ComponentChildren }, { error: Error | null; at: string }> {
  override state = { error: null as Error | null, at: this.props.at };
  override componentDidCatch(error: Error) { this.setState({ error, at: this.props.at }); console.error(error); }
  override render() {
    const { error, at } = this.state;
    if (error && at === this.props.at) return <div class="page"><Failed error={error} what="page" again={() => this.setState({ error: null })} /></div>;
    return this.props.children;
  }
}

function Frame() {
  const at = `${route.value.ns}/${route.value.page}/${route.value.path.join("/")}`;
  useEffect(() => { document.querySelector<HTMLElement>("main")?.scrollTo(0, 0); }, [at]);
  return (
    <div class={`frame${live.value === "offline" ? " is-offline" : ""}`}>
      <a class="skip" href="#main">Skip to the page</a>
      <TopBar /><Rail />
      <main id="main" tabIndex={-1}><Fence at={at}><Here /></Fence><Banners /></main>
      <p class="hidden" role="status" aria-live="polite">{pageTitle.value}</p>
    </div>
  );
}

export function App() {
  useSignalEffect(() => { document.documentElement.dataset.theme = preferences.value.theme; document.documentElement.dataset.density = preferences.value.density; });
  useSignalEffect(() => { const ui = session.value?.ui ?? ""; newer.value = !!ui && !!build && ui !== build; });
  const wall = route.value.page === "wall";
  useEffect(() => { if (wall && newer.value) location.reload(); }, [wall, newer.value]);
  if (startError.value) return <main class="login"><Failed error={startError.value} what="session" again={startAgain} /></main>;
  if (session.value === undefined) return <main class="login"><Loading rows={3} /></main>;
  if (session.value === null) return <LoginPage />;
  return (
    <div onClick={followLinks}>
      {wall ? <main><Fence at="wall"><Here /></Fence></main> : <Frame />}
      <Dialogs /><Toasts /><Outside />
    </div>
  );
}
