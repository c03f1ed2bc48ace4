// backend/dashboard/src/parts/acknowledge.tsx - somebody takes care of incidents, says why, and for how long.
import { useState } from "preact/hooks";
import { acknowledge } from "../acts";
import { now, zone } from "../store";
import { until } from "../text/time";
import { acknowledging } from "../ui";
import { Button, plural, T } from "./basic";
import { Dialog } from "./dialog";

export function AcknowledgeForm() {
  const list = acknowledging.value, [reason, setReason] = useState(""), [end, setEnd] = useState("");
  if (!list) return null;
  const close = () => { acknowledging.value = null; setReason(""); setEnd(""); };
  const at = end.trim() ? until(end, now.value, zone.value) : 0;
  const wrong = !reason.trim() ? "Say who does what" : at === undefined ? "Write an end like 90m or until 08:00, or none" : "";
  const submit = (e: Event) => { e.preventDefault(); if (wrong) return; close(); void acknowledge(list, reason.trim(), at ? at - now.value : 0); };
  return (
    <Dialog title={`Acknowledge ${list.length === 1 ? `${list[0]!.entity} / ${list[0]!.check}` : plural(list.length, "event")}`} onClose={close}><form onSubmit={submit}>
      <p class="muted">Those who were told hear of it. No more alerts until it gets worse or ends.</p>
      <label class="field"><span>What others should know</span><input data-first value={reason} maxLength={500} placeholder="cleaning up, Anna" onInput={(e) => setReason(e.currentTarget.value)} /></label>
      <label class="field"><span>Until (empty: its end)</span><input value={end} placeholder="90m, until 08:00" onInput={(e) => setEnd(e.currentTarget.value)} /></label>
      {wrong && reason && <p class="bad small" role="status"><T text={wrong} /></p>}
      <footer><Button onClick={close}>Cancel</Button><Button type="submit" kind="main" icon="user" why={wrong}>Acknowledge</Button></footer></form></Dialog>
  );
}
