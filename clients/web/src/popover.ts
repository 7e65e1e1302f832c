/** Places a popover beside the element that opened it, inside the window. */
export function place(popover: HTMLElement, opener: Element, direction: "ltr" | "rtl"): void {
  const gap = 8;
  const box = opener.getBoundingClientRect();
  const { innerHeight, innerWidth } = window;
  const { offsetWidth: width, offsetHeight: height } = popover;
  const fitsBelow = box.bottom + gap + height <= innerHeight - gap;
  const top = fitsBelow || box.top < innerHeight / 2 ? box.bottom + gap : box.top - gap - height;
  const wanted = direction === "rtl" ? box.left : box.right - width;
  const left = Math.min(Math.max(gap, wanted), Math.max(gap, innerWidth - width - gap));
  popover.style.top = `${Math.round(Math.max(gap, Math.min(top, innerHeight - height - gap)))}px`;
  popover.style.left = `${Math.round(left)}px`;
}
