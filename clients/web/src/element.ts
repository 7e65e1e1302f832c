import {
  Inbox,
  type Campanile,
  type InboxState,
  type InboxTab,
  type Notification,
  type NotificationAction,
  type TokenCallback,
} from "@campanile/client";
import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";
import { Announcer } from "./announcer.js";
import { CHUNK, Chunks } from "./chunks.js";
import { icon } from "./icons.js";
import { clientFor } from "./inbox-client.js";
import { renderItem, type ItemAction, type ItemContext } from "./item.js";
import { fillItemTemplate } from "./item-template.js";
import { moveFocus, renderMenu } from "./menu.js";
import { place } from "./popover.js";
import { PreferencesView } from "./preferences.js";
import { Shown } from "./shown.js";
import { styles } from "./styles.js";
import { linkOf, readable, webAddress } from "./texts.js";
import { directionOf, fill, wordsFor, type Words } from "./words/index.js";

const TABS: readonly InboxTab[] = ["all", "unread", "archived"];
/** Relative times are drawn again this often, in milliseconds. */
const TICK_MS = 30_000;
const DONE = { archive: "didArchive", snooze: "didSnooze", delete: "didDelete" } as const;

/**
 * `<campanile-inbox>`: a bell that opens a user's notifications, or with `inline` the notifications themselves.
 *
 * @slot bell - The icon of the bell.
 * @slot header - What stands in the header beside the heading.
 * @slot empty - What is shown when there is nothing to show.
 * @slot item - A `<template>` that draws each item; see the guide.
 * @fires campanile-notification - A notification arrived; `detail` is the notification.
 * @fires campanile-count - The number of unread ones changed; `detail.unread` is it.
 * @fires campanile-open - An item was opened; `detail` is the notification. `preventDefault()` keeps its link closed.
 * @fires campanile-action - A button of an item was clicked; `detail` is `{notification, action}`. `preventDefault()` keeps its link closed.
 * @fires campanile-error - A load or a change failed; `detail` is the `CampanileError`.
 */
export class CampanileInbox extends LitElement {
  static override styles = styles;
  static override properties = {
    baseUrl: { attribute: "base-url" },
    token: {},
    tokenUrl: { attribute: "token-url" },
    inline: { type: Boolean, reflect: true },
    lang: {},
    words: { attribute: false },
    types: { attribute: false },
  };

  /** Where Campanile is. Default: the server that this module came from. */
  declare baseUrl: string | null;
  /** A token, or better a function that returns one. */
  declare token: string | TokenCallback | null;
  /** A URL of the page's own backend that answers with a token. */
  declare tokenUrl: string | null;
  /** Shows the list in the page instead of behind a bell. */
  declare inline: boolean;
  /** Replaces some of the texts. */
  declare words: Partial<Words> | null;
  /** Only these types arrive live. */
  declare types: readonly string[] | null;

  readonly #chunks = new Chunks(this, () => {
    if (!this.#inbox?.state.error) void this.#inbox?.loadMore();
  });
  readonly #preferences = new PreferencesView(this);
  readonly #announcer = new Announcer((text) => this.#say(text));
  #client: Campanile | null = null;
  #inbox: Inbox | null = null;
  #ends: (() => void)[] = [];
  #isOpen = false;
  #showsPreferences = false;
  #menuItem: Notification | null = null;
  #menuOpener: HTMLElement | null = null;
  #spoken = "";
  #unread = -1;
  #length = 0;
  #reported: unknown = null;
  #offered: unknown = null;
  #allWords!: Words;
  #wordsKey: readonly [string, Partial<Words> | null] | null = null;

  constructor() {
    super();
    new Shown(this, (ids) => this.#inbox?.see(ids));
    this.baseUrl = null;
    this.token = null;
    this.tokenUrl = null;
    this.inline = false;
    this.words = null;
    this.types = null;
  }

  /** The store under the element, or null while there is no token. */
  get inbox(): Inbox | null {
    return this.#inbox;
  }

  /** Opens the panel. */
  show(): void {
    this.#panel?.showPopover?.();
  }

  /** Closes the panel. */
  hide(): void {
    if (this.#isOpen) this.#panel?.hidePopover?.();
  }

  /** Forgets the token and everything shown. Set `token` or `tokenUrl` again to sign in. */
  signOut(): void {
    this.hide();
    this.token = null;
    this.tokenUrl = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const tick = setInterval(() => this.requestUpdate(), TICK_MS);
    const replace = () => this.#placePanel();
    window.addEventListener("resize", replace);
    this.#ends.push(
      () => clearInterval(tick),
      () => window.removeEventListener("resize", replace),
    );
    if (this.hasUpdated) this.#connect();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const end of this.#ends.splice(0)) end();
    this.#disconnect();
  }

  protected override willUpdate(changed: PropertyValues<CampanileInbox>): void {
    if (["baseUrl", "token", "tokenUrl", "types"].some((name) => changed.has(name as keyof CampanileInbox))) this.#connect();
    if (this.#inbox) fillItemTemplate(this, this.#inbox.state.items);
  }

  protected override updated(): void {
    const state = this.#inbox?.state;
    if (!state) return;
    if (state.unread !== this.#unread) {
      this.#unread = state.unread;
      this.#emit("campanile-count", { unread: state.unread });
    }
    // The region of the messages must be there before its text changes, so it is not the toast itself.
    if (state.undo && state.undo !== this.#offered) this.#say(this.#words[DONE[state.undo.action]]);
    this.#offered = state.undo;
    if (state.error && state.error !== this.#reported) this.#emit("campanile-error", state.error);
    this.#reported = state.error;
    const shown = state.items.length;
    if (shown !== this.#length) this.#chunks.watchEnd();
    this.#length = shown;
  }

  protected override render(): TemplateResult {
    const direction = directionOf(this.#language);
    if (this.inline) return html`<div class="root" dir=${direction}>${this.#renderPanel(direction)}</div>`;
    const words = this.#words;
    const unread = this.#inbox?.state.unread ?? 0;
    const label = unread > 0 ? `${words.notifications}, ${fill(words.unreadCount, { n: unread })}` : words.notifications;
    return html`<div class="root" dir=${direction}>
      <button
        class="bell"
        part="bell"
        aria-haspopup="dialog"
        aria-expanded=${this.#isOpen}
        aria-label=${label}
        @click=${() => (this.#isOpen ? this.hide() : this.show())}
      >
        <slot name="bell">${icon("bell")}</slot>
        ${unread > 0 ? html`<span class="badge" part="badge" aria-hidden="true">${unread > 99 ? "99+" : unread}</span>` : nothing}
      </button>
      ${this.#renderPanel(direction)}
    </div>`;
  }

  #renderPanel(direction: string): TemplateResult {
    const words = this.#words;
    return html`<section
        class="panel"
        part="panel"
        role=${this.inline ? "region" : "dialog"}
        aria-label=${words.notifications}
        tabindex="-1"
        popover=${this.inline ? nothing : "auto"}
        @toggle=${this.#toggled}
        @keydown=${this.#keyDown}
      >
        ${this.#showsPreferences ? this.#renderPreferences(words) : this.#renderInbox(words)}
        <div class="sr" role="status">${this.#spoken}</div>
        <div
          class="menu"
          part="menu"
          role="menu"
          dir=${direction}
          popover="auto"
          aria-label=${words.more.replace("{name}", "").trim()}
          @toggle=${this.#menuToggled}
          @keydown=${this.#menuKeyDown}
        >
          ${renderMenu(this.#menuItem, {
            words,
            language: this.#language,
            act: (item, action) => this.#fromMenu(() => this.#act(item, action)),
            snooze: (item, until) => this.#fromMenu(() => this.#leaving(item, () => this.#inbox?.snooze(item.id, until))),
          })}
        </div>
      </section>`;
  }

  #renderPreferences(words: Words): TemplateResult {
    const state = this.#inbox?.state;
    return html`<header class="header" part="header">
        <button class="small" aria-label=${words.back} @click=${() => this.#showPreferences(false)}>${icon("back")}</button>
        <h2>${words.preferences}</h2>
        ${this.#renderClose(words)}
      </header>
      <div class="view"><div class="scroller" tabindex="-1">
        ${this.#client ? this.#preferences.render(this.#client, state?.types ?? [], words) : nothing}
      </div></div>`;
  }

  #renderInbox(words: Words): TemplateResult {
    const state = this.#inbox?.state;
    if (!state) return html`${this.#renderHeader(words, 0)}<div class="state"><p>${words.signedOut}</p></div>`;
    return html`${this.#renderHeader(words, state.unread)} ${this.#renderBar(words, state)}
      ${state.error && state.items.length > 0
        ? html`<div class="banner" role="alert">
            ${words.failedChange}
            <button class="plain" @click=${() => this.#inbox?.reload()}>${words.retry}</button>
          </div>`
        : nothing}
      <div class="view" id="view" role="tabpanel" aria-labelledby="tab-${state.tab}">
        ${state.waiting.length > 0
          ? html`<button class="pill" part="pill" @click=${this.#showWaiting}>${fill(words.newCount, { n: state.waiting.length })}</button>`
          : nothing}
        <div class="scroller" tabindex="-1" @scroll=${this.#hold} @focusin=${this.#hold} @focusout=${this.#hold}>
          ${this.#renderList(words, state)}
        </div>
        ${state.undo
          ? html`<div class="toast" part="toast">
              <span>${words[DONE[state.undo.action]]}</span>
              <button @click=${() => this.#inbox?.undo()}>${words.undo}</button>
            </div>`
          : nothing}
      </div>
      ${state.status === "polling" ? html`<p class="note" part="note">${words.paused}</p>` : nothing}`;
  }

  #renderHeader(words: Words, unread: number): TemplateResult {
    return html`<header class="header" part="header">
      <h2>${words.notifications}</h2>
      <slot name="header"></slot>
      <button class="small" title=${words.readAll} aria-label=${words.readAll} ?hidden=${unread === 0} @click=${() => this.#inbox?.readAll()}>
        ${icon("checks")}
      </button>
      ${this.#client
        ? html`<button class="small" title=${words.preferences} aria-label=${words.preferences} @click=${() => this.#showPreferences(true)}>
            ${icon("gear")}
          </button>`
        : nothing}
      ${this.#renderClose(words)}
    </header>`;
  }

  #renderClose(words: Words): TemplateResult | typeof nothing {
    if (this.inline) return nothing;
    return html`<button class="small" title=${words.close} aria-label=${words.close} @click=${() => this.hide()}>${icon("close")}</button>`;
  }

  #renderBar(words: Words, state: InboxState): TemplateResult {
    const tab = (name: InboxTab) => html`<button
      role="tab"
      part="tab"
      id="tab-${name}"
      aria-controls="view"
      aria-selected=${state.tab === name}
      tabindex=${state.tab === name ? 0 : -1}
      @click=${() => this.#choose({ tab: name })}
    >
      ${words[name]}${name === "unread" && state.unread > 0 ? html`<span class="tally">${state.unread}</span>` : nothing}
    </button>`;
    const filter = html`<select
      class="filter"
      part="filter"
      aria-label=${words.filter}
      @change=${(event: Event) => this.#choose({ type: (event.target as HTMLSelectElement).value || null })}
    >
      <option value="" ?selected=${state.type === null}>${words.allTypes}</option>
      ${state.types.map((type) => html`<option value=${type} ?selected=${state.type === type}>${readable(type)}</option>`)}
    </select>`;
    return html`<div class="bar" part="tabs">
      <div role="tablist" aria-label=${words.notifications} @keydown=${this.#tabKeyDown}>${TABS.map(tab)}</div>
      ${state.types.length > 1 ? filter : nothing}
    </div>`;
  }

  #renderList(words: Words, state: InboxState): TemplateResult {
    const { items } = state;
    if (items.length === 0) return this.#renderNothing(words, state);
    const context: ItemContext = {
      words,
      language: this.#language,
      now: Date.now(),
      total: state.hasMore ? -1 : items.length,
      open: (item, event) => this.#openItem(item, event),
      follow: (item, action, event) => this.#followAction(item, action, event),
      act: (item, action) => this.#act(item, action),
      menu: (item, opener) => this.#openMenu(item, opener),
    };
    // An item is drawn anew when it changes, and for its relative time.
    const minute = Math.floor(context.now / TICK_MS);
    const chunks = Array.from({ length: Math.ceil(items.length / CHUNK) }, (_, index) => index);
    return html`<div role="feed" aria-label=${words.notifications} aria-busy=${state.loading} @keydown=${this.#listKeyDown}>
        ${chunks.map((index) => {
          const height = this.#chunks.heightOf(index);
          const first = index * CHUNK;
          return html`<div data-chunk=${index} role="presentation" .style=${height === null ? "" : `height:${height}px`}>
            ${height === null
              ? repeat(items.slice(first, first + CHUNK), ({ id }) => id, (item, at) => guard([item, first + at, context.total, minute, words], () => renderItem(item, first + at + 1, context)))
              : nothing}
          </div>`;
        })}
      </div>
      ${state.hasMore ? html`<p class="note" data-end>${words.loading}</p>` : nothing}`;
  }

  #renderNothing(words: Words, state: InboxState): TemplateResult {
    if (state.loading) return html`${[1, 2, 3, 4].map(() => html`<div class="skeleton" aria-hidden="true"></div>`)}`;
    if (state.error) {
      return html`<div class="state" role="alert">
        ${icon("alert")}<strong>${words.failedLoad}</strong>
        <p>${state.error.message}</p>
        <button class="primary" part="button" @click=${() => this.#inbox?.reload()}>${words.retry}</button>
      </div>`;
    }
    const text = { all: words.emptyAll, unread: words.emptyUnread, archived: words.emptyArchived }[state.tab];
    return html`<slot name="empty">
      <div class="state" part="empty">
        ${icon(state.tab === "archived" ? "archive" : "bell")}<strong>${text}</strong>
        ${state.tab === "archived" ? nothing : html`<p>${words.emptyHint}</p>`}
      </div>
    </slot>`;
  }

  get #language(): string {
    return this.lang || this.closest("[lang]")?.getAttribute("lang") || navigator.language;
  }

  get #words(): Words {
    const key = [this.#language, this.words] as const;
    if (this.#wordsKey?.[0] !== key[0] || this.#wordsKey[1] !== key[1]) {
      this.#wordsKey = key;
      this.#allWords = { ...wordsFor(key[0]), ...this.words };
    }
    return this.#allWords;
  }

  get #panel(): HTMLElement | null {
    return this.renderRoot.querySelector(".panel");
  }

  get #menu(): HTMLElement | null {
    return this.renderRoot.querySelector(".menu");
  }

  get #scroller(): HTMLElement | null {
    return this.renderRoot.querySelector(".scroller");
  }

  #connect(): void {
    this.#disconnect();
    if (!this.isConnected) return;
    this.#client = clientFor(this);
    if (!this.#client) return;
    const inbox = new Inbox(this.#client, { pageSize: 50, ...(this.types ? { types: this.types } : {}) });
    inbox.subscribe(() => this.requestUpdate());
    inbox.onArrival((item) => {
      this.#emit("campanile-notification", item);
      this.#announcer.arrived((n) => fill(this.#words.announced, { n }));
    });
    this.#inbox = inbox;
  }

  #disconnect(): void {
    this.#inbox?.close();
    this.#inbox = null;
    this.#client = null;
    this.#unread = -1;
    this.#announcer.stop();
    this.#chunks.reset();
    this.#showsPreferences = false;
  }

  #choose(choice: { tab?: InboxTab; type?: string | null }): void {
    this.#chunks.reset();
    this.#scroller?.scrollTo({ top: 0 });
    void this.#inbox?.show(choice);
  }

  #showPreferences(shows: boolean): void {
    this.#showsPreferences = shows;
    if (shows && this.#client) void this.#preferences.load(this.#client);
    this.requestUpdate();
    void this.updateComplete.then(() => this.#panel?.focus());
  }

  #openItem(item: Notification, event: Event): void {
    this.#go("campanile-open", item, item, linkOf(item), event);
  }

  #followAction(notification: Notification, action: NotificationAction, event: Event): void {
    this.#go("campanile-action", notification, { notification, action }, webAddress(action.link), event);
  }

  /** Marks an item as read and lets its link open, unless the page prevents that. */
  #go(name: string, item: Notification, detail: unknown, link: URL | null, event: Event): void {
    if (!item.is_read) void this.#inbox?.read(item.id);
    const goesOn = this.#emit(name, detail, true);
    if (!goesOn) event.preventDefault();
    if (goesOn && link) this.hide();
  }

  #act(item: Notification, action: ItemAction): void {
    const inbox = this.#inbox;
    if (!inbox) return;
    if (action === "delete") return this.#leaving(item, () => inbox.remove(item.id));
    if (action === "archive" || action === "unarchive") return this.#leaving(item, () => inbox[action](item.id));
    void inbox[action](item.id);
  }

  /** Does what takes an item off the list, and moves the focus from it to its neighbour. */
  #leaving(item: Notification, work: () => unknown): void {
    const titles = this.#titles();
    const at = titles.findIndex((title) => title.closest<HTMLElement>(".item")?.dataset["id"] === item.id);
    const hadFocus = titles[at]?.closest(".item")?.matches(":focus-within") ?? false;
    const neighbour = titles[at + 1] ?? titles[at - 1] ?? this.#panel;
    if (hadFocus || this.#menuOpener) neighbour?.focus({ preventScroll: true });
    work();
  }

  #openMenu(item: Notification, opener: HTMLElement): void {
    this.#menuItem = item;
    this.#menuOpener = opener;
    this.requestUpdate();
    void this.updateComplete.then(() => {
      const menu = this.#menu;
      if (!menu) return;
      menu.showPopover();
      place(menu, opener, directionOf(this.#language));
      opener.setAttribute("aria-expanded", "true");
      this.#menuEntries()[0]?.focus();
    });
  }

  #fromMenu(work: () => void): void {
    const opener = this.#menuOpener;
    this.#menu?.hidePopover();
    opener?.focus();
    work();
  }

  #menuEntries(): HTMLElement[] {
    return [...(this.#menu?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
  }

  #titles(): HTMLElement[] {
    return [...this.renderRoot.querySelectorAll<HTMLElement>(".open")];
  }

  readonly #menuToggled = (event: ToggleEvent) => {
    if (event.newState === "open") return;
    this.#menuOpener?.removeAttribute("aria-expanded");
    this.#giveFocusBack(this.#menu, this.#menuOpener);
    this.#menuItem = null;
    this.#menuOpener = null;
    this.requestUpdate();
  };

  readonly #menuKeyDown = (event: KeyboardEvent) => {
    moveFocus(event, this.#menuEntries(), { next: "ArrowDown", previous: "ArrowUp" });
    if (event.key === "Tab") this.#menu?.hidePopover();
  };

  readonly #tabKeyDown = (event: KeyboardEvent) => {
    const tabs = [...this.renderRoot.querySelectorAll<HTMLElement>("[role=tab]")];
    const isRtl = directionOf(this.#language) === "rtl";
    const keys = isRtl ? { next: "ArrowLeft", previous: "ArrowRight" } : { next: "ArrowRight", previous: "ArrowLeft" };
    if (moveFocus(event, tabs, keys)) tabs.find((tab) => tab.matches(":focus"))?.click();
  };

  readonly #listKeyDown = (event: KeyboardEvent) => {
    const id = (event.target as Element).closest<HTMLElement>(".item")?.dataset["id"];
    const item = this.#inbox?.state.items.find((other) => other.id === id);
    if (event.key === "Delete" && item) {
      event.preventDefault();
      return this.#act(item, "delete");
    }
    const titles = this.#titles();
    const at = titles.findIndex((title) => title.closest<HTMLElement>(".item")?.dataset["id"] === id);
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 5, PageUp: -5 };
    const step = steps[event.key];
    if (step === undefined || at < 0) return;
    event.preventDefault();
    titles[Math.min(Math.max(at + step, 0), titles.length - 1)]?.focus();
  };

  readonly #keyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !this.#showsPreferences) return;
    event.preventDefault();
    event.stopPropagation();
    this.#showPreferences(false);
  };

  readonly #toggled = (event: ToggleEvent) => {
    if (event.target !== this.#panel) return;
    this.#isOpen = event.newState === "open";
    if (this.#isOpen) {
      this.#placePanel();
      this.#panel?.focus();
    } else {
      this.#showsPreferences = false;
      this.#giveFocusBack(this.#panel, this.renderRoot.querySelector<HTMLElement>(".bell"));
    }
    this.#hold();
    this.requestUpdate();
  };

  /** A popover that closes drops the focus of elements in a shadow tree, soon after, instead of handing it back. */
  #giveFocusBack(popover: HTMLElement | null, opener: HTMLElement | null): void {
    const outside = document.activeElement;
    const inside = this.shadowRoot?.activeElement ?? null;
    const isLost = outside === this ? inside === null || popover?.contains(inside) : outside === null || outside === document.body;
    if (isLost) opener?.focus({ preventScroll: true });
  }

  #placePanel(): void {
    const bell = this.renderRoot.querySelector(".bell");
    if (this.#isOpen && this.#panel && bell) place(this.#panel, bell, directionOf(this.#language));
  }

  readonly #showWaiting = () => {
    this.#scroller?.scrollTo({ top: 0 });
    this.#inbox?.showWaiting();
    void this.updateComplete.then(() => this.#titles()[0]?.focus({ preventScroll: true }));
  };

  /** New items must not move the list under a reader who has scrolled, or under the keyboard's focus. */
  readonly #hold = () => {
    const scroller = this.#scroller;
    const isReading = scroller !== null && (scroller.scrollTop > 4 || scroller.querySelector(":focus-visible") !== null);
    this.#inbox?.hold(isReading && (this.inline || this.#isOpen));
  };

  #say(text: string): void {
    this.#spoken = text;
    this.requestUpdate();
  }

  #emit(name: string, detail: unknown, cancelable = false): boolean {
    return this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true, cancelable }));
  }
}
