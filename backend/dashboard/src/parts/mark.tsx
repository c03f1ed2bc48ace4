// backend/dashboard/src/parts/mark.tsx - our mark: three pickets of a fence; and the same as a picture of the tab, which says how many are critical.

const kFence = "M2 5 4.5 2 7 5v9H2zM9 5l2.5-3L14 5v9H9zM16 5l2.5-3L21 5v9h-5zM0 7.5h23v2H0z";
export const Mark = ({ size = 20 }: { size?: number }) => <svg class="mark" width={size} height={(size * 16) / 23} viewBox="0 0 23 16" aria-hidden="true"><path d={kFence} /></svg>;

const kShapes: Record<string, [string, string]> = {
  critical: ["M10 1h12l9 9v12l-9 9H10l-9-9V10z", "#b3261e"], warning: ["M16 2 31 30H1z", "#8a5300"], unknown: ["M16 1 31 16 16 31 1 16z", "#6a3da8"], ok: ["M16 2a14 14 0 1 1 0 28a14 14 0 1 1 0-28", "#1a6b3a"], off: ["M3 3h26v26H3z", "#57606a"],
};

/** A picture as an address; numbers only, so that nothing of others gets into it. */
export function favicon(shape: string, count: number): string {
  const [path, colour] = (Object.hasOwn(kShapes, shape) ? kShapes[shape]! : kShapes.off!), text = count > 99 ? "99" : count ? String(count) : "";
  const size = text.length > 1 ? 15 : 19, y = shape === "warning" ? 27 : 22.5;
  return `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path d="${path}" fill="${colour}"/><text x="16" y="${y}" font-family="sans-serif" font-weight="700" font-size="${size}" text-anchor="middle" fill="#fff">${text}</text></svg>`)}`;
}
