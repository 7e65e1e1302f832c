import type { Notification } from "@campanile/client";

/** Fields of the content that stand for a body, in the order of preference. */
const BODIES = ["message_preview", "text", "message", "room_name"];
const LINKS = ["link", "url"];

/** The title, or a readable form of the type. */
export function titleOf(item: Notification): string {
  return item.title || readable(item.notification_type);
}

export function bodyOf(item: Notification): string {
  return item.body || field(item, BODIES);
}

/** "friend_request" becomes "Friend request". */
export function readable(type: string): string {
  const text = type.replace(/[_.-]+/g, " ").trim();
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}

/** Where a notification leads: a web address, or a path of this site. Everything else is not opened. */
export function linkOf(item: Notification): URL | null {
  return webAddress(item.link || field(item, LINKS));
}

/** A link that may be opened, or null. */
export function webAddress(text: string): URL | null {
  if (text === "") return null;
  try {
    const url = new URL(text, location.href);
    return url.protocol === "https:" || url.protocol === "http:" ? url : null;
  } catch {
    return null;
  }
}

function field(item: Notification, names: readonly string[]): string {
  const content = item.content as Record<string, unknown>;
  for (const name of names) {
    const value = content[name];
    if (typeof value === "string" && value !== "") return value;
  }
  return "";
}
