import type { Campanile } from "../client.js";
import type { Notification } from "../events.js";
import { CampanileError } from "../problem.js";

/** Deletes that wait until they can no longer be taken back. */
export class DelayedDeletes {
  readonly #client: Campanile;
  readonly #delayMs: number;
  readonly #onFailure: (item: Notification, error: CampanileError) => void;
  readonly #waiting = new Map<string, { item: Notification; timer: ReturnType<typeof setTimeout> }>();
  /** Sent, and perhaps still in a page that was read before. */
  readonly #sent = new Set<string>();

  constructor(client: Campanile, delayMs: number, onFailure: (item: Notification, error: CampanileError) => void) {
    this.#client = client;
    this.#delayMs = delayMs;
    this.#onFailure = onFailure;
  }

  has(id: string): boolean {
    return this.#waiting.has(id) || this.#sent.has(id);
  }

  schedule(item: Notification): void {
    const timer = setTimeout(() => this.#send(item, false), this.#delayMs);
    this.#waiting.set(item.id, { item, timer });
  }

  cancel(id: string): void {
    clearTimeout(this.#waiting.get(id)?.timer);
    this.#waiting.delete(id);
  }

  /** Sends all now, in a way that outlives the page. */
  flush(): void {
    for (const { item } of [...this.#waiting.values()]) this.#send(item, true);
  }

  #send(item: Notification, keepalive: boolean): void {
    this.cancel(item.id);
    this.#sent.add(item.id);
    this.#client.remove(item.id, { keepalive }).then(
      () => setTimeout(() => this.#sent.delete(item.id), 10_000),
      (error: unknown) => {
        this.#sent.delete(item.id);
        this.#onFailure(item, error instanceof CampanileError ? error : CampanileError.network(error));
      },
    );
  }
}
