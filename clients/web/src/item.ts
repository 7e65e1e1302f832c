import type { Notification, NotificationAction } from "@campanile/client";
import { html, nothing, type TemplateResult } from "lit";
import { icon, typeIcon } from "./icons.js";
import { bodyOf, linkOf, titleOf, webAddress } from "./texts.js";
import { fullTime, relativeTime } from "./time.js";
import { fill, type Words } from "./words/index.js";

export type ItemAction = "read" | "unread" | "archive" | "unarchive" | "delete";

/** What the list needs to draw items and to hear of what users do. */
export interface ItemContext {
  words: Words;
  language: string;
  now: number;
  /** Total number of items, or -1 if it is not known yet. */
  total: number;
  open(item: Notification, event: Event): void;
  follow(item: Notification, action: NotificationAction, event: Event): void;
  act(item: Notification, action: ItemAction): void;
  menu(item: Notification, opener: HTMLElement): void;
}

/** One notification of the list. */
export function renderItem(item: Notification, position: number, context: ItemContext): TemplateResult {
  const { words, language } = context;
  const title = titleOf(item);
  const body = bodyOf(item);
  const id = `title-${item.id}`;
  return html`<article
    class="item ${item.is_read ? "" : "unread"} ${item.priority}"
    part="item ${item.is_read ? "item-read" : "item-unread"}"
    data-id=${item.id}
    aria-labelledby=${id}
    aria-posinset=${position}
    aria-setsize=${context.total}
  >
    <slot name="item-${item.id}">
      <span class="avatar" part="avatar">${icon(typeIcon(item.notification_type))}</span>
      <div class="text">
        <div class="head">
          <span class="title" part="title" id=${id}>${renderTitle(item, title, context)}</span>
          ${item.is_read ? nothing : html`<span class="dot" part="dot"><span class="sr">${words.unread}</span></span>`}
        </div>
        ${body ? html`<p class="body" part="body" dir="auto">${body}</p>` : nothing}
        ${item.actions?.length ? html`<div class="choices">${item.actions.map((action) => renderAction(item, action, context))}</div>` : nothing}
        <time class="time" part="time" datetime=${item.created_at} title=${fullTime(item.created_at, language)}
          >${relativeTime(item.created_at, language, words, context.now)}</time
        >
      </div>
    </slot>
    <div class="actions" part="actions">
      ${quick(item, context)}
      <button
        class="small more"
        aria-haspopup="menu"
        aria-label=${fill(words.more, { name: title })}
        @click=${(event: Event) => context.menu(item, event.currentTarget as HTMLElement)}
      >
        ${icon("more")}
      </button>
    </div>
  </article>`;
}

function renderTitle(item: Notification, title: string, context: ItemContext): TemplateResult {
  return renderLink("open", nothing, title, linkOf(item), (event) => context.open(item, event));
}

function renderAction(item: Notification, action: NotificationAction, context: ItemContext): TemplateResult {
  return renderLink("choice", "choice", action.title, webAddress(action.link), (event) => context.follow(item, action, event));
}

/** A link, or a button where there is no web address to go to: the page may still do something. */
function renderLink(
  name: string,
  part: string | typeof nothing,
  text: string,
  link: URL | null,
  click: (event: Event) => void,
): TemplateResult {
  if (!link) return html`<button class=${name} part=${part} @click=${click}><bdi>${text}</bdi></button>`;
  const isElsewhere = link.origin !== location.origin;
  return html`<a
    class=${name}
    part=${part}
    href=${link.href}
    target=${isElsewhere ? "_blank" : nothing}
    rel=${isElsewhere ? "noopener" : nothing}
    @click=${click}
    ><bdi>${text}</bdi></a
  >`;
}

/** Shortcuts for the mouse. The menu has them all, so keyboards and screen readers skip these. */
function quick(item: Notification, { words, act }: ItemContext): TemplateResult {
  const button = (action: ItemAction, name: Parameters<typeof icon>[0], label: string) =>
    html`<button class="small quick" tabindex="-1" aria-hidden="true" title=${label} @click=${() => act(item, action)}>
      ${icon(name)}
    </button>`;
  return html`${item.is_read ? nothing : button("read", "check", words.read)}
  ${item.archived_at ? button("unarchive", "inbox", words.unarchive) : button("archive", "archive", words.archive)}
  ${button("delete", "trash", words.delete)}`;
}
