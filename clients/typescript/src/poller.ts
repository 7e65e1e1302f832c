import { sleep } from "./backoff.js";
import type { LiveEvent, Notification } from "./events.js";
import { CampanileError } from "./problem.js";

/** The newest notifications of an inbox and its counts. */
export interface Page {
  notifications: Notification[];
  total: number;
  unread: number;
}

interface PollerParts {
  everyMs: number;
  types: readonly string[];
  page(signal: AbortSignal): Promise<Page>;
  onEvent(event: LiveEvent): void;
  onError(error: CampanileError): void;
}

/** Reports what the stream would report, from repeated looks at the newest page. */
export class Poller {
  readonly #parts: PollerParts;
  #running: AbortController | null = null;

  constructor(parts: PollerParts) {
    this.#parts = parts;
  }

  get isRunning(): boolean {
    return this.#running !== null;
  }

  /** Begins, unless it is running. `after` is the newest notification that is known. */
  start(after: string | null): void {
    if (this.#running) return;
    this.#running = new AbortController();
    void this.#run(this.#running.signal, after);
  }

  stop(): void {
    this.#running?.abort();
    this.#running = null;
  }

  async #run(signal: AbortSignal, after: string | null): Promise<void> {
    while (!signal.aborted) {
      try {
        const page = await this.#parts.page(signal);
        if (signal.aborted) return;
        after = this.#report(page, after);
      } catch (error) {
        if (signal.aborted) return;
        this.#parts.onError(error instanceof CampanileError ? error : CampanileError.network(error));
      }
      // Half of the time is random, so that clients which lost one server do not poll in step.
      const waitMs = this.#parts.everyMs * (0.75 + Math.random() / 2);
      await sleep(waitMs, signal).catch(() => {});
    }
  }

  #report(page: Page, after: string | null): string | null {
    const { types } = this.#parts;
    const newest = page.notifications[0]?.id ?? null;
    if (after !== null) {
      const arrived = page.notifications.filter(({ id }) => id > after);
      // A page full of new ones may not have had room for all.
      if (arrived.length > 0 && arrived.length === page.notifications.length) {
        this.#parts.onEvent({ event: "gap", data: { since: after } });
      }
      for (const item of arrived.reverse()) {
        if (types.length === 0 || types.includes(item.notification_type)) {
          this.#parts.onEvent({ event: "notification", data: item });
        }
      }
    }
    this.#parts.onEvent({ event: "count", data: { unread: page.unread, total: page.total } });
    return newest !== null && (after === null || newest > after) ? newest : (after ?? "");
  }
}
