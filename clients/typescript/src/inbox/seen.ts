import type { Campanile } from "../client.js";

/** Notifications in one call, as the API allows. */
const AT_ONCE = 100;

/**
 * Tells the server what the user has seen, one call after another, so that a long list that is looked through costs the
 * server few calls and no burst. A mark that fails is given up with those that wait: the user did nothing that could be reported as failed,
 * and a server that refuses calls should keep its room for what the user does.
 */
export class SeenMarks {
  readonly #client: Campanile;
  readonly #waiting: string[] = [];
  readonly #closed = new AbortController();
  #isRunning = false;

  constructor(client: Campanile) {
    this.#client = client;
  }

  add(ids: readonly string[]): void {
    this.#waiting.push(...ids);
    if (!this.#isRunning) void this.#run();
  }

  close(): void {
    this.#waiting.length = 0;
    this.#closed.abort();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#waiting.length > 0) {
      const ids = this.#waiting.splice(0, AT_ONCE);
      await this.#client.see(ids, { signal: this.#closed.signal }).catch(() => {
        this.#waiting.length = 0;
      });
    }
    this.#isRunning = false;
  }
}
