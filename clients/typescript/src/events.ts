import type { CampanileError } from "./problem.js";
import type { components } from "./schema.js";

/** One notification of an inbox. */
export type Notification = components["schemas"]["Notification"];

/** A button of a notification. */
export type NotificationAction = components["schemas"]["ItemAction"];

/** The stream is open; the counts are those of this moment. */
export interface ConnectionEvent {
  event: "connection";
  data: { user_id: string; unread: number; total: number; resume: boolean };
}

/** A notification arrived, or one that had arrived is unread again or back in the list, on any device. */
export interface NotificationEvent {
  event: "notification";
  data: Notification;
}

/** Notifications were read, here or elsewhere. `all` means every one of the inbox that was created before `before`. */
export interface ReadEvent {
  event: "read";
  data: { ids: string[]; all?: boolean; before?: string };
}

/** The counts have changed. */
export interface CountEvent {
  event: "count";
  data: { unread: number; total: number };
}

/** Notifications may be missing: load the list again. */
export interface GapEvent {
  event: "gap";
  data: { since?: string | null };
}

/** What a live connection reports. */
export type LiveEvent = ConnectionEvent | NotificationEvent | ReadEvent | CountEvent | GapEvent;

/** How events arrive: by the stream, by polling while the stream cannot be opened, or not at all. */
export type LiveStatus = "connecting" | "live" | "polling" | "closed";

export interface LiveHandlers {
  onEvent(event: LiveEvent): void;
  onStatus?(status: LiveStatus): void;
  /** Called for every failure; the connection is tried again by itself. */
  onError?(error: CampanileError): void;
}
