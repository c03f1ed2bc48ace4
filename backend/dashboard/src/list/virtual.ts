// backend/dashboard/src/list/virtual.ts - which rows of a long list are drawn, and where to scroll; numbers only.

export interface Span { first: number; last: number } // last is not part of it
export const kOverscan = 8; // rows drawn above and below what is seen

export function visible(scrollTop: number, height: number, rowHeight: number, count: number): Span {
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - kOverscan);
  const last = Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + kOverscan);
  return { first: Math.min(first, count), last: Math.max(last, Math.min(first, count)) };
}

/** The scroll position that shows row `index` whole, moving no further than needed. `head` is covered by the header. */
export function reveal(index: number, scrollTop: number, height: number, rowHeight: number, head: number): number {
  const top = index * rowHeight, bottom = top + rowHeight + head;
  if (top < scrollTop) return top;
  return bottom > scrollTop + height ? bottom - height : scrollTop;
}
