import type { LiveStatus, Notification } from "../events.js";
import type { CampanileError } from "../problem.js";

/** Which notifications are shown. */
export type InboxTab = "all" | "unread" | "archived";

/** A change that can be taken back for a few seconds. */
export interface Undo {
  action: "archive" | "snooze" | "delete";
  item: Notification;
}

/** What a user interface draws. A change makes a new object; parts that did not change stay the same objects. */
export interface InboxState {
  readonly tab: InboxTab;
  /** Only notifications of this type, if it is set. */
  readonly type: string | null;
  /** What is shown, newest first. */
  readonly items: readonly Notification[];
  /** What arrived while the list was held, newest first. */
  readonly waiting: readonly Notification[];
  /** Unread notifications of the whole inbox. */
  readonly unread: number;
  /** Types that were seen so far, sorted. */
  readonly types: readonly string[];
  readonly hasMore: boolean;
  readonly loading: boolean;
  /** Why the last load or change failed, until one succeeds. */
  readonly error: CampanileError | null;
  readonly status: LiveStatus;
  readonly undo: Undo | null;
}

export const EMPTY: InboxState = {
  tab: "all",
  type: null,
  items: [],
  waiting: [],
  unread: 0,
  types: [],
  hasMore: false,
  loading: true,
  error: null,
  status: "connecting",
  undo: null,
};

/** Whether an item belongs into a tab. Items that were read while the unread ones are shown stay until the next load. */
export function belongs(item: Notification, { tab, type }: Pick<InboxState, "tab" | "type">): boolean {
  if (type !== null && item.notification_type !== type) return false;
  const isArchived = item.archived_at != null;
  const isSnoozed = item.snoozed_until != null && Date.parse(item.snoozed_until) > Date.now();
  if (tab === "archived") return isArchived;
  return !isArchived && !isSnoozed && (tab === "all" || !item.is_read);
}

/** Puts items into a list that is ordered from newest to oldest; an item with the same id is replaced. */
export function insert(list: readonly Notification[], added: readonly Notification[]): Notification[] {
  const ids = new Set(added.map(({ id }) => id));
  const rest = list.filter(({ id }) => !ids.has(id));
  return [...added, ...rest].sort((a, b) => (a.id < b.id ? 1 : a.id > b.id ? -1 : 0));
}

/** The types known so far, with those of some items; the same array if there is no new one. */
export function withTypes(types: readonly string[], items: readonly Notification[]): readonly string[] {
  const known = new Set(types);
  for (const item of items) known.add(item.notification_type);
  return known.size === types.length ? types : [...known].sort();
}
