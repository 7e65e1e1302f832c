import { backoffMs, sleep } from "./backoff.js";
import type { LiveEvent, LiveHandlers, LiveStatus } from "./events.js";
import { Poller, type Page } from "./poller.js";
import { CampanileError } from "./problem.js";
import { Recent } from "./recent.js";
import { frames, type Frame } from "./sse.js";

export interface LiveOptions {
  /** Continue after this notification instead of at the present. */
  since?: string;
  /** Only notifications of these types. */
  types?: readonly string[];
  /** Time between polls while the stream cannot be opened, in milliseconds (default 20,000). */
  pollMs?: number;
  /** A stream without any byte for this long is opened anew, in milliseconds (default 75,000; heartbeats come every 30,000). */
  silenceMs?: number;
}

/** What a connection needs of the client. */
export interface LiveSource {
  open(lastEventId: string | null, types: readonly string[], signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;
  page(signal: AbortSignal): Promise<Page>;
}

const BACKOFF = { firstMs: 1_000, maxMs: 60_000 };
/** Polling begins after this many failures in a row. */
const FAILURES_BEFORE_POLLING = 3;
const REMEMBERED = 2_000;
const NAMES = new Set<string>(["connection", "notification", "read", "count", "gap", "error"]);

/** Why the server ends a stream. */
interface ErrorEvent {
  event: "error";
  data: { code: string; detail: string };
}

function failure({ code, detail }: ErrorEvent["data"]): CampanileError {
  return new CampanileError(detail, { status: 0, code });
}

/**
 * One user's live events. It opens the stream, continues after the last notification when the stream ends, reports each
 * notification once, and polls while the stream cannot be opened.
 */
export class LiveConnection {
  readonly #source: LiveSource;
  readonly #handlers: LiveHandlers;
  readonly #options: LiveOptions;
  readonly #recent = new Recent(REMEMBERED);
  readonly #stopped = new AbortController();
  readonly #poller: Poller;
  #status: LiveStatus = "connecting";
  #lastEventId: string | null;
  #wake: AbortController | null = null;

  constructor(source: LiveSource, handlers: LiveHandlers, options: LiveOptions = {}) {
    this.#source = source;
    this.#handlers = handlers;
    this.#options = options;
    this.#lastEventId = options.since ?? null;
    this.#poller = new Poller({
      everyMs: options.pollMs ?? 20_000,
      types: options.types ?? [],
      page: (signal) => source.page(signal),
      onEvent: (event) => {
        this.#report(event);
        // Ids are ordered by time; the page was read as a whole.
        if (event.event === "notification") this.#lastEventId = event.data.id;
      },
      onError: (error) => handlers.onError?.(error),
    });
    handlers.onStatus?.("connecting");
    globalThis.addEventListener?.("online", this.#retryNow);
    void this.#run();
  }

  get status(): LiveStatus {
    return this.#status;
  }

  /** Where another connection may continue: after this notification. */
  get lastEventId(): string | null {
    return this.#lastEventId;
  }

  /** Ends the connection. No handler is called afterwards. */
  close(): void {
    if (this.#stopped.signal.aborted) return;
    globalThis.removeEventListener?.("online", this.#retryNow);
    this.#poller.stop();
    this.#setStatus("closed");
    this.#stopped.abort();
  }

  /** The device is online again, so a wait for the next try is pointless. */
  readonly #retryNow = () => this.#wake?.abort();

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#stopped.signal.aborted) {
      let waitMs: number;
      try {
        const hintMs = await this.#readStream(() => {
          failures = 0;
        });
        // The server ends each stream after some minutes, and when it restarts.
        waitMs = hintMs ?? Math.random() * 1_000;
      } catch (error) {
        if (this.#stopped.signal.aborted) return;
        failures += 1;
        const failure = error instanceof CampanileError ? error : CampanileError.network(error);
        this.#handlers.onError?.(failure);
        waitMs = Math.max(backoffMs(failures, BACKOFF), failure.retryAfterMs ?? 0);
      }
      if (failures >= FAILURES_BEFORE_POLLING) {
        this.#setStatus("polling");
        this.#poller.start(this.#lastEventId);
      } else if (!this.#poller.isRunning) {
        this.#setStatus("connecting");
      }
      await this.#pause(waitMs);
    }
  }

  /** Reads one stream to its end. Returns the server's hint for the wait before the next one. */
  async #readStream(onOpen: () => void): Promise<number | null> {
    const ended = new AbortController();
    const stop = () => ended.abort();
    this.#stopped.signal.addEventListener("abort", stop, { once: true });
    const silenceMs = this.#options.silenceMs ?? 75_000;
    let silence = setTimeout(stop, silenceMs);
    let hintMs: number | null = null;
    let isOpen = false;
    try {
      const body = await this.#source.open(this.#lastEventId, this.#options.types ?? [], ended.signal);
      const heard = () => {
        clearTimeout(silence);
        silence = setTimeout(stop, silenceMs);
      };
      for await (const frame of frames(body, heard)) {
        if (this.#stopped.signal.aborted) break;
        hintMs = frame.retryMs ?? hintMs;
        const event = this.#understand(frame);
        if (event?.event === "connection") {
          isOpen = true;
          onOpen();
          this.#poller.stop();
          this.#setStatus("live");
        }
        if (event) this.#report(event);
        // Only some frames have an id: those after which nothing older is to come.
        if (frame.id !== undefined) this.#lastEventId = frame.id;
        if (event?.event === "error" && event.data.code === "token_expired") return 0;
        if (event?.event === "error") throw failure(event.data);
      }
      if (!isOpen) throw new CampanileError("the stream ended before it began", { status: 0, code: "stream" });
      return hintMs;
    } finally {
      clearTimeout(silence);
      this.#stopped.signal.removeEventListener("abort", stop);
      ended.abort();
    }
  }

  #understand(frame: Frame): LiveEvent | ErrorEvent | null {
    if (frame.data === "") return null;
    let data: unknown;
    try {
      data = JSON.parse(frame.data);
    } catch (cause) {
      throw new CampanileError("the stream sent a frame that is not JSON", { status: 0, code: "bad_frame", cause });
    }
    // Events of later versions of the server are skipped.
    return NAMES.has(frame.event) ? ({ event: frame.event, data } as LiveEvent | ErrorEvent) : null;
  }

  #report(event: LiveEvent | ErrorEvent): void {
    if (this.#stopped.signal.aborted || event.event === "error") return;
    if (event.event === "notification" && !this.#recent.note(event.data.id, event.data.updated_at)) return;
    this.#handlers.onEvent(event);
  }

  #setStatus(status: LiveStatus): void {
    if (this.#status === status || this.#stopped.signal.aborted) return;
    this.#status = status;
    this.#handlers.onStatus?.(status);
  }

  async #pause(ms: number): Promise<void> {
    this.#wake = new AbortController();
    const signal = AbortSignal.any([this.#wake.signal, this.#stopped.signal]);
    await sleep(ms, signal).catch(() => {});
    this.#wake = null;
  }
}
