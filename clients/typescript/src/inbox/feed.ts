import type { Campanile } from "../client.js";
import type { LiveEvent, LiveStatus, Notification } from "../events.js";
import type { LiveConnection } from "../live.js";
import { joinTabs, type TabLink } from "./tabs.js";

/** What a user did in one tab, for the others. */
export type TabChange =
  | { kind: "patch"; item: Notification; removed: boolean }
  | { kind: "all read"; type: string | null };

type Message =
  | { kind: "hello" }
  | { kind: "status"; status: LiveStatus; cursor: string | null }
  | { kind: "event"; event: LiveEvent; cursor: string | null }
  | { kind: "change"; change: TabChange };

export interface FeedOptions {
  types?: readonly string[];
  pollMs?: number;
}

export interface FeedHandlers {
  onEvent(event: LiveEvent): void;
  onStatus(status: LiveStatus): void;
  /** Another tab has changed something. */
  onChange(change: TabChange): void;
  /** It is time to load the list: events arrive from now on, or cannot for now. */
  onReady(): void;
}

/** The live events of an inbox, shared by the tabs of one browser: the leader has the stream, the others hear from it. */
export class InboxFeed {
  readonly #client: Campanile;
  readonly #options: FeedOptions;
  readonly #handlers: FeedHandlers;
  #link: TabLink<Message> | null = null;
  #live: LiveConnection | null = null;
  /** Where the stream goes on if this tab becomes the leader. */
  #cursor: string | null = null;
  #isClosed = false;

  constructor(client: Campanile, options: FeedOptions, handlers: FeedHandlers) {
    this.#client = client;
    this.#options = options;
    this.#handlers = handlers;
    void this.#join();
  }

  /** Tells the other tabs what the user did in this one. */
  tell(change: TabChange): void {
    this.#link?.post({ kind: "change", change });
  }

  close(): void {
    this.#isClosed = true;
    this.#live?.close();
    this.#link?.close();
  }

  async #join(): Promise<void> {
    let name: string | null = null;
    try {
      const { sub, tenant } = await this.#client.claims();
      // Only tabs of the same user share; an API key does not say whose it is.
      if (sub !== undefined) name = JSON.stringify(["campanile", this.#client.baseUrl, tenant, sub, this.#options.types]);
    } catch {
      // The first call will fail for the same reason, and say so.
    }
    if (this.#isClosed) return;
    this.#link = joinTabs<Message>(name, (message) => this.#hear(message), () => this.#lead());
    this.#link.post({ kind: "hello" });
    if (!this.#live) this.#handlers.onReady();
  }

  #lead(): void {
    let isReady = false;
    const ready = () => {
      if (!isReady) this.#handlers.onReady();
      isReady = true;
    };
    const { types, pollMs } = this.#options;
    this.#live = this.#client.live(
      {
        onEvent: (event) => {
          this.#link?.post({ kind: "event", event, cursor: this.#live?.lastEventId ?? this.#cursor });
          this.#handlers.onEvent(event);
        },
        onStatus: (status) => {
          this.#handlers.onStatus(status);
          this.#tellStatus(status);
          // The list is loaded when the stream is open, so that nothing falls in between.
          if (status === "live") ready();
        },
        onError: ready,
      },
      {
        ...(this.#cursor === null ? {} : { since: this.#cursor }),
        ...(types ? { types } : {}),
        ...(pollMs === undefined ? {} : { pollMs }),
      },
    );
  }

  #tellStatus(status: LiveStatus): void {
    this.#link?.post({ kind: "status", status, cursor: this.#live?.lastEventId ?? this.#cursor });
  }

  #hear(message: Message): void {
    switch (message.kind) {
      case "hello":
        if (this.#live) this.#tellStatus(this.#live.status);
        return;
      case "status":
        this.#cursor = message.cursor ?? this.#cursor;
        // A leader that closes is followed by another one at once.
        if (message.status !== "closed") this.#handlers.onStatus(message.status);
        return;
      case "event":
        this.#cursor = message.cursor ?? this.#cursor;
        return this.#handlers.onEvent(message.event);
      case "change":
        return this.#handlers.onChange(message.change);
    }
  }
}
