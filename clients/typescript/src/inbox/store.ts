import type { Campanile } from "../client.js";
import type { LiveEvent, Notification } from "../events.js";
import { CampanileError } from "../problem.js";
import { DelayedDeletes } from "./deletes.js";
import { InboxFeed, type TabChange } from "./feed.js";
import { counts, drop, find, isOutdated, markRead, markSeen, put, readAll, replace } from "./changes.js";
import { OwnChanges } from "./own.js";
import { SeenMarks } from "./seen.js";
import { EMPTY, belongs, insert, withTypes, type InboxState, type InboxTab, type Undo } from "./state.js";

export interface InboxOptions {
  /** Notifications per page (default 25, at most 100). */
  pageSize?: number;
  /** Only these types arrive live. */
  types?: readonly string[];
  /** How long a change can be taken back, in milliseconds (default 6,000). A delete is sent after it. */
  undoMs?: number;
  /** Time between polls while the stream cannot be opened, in milliseconds (default 20,000). */
  pollMs?: number;
}

/** How long counts that differ from ours are watched before the list is loaded again, in milliseconds. */
const SETTLE_MS = 800;

/**
 * One user's inbox: the notifications shown, live changes, and the user's actions. Actions show at once and are taken
 * back if the server refuses them. Draw `state` and call `subscribe` for changes of it.
 */
export class Inbox {
  readonly #client: Campanile;
  readonly #options: InboxOptions;
  readonly #listeners = new Set<() => void>();
  readonly #arrivals = new Set<(item: Notification) => void>();
  readonly #deletes: DelayedDeletes;
  readonly #seen: SeenMarks;
  readonly #own = new OwnChanges(() => void this.reload());
  readonly #feed: InboxFeed;
  #state: InboxState = EMPTY;
  #cursor: string | null = null;
  #load = 0;
  #isHeld = false;
  #settle: ReturnType<typeof setTimeout> | null = null;
  #undoTimer: ReturnType<typeof setTimeout> | null = null;
  #isClosed = false;

  constructor(client: Campanile, options: InboxOptions = {}) {
    this.#client = client;
    this.#options = options;
    this.#deletes = new DelayedDeletes(client, options.undoMs ?? 6_000, (item, error) => {
      this.#set({ items: this.#inserted([item]), error });
    });
    this.#seen = new SeenMarks(client);
    this.#feed = new InboxFeed(client, options, {
      onEvent: (event) => this.#hearEvent(event),
      onStatus: (status) => this.#set({ status }),
      onChange: (change) => this.#hearChange(change),
      onReady: () => void this.reload(),
    });
    globalThis.addEventListener?.("pagehide", this.#flush);
  }

  get state(): InboxState {
    return this.#state;
  }

  /** Calls `listener` after every change of `state`. Returns the function that ends it. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The current state, for React's `useSyncExternalStore`. */
  readonly getSnapshot = (): InboxState => this.#state;

  /** Calls `listener` once for each notification that arrives live. Returns the function that ends it. */
  onArrival(listener: (item: Notification) => void): () => void {
    this.#arrivals.add(listener);
    return () => this.#arrivals.delete(listener);
  }

  /** While held, arriving notifications wait in `waiting`, so that the list does not move under the reader. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    if (!isHeld) this.showWaiting();
  }

  /** Moves what waits into the list. */
  showWaiting(): void {
    if (this.#state.waiting.length === 0) return;
    this.#set({ items: this.#inserted(this.#state.waiting), waiting: [] });
  }

  /** Shows other notifications and loads them. */
  show(choice: { tab?: InboxTab; type?: string | null }): Promise<void> {
    this.#set({ ...choice, items: [], waiting: [], hasMore: false });
    return this.reload();
  }

  /** Loads the first page again; the items shown stay until it is there. */
  async reload(): Promise<void> {
    this.#cursor = null;
    await this.#loadPage(true);
  }

  /** Loads the next page, unless a load is running or there is none. */
  async loadMore(): Promise<void> {
    if (!this.#state.loading && this.#state.hasMore) await this.#loadPage(false);
  }

  /** Marks notifications as seen: shown to the user, but not necessarily read. Those that were seen before are left out. */
  see(ids: readonly string[]): void {
    const isNew = ({ id, seen_at, is_read }: Notification) => ids.includes(id) && !seen_at && !is_read;
    const fresh = this.#state.items.filter(isNew).map(({ id }) => id);
    if (fresh.length === 0) return;
    this.#set(markSeen(this.#state, fresh, new Date().toISOString()));
    this.#seen.add(fresh);
  }

  read(id: string): Promise<void> {
    const now = new Date().toISOString();
    return this.#change(id, { is_read: true, read_at: now }, () => this.#client.change(id, "read"));
  }

  unread(id: string): Promise<void> {
    return this.#change(id, { is_read: false, read_at: null }, () => this.#client.change(id, "unread"));
  }

  archive(id: string): Promise<void> {
    const now = new Date().toISOString();
    return this.#change(id, { archived_at: now }, () => this.#client.change(id, "archive"), "archive");
  }

  unarchive(id: string): Promise<void> {
    return this.#change(id, { archived_at: null }, () => this.#client.change(id, "unarchive"));
  }

  snooze(id: string, until: Date): Promise<void> {
    const patch = { snoozed_until: until.toISOString() };
    return this.#change(id, patch, () => this.#client.snooze(id, until), "snooze");
  }

  /** Removes a notification from the list; the server deletes it when it can no longer be taken back. */
  remove(id: string): void {
    const item = find(this.#state, id);
    if (!item) return;
    this.#set(drop(this.#state, item));
    this.#feed.tell({ kind: "patch", item, removed: true });
    this.#deletes.schedule(item);
    this.#offerUndo({ action: "delete", item });
  }

  /** Marks all as read, or all of the type that is shown. */
  async readAll(): Promise<void> {
    const { items, unread, type } = this.#state;
    this.#set(readAll(this.#state, type));
    this.#feed.tell({ kind: "all read", type });
    try {
      await this.#client.readAll(type ?? undefined);
      this.#set({ error: null });
    } catch (error) {
      this.#set({ items, unread, error: asError(error) });
    }
  }

  /** Takes back the change that `state.undo` names. */
  async undo(): Promise<void> {
    const { undo } = this.#state;
    if (!undo) return;
    this.#offerUndo(null);
    const { action, item } = undo;
    if (action === "delete") this.#deletes.cancel(item.id);
    this.#set({ items: this.#inserted([item]), unread: this.#state.unread + (counts(item) ? 1 : 0) });
    this.#feed.tell({ kind: "patch", item, removed: false });
    if (action === "delete") return;
    this.#own.note(item);
    try {
      await this.#client.change(item.id, action === "archive" ? "unarchive" : "unsnooze");
      this.#own.stored(item);
    } catch (error) {
      this.#own.forget(item.id);
      this.#set({ error: asError(error) });
    }
  }

  /** Ends live updates and sends deletes that still wait. Call it on sign-out. */
  close(): void {
    if (this.#isClosed) return;
    this.#deletes.flush();
    this.#seen.close();
    this.#own.close();
    globalThis.removeEventListener?.("pagehide", this.#flush);
    this.#isClosed = true;
    this.#feed.close();
    if (this.#settle) clearTimeout(this.#settle);
    if (this.#undoTimer) clearTimeout(this.#undoTimer);
    this.#listeners.clear();
    this.#arrivals.clear();
  }

  readonly #flush = () => this.#deletes.flush();

  #hearChange(change: TabChange): void {
    if (change.kind === "all read") return this.#set(readAll(this.#state, change.type));
    const { item, removed } = change;
    this.#set(removed || !belongs(item, this.#state) ? drop(this.#state, item) : put(this.#state, item));
  }

  #hearEvent(event: LiveEvent): void {
    switch (event.event) {
      case "connection":
      case "count":
        return this.#hearCounts(event.data.unread);
      case "notification":
        return this.#hearNotification(event.data);
      case "read":
        return this.#set(markRead(this.#state, event.data));
      case "gap":
        void this.reload();
    }
  }

  #hearNotification(item: Notification): void {
    const known = find(this.#state, item.id);
    this.#set({ types: withTypes(this.#state.types, [item]) });
    if (this.#own.contradicts(item)) return;
    if (known) return this.#set(replace(this.#state, item));
    for (const listener of this.#arrivals) listener(item);
    if (!belongs(item, this.#state) || this.#deletes.has(item.id)) return;
    if (this.#isHeld) this.#set({ waiting: insert(this.#state.waiting, [item]) });
    else this.#set({ items: this.#inserted([item]) });
  }

  /** Counts are the server's. If they differ for longer than our own changes take, the list is outdated. */
  #hearCounts(unread: number): void {
    const differs = unread !== this.#state.unread;
    this.#set({ unread });
    if (!differs || this.#isHeld || this.#state.tab === "archived") return;
    if (this.#settle) clearTimeout(this.#settle);
    this.#settle = setTimeout(() => {
      if (isOutdated(this.#state) && !this.#state.loading && !this.#isHeld) void this.reload();
    }, SETTLE_MS);
  }

  async #loadPage(isFirst: boolean): Promise<void> {
    const load = ++this.#load;
    this.#set({ loading: true });
    const { tab, type } = this.#state;
    try {
      const [page, unread] = await Promise.all([
        this.#client.list({
          limit: this.#options.pageSize ?? 25,
          ...(tab === "archived" ? { archived: true } : {}),
          ...(tab === "unread" ? { unread_only: true } : {}),
          ...(type === null ? {} : { notification_type: type }),
          ...(isFirst || this.#cursor === null ? {} : { cursor: this.#cursor }),
        }),
        isFirst ? this.#client.count({ unread_only: true }) : this.#state.unread,
      ]);
      if (load !== this.#load || this.#isClosed) return;
      this.#cursor = page.next_cursor ?? null;
      const loaded = page.notifications.filter(({ id }) => !this.#deletes.has(id));
      const items = isFirst ? loaded : insert(this.#state.items, loaded);
      const types = withTypes(this.#state.types, loaded);
      this.#set({
        items,
        types,
        unread,
        waiting: isFirst ? [] : this.#state.waiting,
        hasMore: page.has_more,
        loading: false,
        error: null,
      });
    } catch (error) {
      if (load === this.#load) this.#set({ loading: false, error: asError(error) });
    }
  }

  async #change(id: string, patch: Partial<Notification>, call: () => Promise<void>, undo?: Undo["action"]) {
    const before = find(this.#state, id);
    if (!before) return;
    const after = { ...before, ...patch };
    this.#own.note(after);
    this.#set(put(this.#state, after));
    this.#feed.tell({ kind: "patch", item: after, removed: false });
    if (undo) this.#offerUndo({ action: undo, item: before });
    try {
      await call();
      this.#own.stored(after);
      if (this.#state.error) this.#set({ error: null });
    } catch (error) {
      this.#own.forget(id);
      this.#set(put(this.#state, before));
      this.#feed.tell({ kind: "patch", item: before, removed: false });
      if (this.#state.undo?.item.id === id) this.#offerUndo(null);
      this.#set({ error: asError(error) });
    }
  }

  #offerUndo(undo: Undo | null): void {
    if (this.#undoTimer) clearTimeout(this.#undoTimer);
    this.#undoTimer = undo ? setTimeout(() => this.#set({ undo: null }), this.#options.undoMs ?? 6_000) : null;
    this.#set({ undo });
  }

  #inserted(added: readonly Notification[]): Notification[] {
    return insert(this.#state.items, added);
  }

  #set(change: Partial<InboxState>): void {
    if (this.#isClosed) return;
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}

function asError(error: unknown): CampanileError {
  return error instanceof CampanileError ? error : CampanileError.network(error);
}
