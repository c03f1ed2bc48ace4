// backend/dashboard/src/tabs.ts - the tabs of one browser share six connections to a backend (HTTP/1.1), and a stream of changes takes one for
// good. So a few tabs have one, the latest; a tab that is hidden, or has seen enough others come after it, gives its own up.
export const kStreamsMax = 4;

interface Said { tab: string; open: boolean }

/** Which tabs opened a stream after ours; none while we have none. */
export class Streams {
  private mine = false;
  private readonly later = new Set<string>();
  constructor(readonly tab: string, private readonly say: (s: Said) => void, private readonly hidden: () => boolean, private readonly giveUp: () => void) {}
  opened() { this.mine = true; this.later.clear(); this.say({ tab: this.tab, open: true }); }
  closed() { if (this.mine) this.say({ tab: this.tab, open: false }); this.mine = false; }
  heard(s: Said) {
    if (!s.open) { this.later.delete(s.tab); return; }
    if (!this.mine) return;
    this.later.add(s.tab);
    if (!this.hidden() && this.later.size < kStreamsMax) return;
    this.closed();
    this.giveUp();
  }
}

/** Of this browser's tabs. Where they cannot talk to each other each has its stream. */
export function streamsOf(giveUp: () => void): Streams {
  const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("picket-streams");
  const streams = new Streams(Array.from(crypto.getRandomValues(new Uint32Array(2))).join("-"), (s) => channel?.postMessage(s), () => document.hidden, giveUp);
  channel?.addEventListener("message", (e: MessageEvent<Said>) => streams.heard(e.data));
  addEventListener("pagehide", () => streams.closed());
  return streams;
}
