// backend/dashboard/src/icons.tsx - our pictures: a shape for every status, so that no colour has to be told apart.
import type { JSX } from "preact";

const kStruckBell = "M3.5 11.5c1-1 1.2-2 1.2-4A3.3 3.3 0 0 1 8 4a3.3 3.3 0 0 1 3.3 3.5c0 2 .2 3 1.2 4zM6.8 13.8h2.4M8 4V2.6M2 2l12 12";
// Drawn on 16 by 16; `f` is filled, `s` are strokes, `c` strokes on the filling.
const shapes = {
  critical: { f: "M5 1h6l4 4v6l-4 4H5l-4-4V5z", c: "M8 4.2v4.6M8 11.4v.2" },
  warning: { f: "M8 1.2 15.4 14.6H.6z", c: "M8 6v4.2M8 12.3v.2" },
  unknown: { f: "M8 .6 15.4 8 8 15.4.6 8z", c: "M6.3 6.3a1.8 1.8 0 1 1 2.4 1.9c-.5.2-.7.5-.7 1.1M8 11.4v.2" },
  ok: { s: "M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 1 1 0-13M5 8.2l2.1 2.1L11 6" },
  silenced: { s: kStruckBell },
  bell: { s: "M3.5 11.5c1-1 1.2-2 1.2-4A3.3 3.3 0 0 1 8 4a3.3 3.3 0 0 1 3.3 3.5c0 2 .2 3 1.2 4zM6.8 13.8h2.4M8 4V2.6" },
  told: { s: "M1.5 3.5h13v9h-13zM1.5 4l6.5 5 6.5-5" },
  nobody: { s: "M8 2a6 6 0 1 1 0 12A6 6 0 1 1 8 2M3.8 12.2l8.4-8.4" },
  filtered: { s: "M2 2.5h12L9.5 8.2v5l-3-1.6V8.2z" },
  held: { s: "M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 1 1 8 1.8M6.4 5.4v5.2M9.6 5.4v5.2" },
  failed: { s: "M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 1 1 8 1.8M5.7 5.7l4.6 4.6M10.3 5.7l-4.6 4.6" },
  waiting: { s: "M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 1 1 8 1.8M8 4.6V8l2.4 1.6" },
  problems: { s: "M5.2 1.8h5.6l3.4 3.4v5.6l-3.4 3.4H5.2l-3.4-3.4V5.2zM8 5v3.6M8 10.9v.2" },
  events: { s: "M2 4h1M2 8h1M2 12h1M5.5 4H14M5.5 8H14M5.5 12H14" },
  entities: { s: "M2 2.5h12v4.2H2zM2 9.3h12v4.2H2zM4.5 4.6h.2M4.5 11.4h.2" },
  checks: { s: "M2 3.8l1.2 1.2 2-2.2M2 8.4l1.2 1.2 2-2.2M2 13l1.2 1.2 2-2.2M8 4h6M8 8.6h6M8 13.2h6" },
  silences: { s: kStruckBell },
  config: { s: "M2 4.5h7M12.5 4.5H14M2 11.5h1.5M7 11.5h7M10.8 2.8v3.4M5.2 9.8v3.4" },
  journal: { s: "M3 2h10v12H3zM5.5 5h5M5.5 8h5M5.5 11h3" },
  backend: { s: "M2 4.2C2 3 4.7 2 8 2s6 1 6 2.2v7.6C14 13 11.3 14 8 14s-6-1-6-2.2zM2 4.2c0 1.2 2.7 2.2 6 2.2s6-1 6-2.2M2 8c0 1.2 2.7 2.2 6 2.2S14 9.2 14 8" },
  wall: { s: "M1.5 2.5h13v8.5h-13zM5 14h6M8 11v3" },
  search: { s: "M7 2a5 5 0 1 1 0 10A5 5 0 1 1 7 2M10.6 10.6 14.3 14.3" },
  down: { s: "M3.5 6 8 10.5 12.5 6" },
  back: { s: "M10 3 5 8l5 5" },
  close: { s: "M3.5 3.5l9 9M12.5 3.5l-9 9" },
  run: { s: "M13.5 8A5.5 5.5 0 1 1 11.6 3.8M13.6 1.6v3.2h-3.2" },
  delete: { s: "M2.5 4h11M6 4V2.2h4V4M4 4l.7 10h6.6L12 4M6.7 6.8v4.6M9.3 6.8v4.6" },
  user: { s: "M8 2.2a2.8 2.8 0 1 1 0 5.6 2.8 2.8 0 1 1 0-5.6M2.5 14.2c.4-2.8 2.6-4.2 5.5-4.2s5.1 1.4 5.5 4.2" },
  theme: { f: "M8 1.5a6.5 6.5 0 0 1 0 13z", s: "M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 1 1 0-13" },
  help: { s: "M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 1 1 0-13M6 6.2A2 2 0 1 1 8.6 8c-.4.2-.6.6-.6 1.2M8 11.4v.2" },
  more: { s: "M3 8h.2M8 8h.2M13 8h.2" },
  plus: { s: "M8 3v10M3 8h10" },
  pause: { s: "M5.5 3v10M10.5 3v10" },
  play: { s: "M4.5 2.8v10.4L13 8z" },
  flap: { s: "M1.5 11 4.5 4l3 8 3-8 3 7" },
} as const;
export type IconName = keyof typeof shapes;

/** Silent for screen readers unless it has a title: a word stands beside it. */
export function Icon({ name, title, size = 16 }: { name: IconName; title?: string; size?: number }): JSX.Element {
  const s = shapes[name] as { f?: string; s?: string; c?: string };
  return (
    <svg class={`icon icon-${name}`} width={size} height={size} viewBox="0 0 16 16" role={title ? "img" : undefined} aria-hidden={title ? undefined : "true"} aria-label={title}>
      {s.f && <path class="fill" d={s.f} />}
      {s.s && <path class="line" d={s.s} />}
      {s.c && <path class="cut" d={s.c} />}
    </svg>
  );
}
