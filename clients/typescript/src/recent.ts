/** Remembers the newest keys, up to a bound, so that a repeated event is recognised. */
export class Recent {
  readonly #keys = new Map<string, string>();
  readonly #bound: number;

  constructor(bound: number) {
    this.#bound = bound;
  }

  /** Notes a key and its version. Returns whether it is new or has another version than before. */
  note(key: string, version: string): boolean {
    const isNew = this.#keys.get(key) !== version;
    this.#keys.delete(key);
    this.#keys.set(key, version);
    if (this.#keys.size > this.#bound) {
      const oldest = this.#keys.keys().next();
      if (!oldest.done) this.#keys.delete(oldest.value);
    }
    return isNew;
  }
}
