import type { Notification } from "@campanile/client";
import { html, nothing, type TemplateResult } from "lit";
import { icon, type IconName } from "./icons.js";
import type { ItemAction } from "./item.js";
import { presetTime, snoozePresets } from "./time.js";
import type { Words } from "./words/index.js";

export interface MenuContext {
  words: Words;
  language: string;
  act(item: Notification, action: ItemAction): void;
  snooze(item: Notification, until: Date): void;
}

/** The menu of one item. It is drawn when it opens, so the times of its presets are those of that moment. */
export function renderMenu(item: Notification | null, context: MenuContext): TemplateResult | typeof nothing {
  if (!item) return nothing;
  const { words, language, act } = context;
  const now = new Date();
  const entry = (name: IconName, label: string, action: ItemAction) =>
    html`<button role="menuitem" tabindex="-1" @click=${() => act(item, action)}>${icon(name)}<span>${label}</span></button>`;
  return html`
    ${item.is_read ? entry("dot", words.markUnread, "unread") : entry("check", words.read, "read")}
    ${item.archived_at ? entry("inbox", words.unarchive, "unarchive") : entry("archive", words.archive, "archive")}
    ${entry("trash", words.delete, "delete")}
    ${item.archived_at
      ? nothing
      : html`<div role="group" aria-labelledby="snooze">
          <div class="label" id="snooze">${words.snooze}</div>
          ${snoozePresets(now).map(
            ([preset, until]) =>
              html`<button role="menuitem" tabindex="-1" @click=${() => context.snooze(item, until)}>
                ${icon("clock")}<span>${words[preset]}</span><small>${presetTime(until, now, language)}</small>
              </button>`,
          )}
        </div>`}
  `;
}

/** Moves the focus in a menu or between tabs, as the keys say. Returns whether the key was used. */
export function moveFocus(event: KeyboardEvent, entries: HTMLElement[], keys: { next: string; previous: string }): boolean {
  const current = entries.findIndex((entry) => entry.matches(":focus"));
  const last = entries.length - 1;
  const targets: Record<string, number> = {
    [keys.next]: current >= last ? 0 : current + 1,
    [keys.previous]: current <= 0 ? last : current - 1,
    Home: 0,
    End: last,
  };
  const target = targets[event.key];
  if (target === undefined) return false;
  event.preventDefault();
  entries[target]?.focus();
  return true;
}
