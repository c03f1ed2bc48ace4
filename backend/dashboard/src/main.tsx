// backend/dashboard/src/main.tsx - the beginning: who is there, where we are, and then the page.
import { render } from "preact";
import { effect } from "@preact/signals";
import { session, sessionFollow } from "./api";
import { App, moreLoad, startAgain } from "./app";
import { keysStart } from "./keys";
import { liveStart } from "./live";
import { routeStart } from "./route";
import { clockStart } from "./store";
import "./style.css";

const kMoreMs = 400; // the first page comes first
let started = false;
effect(() => {
  if (!session.value || started) return;
  started = true;
  const all = session.value.namespaces;
  routeStart(all.includes("default") ? "default" : all[0] ?? "default");
});

clockStart();
keysStart();
sessionFollow();
liveStart();
render(<App />, document.getElementById("app")!);
startAgain();
if (/\/(problems)?$/.test(location.pathname)) setTimeout(moreLoad, kMoreMs); else moreLoad();
