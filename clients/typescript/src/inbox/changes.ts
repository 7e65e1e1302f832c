import type { Notification, ReadEvent } from "../events.js";
import { belongs, insert, type InboxState } from "./state.js";

/** What a change does to the state. All are pure: they return the parts that change. */
type Change = Partial<InboxState>;

/** Whether an item is one of the unread ones that the badge counts. */
export function counts(item: Notification): boolean {
  return belongs(item, { tab: "unread", type: null });
}

export function find({ items, waiting }: InboxState, id: string): Notification | undefined {
  const isIt = (item: Notification) => item.id === id;
  return items.find(isIt) ?? waiting.find(isIt);
}

/** Shows an item as it is now after a change of the user: in its place, new in the list, or no longer there. */
export function put(state: InboxState, item: Notification): Change {
  const known = find(state, item.id);
  // What was read while the unread ones are shown stays until the next load.
  const staysAsRead = state.tab === "unread" && known !== undefined && belongs({ ...item, is_read: false }, state);
  const unread = Math.max(0, state.unread + Number(counts(item)) - Number(known ? counts(known) : false));
  if (!belongs(item, state) && !staysAsRead) return { ...without(state, item.id), unread };
  return known ? { ...replace(state, item), unread } : { items: insert(state.items, [item]), unread };
}

/** Takes an item out of the list. */
export function drop(state: InboxState, item: Notification): Change {
  const known = find(state, item.id);
  return { ...without(state, item.id), unread: Math.max(0, state.unread - Number(known ? counts(known) : false)) };
}

/** Puts an item in the place of the one with the same id. The counts are not touched. */
export function replace({ items, waiting }: InboxState, item: Notification): Change {
  const swap = (list: readonly Notification[]) => list.map((other) => (other.id === item.id ? item : other));
  return { items: swap(items), waiting: swap(waiting) };
}

/** Marks all as read, or those of one type. */
export function readAll({ items, unread }: InboxState, type: string | null): { items: Notification[]; unread: number } {
  const reads = (item: Notification) => !item.is_read && (type === null || item.notification_type === type);
  const gone = items.filter((item) => reads(item) && counts(item)).length;
  return {
    items: items.map((item) => (reads(item) ? { ...item, is_read: true } : item)),
    unread: type === null ? 0 : Math.max(0, unread - gone),
  };
}

/** Marks what was read elsewhere. The counts come from the server by themselves. */
export function markRead({ items, waiting }: InboxState, { ids, all, before }: ReadEvent["data"]): Change {
  const named = new Set(ids);
  const isMeant = ({ id, created_at }: Notification) =>
    named.has(id) || (all === true && (before === undefined || Date.parse(created_at) <= Date.parse(before)));
  const mark = (list: readonly Notification[]) =>
    list.map((item) => (!item.is_read && isMeant(item) ? { ...item, is_read: true } : item));
  return { items: mark(items), waiting: mark(waiting) };
}

/** Marks what was shown to the user. */
export function markSeen({ items }: InboxState, ids: readonly string[], now: string): Change {
  return { items: items.map((item) => (ids.includes(item.id) ? { ...item, seen_at: now } : item)) };
}

/**
 * Whether the list contradicts the server's count of unread notifications. A list that shows only a part of the inbox
 * may show fewer of them, but never more.
 */
export function isOutdated({ items, unread, hasMore, type }: InboxState): boolean {
  const shown = items.filter(counts).length;
  return hasMore || type !== null ? shown > unread : shown !== unread;
}

function without({ items, waiting }: InboxState, id: string): Change {
  const keep = (item: Notification) => item.id !== id;
  return { items: items.filter(keep), waiting: waiting.filter(keep) };
}
