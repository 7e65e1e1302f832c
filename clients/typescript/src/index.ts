/** `@campanile/client`: typed calls, live events and an inbox store. */
export { Campanile } from "./client.js";
export type {
  BulkResults,
  CallOptions,
  CampanileOptions,
  InboxAction,
  ListQuery,
  NotificationPage,
  Preferences,
  PreferencesRequest,
  SendOptions,
  SendRequest,
  Timeline,
} from "./client.js";
export type * from "./events.js";
export { LiveConnection } from "./live.js";
export type { LiveOptions } from "./live.js";
export { CampanileError } from "./problem.js";
export type { Problem } from "./problem.js";
export { readClaims } from "./token.js";
export type { Claims, TokenCallback } from "./token.js";
export type { components, operations, paths } from "./schema.js";
export { Inbox } from "./inbox/store.js";
export type { InboxOptions } from "./inbox/store.js";
export type { InboxState, InboxTab, Undo } from "./inbox/state.js";
