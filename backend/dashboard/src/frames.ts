// backend/dashboard/src/frames.ts - server-sent events from bytes, and how long to wait before asking again.

export interface Frame { event: string; id: number; data: string }
export const kFrameMax = 8 * 1024 * 1024; // characters of one frame; a server that sends more is not ours

/** Feeds on pieces of text as they come; calls back for every whole frame. Comments (pings) only say that the other side lives. */
export function frames(take: (frame: Frame) => void): (text: string) => void {
  let rest = "", frame: Frame = { event: "message", id: 0, data: "" };
  const line = (l: string) => {
    if (l === "") {
      if (frame.data) take(frame);
      frame = { event: "message", id: frame.id, data: "" };
      return;
    }
    const colon = l.indexOf(":"), field = colon < 0 ? l : l.slice(0, colon);
    const value = colon < 0 ? "" : l.slice(colon + 1).replace(/^ /, "");
    if (field === "event") frame.event = value;
    else if (field === "id") frame.id = Number(value) || frame.id;
    else if (field === "data") frame.data += (frame.data ? "\n" : "") + value;
  };
  return (text) => {
    rest += text;
    if (rest.length > kFrameMax) throw new Error("a frame of the stream has no end");
    const lines = rest.split(/\r?\n/);
    rest = lines.pop()!;
    lines.forEach(line);
  };
}

export const kBackoffMaxMs = 30_000;

/** 1, 2, 4 … 30 s, a quarter more or less, so that many pages do not come at once. */
export function backoff(failures: number, random: number): number {
  const base = Math.min(kBackoffMaxMs, 1000 * 2 ** Math.max(0, failures - 1));
  return Math.round(base * (0.75 + random / 2));
}
