import type { ReactiveController, ReactiveControllerHost } from "lit";

/** An item counts as seen when at least half of it was visible for this long, in milliseconds. */
const SEEN_AFTER_MS = 1_000;

/** Reports the items that were shown to the user, so that those that only flew by while scrolling are not among them. */
export class Shown implements ReactiveController {
  readonly #host: ReactiveControllerHost & { renderRoot: HTMLElement | DocumentFragment };
  readonly #report: (ids: string[]) => void;
  readonly #since = new Map<Element, number>();
  #watched = new WeakSet<Element>();
  #root: Element | null = null;
  #observer: IntersectionObserver | null = null;
  #turn = 0;

  constructor(host: ReactiveControllerHost & { renderRoot: HTMLElement | DocumentFragment }, report: (ids: string[]) => void) {
    this.#host = host;
    this.#report = report;
    host.addController(this);
  }

  hostUpdated(): void {
    const root = this.#host.renderRoot.querySelector(".scroller");
    if (root !== this.#root) {
      this.hostDisconnected();
      this.#root = root;
      if (root) this.#observer = new IntersectionObserver(this.#changed, { root, threshold: 0.5 });
    }
    for (const item of root?.querySelectorAll(".item") ?? []) {
      if (this.#watched.has(item)) continue;
      this.#watched.add(item);
      this.#observer?.observe(item);
    }
  }

  hostDisconnected(): void {
    this.#observer?.disconnect();
    this.#observer = null;
    this.#root = null;
    this.#watched = new WeakSet();
    this.#since.clear();
  }

  readonly #changed = (entries: IntersectionObserverEntry[]) => {
    const turn = (this.#turn += 1);
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) this.#since.set(target, turn);
      else this.#since.delete(target);
    }
    setTimeout(() => {
      const shown = entries.filter(({ target }) => this.#since.get(target) === turn);
      const ids = shown.map(({ target }) => (target as HTMLElement).dataset["id"] ?? "");
      if (ids.length > 0) this.#report(ids);
    }, SEEN_AFTER_MS);
  };
}
