import createClient, { type Client } from "openapi-fetch";
import type { LiveHandlers } from "./events.js";
import { retryAfterMs } from "./backoff.js";
import { newIdempotencyKey } from "./idempotency.js";
import { LiveConnection, type LiveOptions } from "./live.js";
import { CampanileError } from "./problem.js";
import { resilientFetch } from "./requests.js";
import type { components, operations, paths } from "./schema.js";
import { TokenSource, readClaims, type Claims, type TokenCallback } from "./token.js";

type Schemas = components["schemas"];
export type SendRequest = Schemas["SendRequest"];
export type BulkResults = Schemas["BulkResults"];
export type Timeline = Schemas["Timeline"];
export type Preferences = Schemas["Preferences"];
export type PreferencesRequest = Schemas["PreferencesRequest"];
export type NotificationPage = Schemas["NotificationPage"];
export type ListQuery = NonNullable<operations["list_notifications"]["parameters"]["query"]>;

/** The changes of one notification that need no further data. */
export type InboxAction = "read" | "unread" | "seen" | "archive" | "unarchive" | "unsnooze";

export interface CampanileOptions {
  /** Where Campanile is, such as `https://notify.example.com`. */
  baseUrl: string;
  /** Returns a token. It is called again before the token expires and when the server refuses it. */
  token: TokenCallback;
  /** How often a failed call is repeated (default 4). */
  retries?: number;
  /** How long one try of a call may take, in milliseconds (default 15,000). */
  timeoutMs?: number;
  /** Longest `Retry-After` that is waited for; above it the call fails at once, in milliseconds (default 30,000). */
  maxWaitMs?: number;
  /** Replaces the global `fetch`. */
  fetch?: (request: Request) => Promise<Response>;
}

export interface CallOptions {
  signal?: AbortSignal;
  /** Lets a call outlive the page that makes it. */
  keepalive?: boolean;
}

export interface SendOptions extends CallOptions {
  /** A request with a key that was used before is not accepted again. Default: a new key. */
  idempotencyKey?: string;
}

/** A client of one Campanile installation, with the rights of one token. */
export class Campanile {
  /** Every operation of the API, typed by its path. Errors are returned, not thrown. */
  readonly http: Client<paths>;
  readonly baseUrl: string;
  readonly #tokens: TokenSource;
  readonly #once: (request: Request) => Promise<Response>;

  constructor(options: CampanileOptions) {
    this.baseUrl = options.baseUrl.replace(/\/+$/, "");
    this.#tokens = new TokenSource(options.token);
    const given = options.fetch ?? ((request: Request) => globalThis.fetch(request));
    const parts = {
      tokens: this.#tokens,
      fetch: given,
      retries: options.retries ?? 4,
      timeoutMs: options.timeoutMs ?? 15_000,
      maxWaitMs: options.maxWaitMs ?? 30_000,
    };
    this.http = createClient<paths>({ baseUrl: this.baseUrl, fetch: resilientFetch(parts) });
    // A stream repeats by its own schedule and may stay open for as long as it likes.
    this.#once = resilientFetch({ ...parts, retries: 0, timeoutMs: 2 ** 31 - 1 });
  }

  /** The claims of the current token. They are not verified. */
  async claims(): Promise<Claims> {
    return readClaims(await this.#tokens.get());
  }

  /** Sends a notification. It resolves once the request is stored durably. */
  send(body: SendRequest, options: SendOptions = {}) {
    return unwrap(this.http.POST("/api/v1/notifications", { body, ...withKey(options) }));
  }

  /** Sends up to 1,000 requests in one call. Each has its own result, in the same order. */
  sendBulk(items: SendRequest[], options: SendOptions = {}): Promise<BulkResults> {
    return unwrap(this.http.POST("/api/v1/notifications/bulk", { body: { items }, ...withKey(options) }));
  }

  /** Every decision and attempt of a notification. */
  timeline(id: string, options: CallOptions = {}): Promise<Timeline> {
    return unwrap(this.http.GET("/api/v1/notifications/{id}/timeline", { params: { path: { id } }, ...options }));
  }

  /** Cancels the pending deliveries of a notification. */
  cancel(id: string, options: CallOptions = {}) {
    return unwrap(this.http.POST("/api/v1/notifications/{id}/cancel", { params: { path: { id } }, ...options }));
  }

  /** One page of the user's notifications, newest first. */
  list(query: ListQuery = {}, options: CallOptions = {}): Promise<NotificationPage> {
    return unwrap(this.http.GET("/api/v1/notifications", { params: { query }, ...options }));
  }

  /** The number of the user's notifications. */
  async count(query: { unread_only?: boolean; notification_type?: string } = {}, options: CallOptions = {}): Promise<number> {
    const call = this.http.GET("/api/v1/notifications/count", { params: { query }, ...options });
    return (await unwrap(call)).count;
  }

  /** Changes one notification, as the name of the action says. */
  async change(id: string, action: InboxAction, options: CallOptions = {}): Promise<void> {
    await unwrap(this.http.PUT(`/api/v1/notifications/{id}/${action}`, { params: { path: { id } }, ...options }));
  }

  /** Hides a notification until a time. */
  async snooze(id: string, until: Date, options: CallOptions = {}): Promise<void> {
    const body = { until: until.toISOString() };
    await unwrap(this.http.PUT("/api/v1/notifications/{id}/snooze", { params: { path: { id } }, body, ...options }));
  }

  /** Deletes a notification. One that is already deleted counts as success. */
  async remove(id: string, options: CallOptions = {}): Promise<void> {
    const call = this.http.DELETE("/api/v1/notifications/{id}", { params: { path: { id } }, ...options });
    await unwrap(call).catch((error: unknown) => {
      if (!(error instanceof CampanileError && error.status === 404)) throw error;
    });
  }

  /** Marks up to 100 notifications as seen: displayed, but not necessarily read. Returns how many were not seen before. */
  async see(ids: readonly string[], options: CallOptions = {}): Promise<number> {
    const call = this.http.PUT("/api/v1/notifications/seen", { body: { ids: [...ids] }, ...options });
    return (await unwrap(call)).updated_count;
  }

  /** Marks all notifications as read, or those of one type. Returns how many were unread. */
  async readAll(type?: string, options: CallOptions = {}): Promise<number> {
    const query = type === undefined ? {} : { notification_type: type };
    const call = this.http.PUT("/api/v1/notifications/read-all", { params: { query }, ...options });
    return (await unwrap(call)).updated_count;
  }

  /** The user's preferences. */
  preferences(options: CallOptions = {}): Promise<Preferences> {
    return unwrap(this.http.GET("/api/v1/notifications/preferences", { ...options }));
  }

  /** Replaces the user's preferences. The tenant's defaults apply to what is left out. */
  savePreferences(body: PreferencesRequest, options: CallOptions = {}): Promise<Preferences> {
    return unwrap(this.http.PUT("/api/v1/notifications/preferences", { body, ...options }));
  }

  /** Opens the user's live events. Call `close` on the result to end them. */
  live(handlers: LiveHandlers, options: LiveOptions = {}): LiveConnection {
    return new LiveConnection(
      {
        open: (lastEventId, types, signal) => this.#openStream(lastEventId, types, signal),
        page: async (signal) => {
          const [page, unread] = await Promise.all([
            this.list({ limit: 50 }, { signal }),
            this.count({ unread_only: true }, { signal }),
          ]);
          return { notifications: page.notifications, total: page.total, unread };
        },
      },
      handlers,
      options,
    );
  }

  async #openStream(lastEventId: string | null, types: readonly string[], signal: AbortSignal) {
    const url = new URL(`${this.baseUrl}/api/v1/notifications/stream`);
    if (types.length > 0) url.searchParams.set("types", types.join(","));
    // `Last-Event-ID` would do the same, but a page of another origin needs no preflight exception for a query.
    if (lastEventId !== null) url.searchParams.set("since", lastEventId);
    const headers = { Accept: "text/event-stream" };
    const response = await this.#once(new Request(url, { headers, cache: "no-store", signal }));
    if (!response.ok || !response.body) {
      const body: unknown = await response.json().catch(() => null);
      throw CampanileError.of(response, body, retryAfterMs(response.headers));
    }
    return response.body;
  }
}

function withKey({ idempotencyKey, ...options }: SendOptions) {
  return { ...options, params: { header: { "Idempotency-Key": idempotencyKey ?? newIdempotencyKey() } } };
}

/** Turns a returned error into a thrown one. */
async function unwrap<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await call;
  if (!response.ok || data === undefined) throw CampanileError.of(response, error, retryAfterMs(response.headers));
  return data;
}
