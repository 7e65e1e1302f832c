import type { ReactiveController, ReactiveControllerHost } from "lit";

/** Items per chunk. */
export const CHUNK = 15;
/** Chunks within this distance of the visible part are drawn. */
const MARGIN = "600px 0px";

/**
 * Draws only the chunks of a long list that are near the visible part; the others are empty boxes of the same height.
 * So thousands of items cost what dozens cost.
 */
export class Chunks implements ReactiveController {
  readonly #host: ReactiveControllerHost & { renderRoot: HTMLElement | DocumentFragment };
  readonly #onEnd: () => void;
  readonly #heights = new Map<number, number>();
  #far = new Set<number>();
  #observer: IntersectionObserver | null = null;
  #root: Element | null = null;
  #watched = new Set<Element>();

  /** `onEnd` is called when the end of the list comes near. */
  constructor(host: ReactiveControllerHost & { renderRoot: HTMLElement | DocumentFragment }, onEnd: () => void) {
    this.#host = host;
    this.#onEnd = onEnd;
    host.addController(this);
  }

  /** The height of a chunk that is not drawn, or null if it is drawn. */
  heightOf(index: number): number | null {
    return this.#far.has(index) ? (this.#heights.get(index) ?? null) : null;
  }

  /** Forgets everything, for another list. */
  reset(): void {
    this.#far = new Set();
    this.#heights.clear();
  }

  hostUpdated(): void {
    const scroller = this.#host.renderRoot.querySelector(".scroller");
    if (scroller !== this.#root) {
      this.#observer?.disconnect();
      this.#watched = new Set();
      this.#root = scroller;
      this.#observer = scroller ? new IntersectionObserver(this.#seen, { root: scroller, rootMargin: MARGIN }) : null;
      this.watchEnd();
    }
    const present = new Set(scroller?.querySelectorAll("[data-chunk]"));
    for (const chunk of this.#watched) if (!present.has(chunk)) this.#observer?.unobserve(chunk);
    for (const chunk of present) if (!this.#watched.has(chunk)) this.#observer?.observe(chunk);
    this.#watched = present;
  }

  /** Looks again whether the end is near, after the list has grown. */
  watchEnd(): void {
    const end = this.#root?.querySelector("[data-end]");
    if (!end) return;
    // An observer reports changes only; a new observation is reported in any case.
    this.#observer?.unobserve(end);
    this.#observer?.observe(end);
  }

  hostDisconnected(): void {
    this.#observer?.disconnect();
    this.#observer = null;
    this.#root = null;
  }

  readonly #seen = (entries: IntersectionObserverEntry[]) => {
    let changed = false;
    for (const { target, isIntersecting, boundingClientRect, rootBounds } of entries) {
      // A hidden panel has no size, which says nothing about its chunks.
      if (!rootBounds?.height) continue;
      const { chunk } = (target as HTMLElement).dataset;
      if (chunk === undefined) {
        if (isIntersecting) this.#onEnd();
        continue;
      }
      // The focus must not vanish with its item.
      if (!isIntersecting && target.matches(":focus-within")) continue;
      const index = Number(chunk);
      if (isIntersecting) {
        changed = this.#far.delete(index) || changed;
      } else if (!this.#far.has(index)) {
        this.#heights.set(index, boundingClientRect.height);
        this.#far.add(index);
        changed = true;
      }
    }
    if (changed) this.#host.requestUpdate();
  };
}
