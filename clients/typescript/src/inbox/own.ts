import type { Notification } from "../events.js";

/** How long after the server's answer an event may still show a notification as it was before, in milliseconds. */
const LATE_MS = 1_000;

/**
 * What the user changed a moment ago. The server may have sent an event before the change that arrives after it; such an
 * event must not take the change back.
 */
export class OwnChanges {
  readonly #onContradiction: () => void;
  readonly #changed = new Map<string, { item: Notification; isContradicted: boolean; timer: ReturnType<typeof setTimeout> | null }>();

  /** Calls `onContradiction` if the last event of a notification still shows it otherwise after that time. */
  constructor(onContradiction: () => void) {
    this.#onContradiction = onContradiction;
  }

  /** The user changes a notification to this. */
  note(item: Notification): void {
    this.forget(item.id);
    this.#changed.set(item.id, { item, isContradicted: false, timer: null });
  }

  /** The server has stored the change. */
  stored(item: Notification): void {
    const change = this.#changed.get(item.id);
    if (change?.item !== item) return;
    change.timer = setTimeout(() => {
      this.#changed.delete(item.id);
      if (change.isContradicted) this.#onContradiction();
    }, LATE_MS);
  }

  /** The server refused the change, or another one follows. */
  forget(id: string): void {
    const timer = this.#changed.get(id)?.timer;
    if (timer) clearTimeout(timer);
    this.#changed.delete(id);
  }

  /** Whether a notification of an event contradicts what the user changed. */
  contradicts(item: Notification): boolean {
    const change = this.#changed.get(item.id);
    if (!change) return false;
    change.isContradicted = !isSame(change.item, item);
    return change.isContradicted;
  }

  close(): void {
    for (const id of [...this.#changed.keys()]) this.forget(id);
  }
}

/** The fields that the user's actions change. */
function isSame(a: Notification, b: Notification): boolean {
  const snoozed = ({ snoozed_until }: Notification) => (snoozed_until == null ? null : Date.parse(snoozed_until));
  return a.is_read === b.is_read && (a.archived_at == null) === (b.archived_at == null) && snoozed(a) === snoozed(b);
}
