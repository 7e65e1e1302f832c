/** Every text of the element. `{n}` is replaced by a number, `{name}` by a name. */
export interface Words {
  notifications: string;
  unreadCount: string;
  all: string;
  unread: string;
  archived: string;
  readAll: string;
  preferences: string;
  back: string;
  close: string;
  allTypes: string;
  filter: string;
  loading: string;
  retry: string;
  newCount: string;
  announced: string;
  emptyAll: string;
  emptyUnread: string;
  emptyArchived: string;
  emptyHint: string;
  failedLoad: string;
  failedChange: string;
  signedOut: string;
  paused: string;
  read: string;
  markUnread: string;
  archive: string;
  unarchive: string;
  delete: string;
  more: string;
  snooze: string;
  inAnHour: string;
  thisEvening: string;
  tomorrow: string;
  nextWeek: string;
  undo: string;
  didArchive: string;
  didSnooze: string;
  didDelete: string;
  channels: string;
  push: string;
  pushWhileActive: string;
  email: string;
  types: string;
  alwaysOn: string;
  quietHours: string;
  quietHoursHint: string;
  from: string;
  to: string;
  timezone: string;
  save: string;
  saved: string;
  now: string;
}

/** Puts values into a text. */
export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, key: string) => String(values[key] ?? whole));
}
