/** Speaks to screen readers through a live region: at most once in some seconds, and what it says is summed up. */
export class Announcer {
  readonly #say: (text: string) => void;
  readonly #everyMs: number;
  #count = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #spokenAt = -Infinity;

  constructor(say: (text: string) => void, everyMs = 8_000) {
    this.#say = say;
    this.#everyMs = everyMs;
  }

  /** Something arrived. `text` makes the sentence from how many arrived since the last one. */
  arrived(text: (count: number) => string): void {
    this.#count += 1;
    if (this.#timer !== null) return;
    // A moment passes in any case, so that a burst is one sentence.
    const waitMs = Math.max(500, this.#spokenAt + this.#everyMs - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#spokenAt = performance.now();
      const count = this.#count;
      this.#count = 0;
      this.#say(text(count));
    }, waitMs);
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#count = 0;
  }
}
