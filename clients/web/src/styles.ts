import { css } from "lit";

/**
 * Colours, sizes and fonts are custom properties that a page can set: the README lists them. Those that begin with `--_` are
 * the element's own, under names that no page uses.
 */
export const styles = css`
  :host {
    --_accent: var(--campanile-accent, light-dark(#3b5bdb, #8ea6ff));
    --_on-accent: var(--campanile-on-accent, light-dark(#fff, #10142b));
    --_surface: var(--campanile-surface, light-dark(#fff, #1a1c22));
    --_raised: var(--campanile-raised, light-dark(#f4f5f8, #24272f));
    --_text: var(--campanile-text, light-dark(#1a1d26, #eceef4));
    --_muted: var(--campanile-muted, light-dark(#5c6270, #a3a9b8));
    --_border: var(--campanile-border, light-dark(#e6e8ee, #30343e));
    --_danger: var(--campanile-danger, light-dark(#c92a2a, #ff8787));
    --_radius: var(--campanile-radius, 14px);
    color-scheme: light dark;
    display: inline-block;
    position: relative;
    font: 400 0.9375rem/1.45 var(--campanile-font, system-ui, "Segoe UI", Roboto, sans-serif);
    color: var(--_text);
    -webkit-font-smoothing: antialiased;
  }
  :host([theme="light"]) {
    color-scheme: light;
  }
  :host([theme="dark"]) {
    color-scheme: dark;
  }
  :host([hidden]) {
    display: none;
  }
  :host([inline]) {
    display: block;
  }
  *,
  ::before,
  ::after {
    box-sizing: border-box;
  }
  button,
  select,
  input {
    font: inherit;
    color: inherit;
  }
  button {
    background: none;
    border: 0;
    padding: 0;
    cursor: pointer;
    -webkit-tap-highlight-color: transparent;
  }
  :focus-visible {
    outline: 2px solid var(--_accent);
    outline-offset: 1px;
  }
  .sr {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .icon {
    width: 1.25em;
    height: 1.25em;
    display: block;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.8;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .i-dot path {
    fill: currentColor;
  }
  .i-more {
    stroke-width: 3;
  }
  [dir="rtl"] .i-back,
  [dir="rtl"] .i-chat {
    transform: scaleX(-1);
  }

  /* The bell */
  .bell {
    position: relative;
    display: grid;
    place-items: center;
    width: 2.75rem;
    height: 2.75rem;
    border-radius: 50%;
    font-size: 1.2rem;
    transition: background 0.15s;
  }
  .bell:hover,
  .bell[aria-expanded="true"] {
    background: light-dark(rgb(20 30 60 / 7%), rgb(255 255 255 / 10%));
  }
  .badge {
    position: absolute;
    inset-block-start: 0.2rem;
    inset-inline-end: 0.1rem;
    min-width: 1.15rem;
    padding: 0 0.28rem;
    border-radius: 1rem;
    background: var(--campanile-badge, #d6336c);
    color: #fff;
    font-size: 0.6875rem;
    font-weight: 700;
    line-height: 1.15rem;
    text-align: center;
    box-shadow: 0 0 0 2px var(--_surface);
  }

  /* The panel */
  .panel {
    display: flex;
    flex-direction: column;
    overflow: hidden;
    background: var(--_surface);
    color: var(--_text);
  }
  .panel[popover] {
    position: fixed;
    inset: auto;
    margin: 0;
    padding: 0;
    width: var(--campanile-width, 25.5rem);
    max-width: calc(100vw - 16px);
    height: var(--campanile-height, min(38rem, calc(100vh - 5rem)));
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    box-shadow:
      0 1px 2px rgb(0 0 0 / 8%),
      0 16px 48px -8px light-dark(rgb(20 30 60 / 24%), rgb(0 0 0 / 65%));
  }
  .panel[popover]:not(:popover-open) {
    display: none;
  }
  .panel[popover]:popover-open {
    animation: rise 0.16s ease-out;
  }
  .panel:focus {
    outline: none;
  }
  :host([inline]) .root {
    height: 100%;
  }
  :host([inline]) .panel {
    height: var(--campanile-height, 100%);
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
  }
  @keyframes rise {
    from {
      opacity: 0;
      transform: translateY(-6px);
    }
  }
  @media (max-width: 30rem) {
    .panel[popover] {
      inset: 0 !important;
      width: 100vw;
      max-width: none;
      height: 100dvh;
      border: 0;
      border-radius: 0;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    * {
      animation: none !important;
      transition: none !important;
    }
  }

  /* Header, tabs, filter */
  .header {
    display: flex;
    align-items: center;
    gap: 0.125rem;
    padding: 0.75rem 0.75rem 0.25rem 1.125rem;
  }
  [dir="rtl"] .header {
    padding: 0.75rem 1.125rem 0.25rem 0.75rem;
  }
  .header h2 {
    flex: 1;
    margin: 0;
    font-size: 1.125rem;
    font-weight: 680;
    letter-spacing: -0.01em;
  }
  .small {
    display: grid;
    place-items: center;
    width: 2.125rem;
    height: 2.125rem;
    border-radius: 0.625rem;
    color: var(--_muted);
    transition:
      background 0.12s,
      color 0.12s;
  }
  .small:hover,
  .small[aria-expanded="true"] {
    background: light-dark(rgb(20 30 60 / 8%), rgb(255 255 255 / 10%));
    color: var(--_text);
  }
  .header > .small:first-child {
    margin-inline-start: -0.5rem;
  }
  .bar {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 0.5rem;
    padding: 0.125rem 1.125rem 0;
    border-block-end: 1px solid var(--_border);
  }
  [role="tablist"] {
    display: flex;
    gap: 1.125rem;
  }
  [role="tab"] {
    position: relative;
    padding: 0.5rem 0 0.625rem;
    color: var(--_muted);
    font-weight: 550;
    white-space: nowrap;
  }
  [role="tab"]:hover {
    color: var(--_text);
  }
  [role="tab"][aria-selected="true"] {
    color: var(--_text);
  }
  [role="tab"][aria-selected="true"]::after {
    content: "";
    position: absolute;
    inset: auto 0 -1px;
    height: 2px;
    border-radius: 2px;
    background: var(--_accent);
  }
  .tally {
    margin-inline-start: 0.3rem;
    padding: 0.05rem 0.4rem;
    border-radius: 1rem;
    background: var(--_raised);
    font-size: 0.75rem;
    font-variant-numeric: tabular-nums;
  }
  .filter {
    min-width: 0;
    max-width: 8.5rem;
    field-sizing: content;
    padding: 0.25rem 0.125rem;
    border: 0;
    border-radius: 0.5rem;
    background: var(--_surface);
    color: var(--_muted);
    font-size: 0.8125rem;
    cursor: pointer;
    text-overflow: ellipsis;
  }

  /* The list */
  .view {
    position: relative;
    flex: 1;
    min-height: 0;
    display: flex;
    flex-direction: column;
  }
  .scroller {
    flex: 1;
    overflow-y: auto;
    overscroll-behavior: contain;
    scrollbar-width: thin;
    scrollbar-color: var(--_border) transparent;
  }
  .item {
    position: relative;
    border-block-end: 1px solid var(--_border);
    transition: background 0.12s;
  }
  .item > slot {
    display: flex;
    gap: 0.8125rem;
    padding: 0.875rem 1.125rem;
  }
  .item:hover,
  .item:focus-within {
    background: var(--_raised);
  }
  .avatar {
    flex: none;
    display: grid;
    place-items: center;
    width: 2.375rem;
    height: 2.375rem;
    border-radius: 50%;
    background: var(--_raised);
    color: var(--_muted);
  }
  .item:hover .avatar,
  .item:focus-within .avatar {
    background: var(--_surface);
  }
  .item.unread .avatar {
    background: color-mix(in srgb, var(--_accent) 14%, transparent);
    color: var(--_accent);
  }
  .item.critical .avatar {
    background: color-mix(in srgb, var(--_danger) 14%, transparent);
    color: var(--_danger);
  }
  .text {
    flex: 1;
    min-width: 0;
  }
  .head {
    display: flex;
    align-items: baseline;
    gap: 0.5rem;
  }
  .title {
    min-width: 0;
    flex: 1;
    font-weight: 500;
  }
  .unread .title {
    font-weight: 660;
  }
  .open {
    display: block;
    max-width: 100%;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    font-weight: inherit;
    color: inherit;
    text-align: start;
    text-decoration: none;
  }
  /* The whole item opens it. */
  .open::after {
    content: "";
    position: absolute;
    inset: 0;
  }
  .open:focus-visible {
    outline: none;
  }
  .open:focus-visible::after {
    outline: 2px solid var(--_accent);
    outline-offset: -3px;
    border-radius: 0.5rem;
  }
  .dot {
    flex: none;
    align-self: center;
    width: 0.5rem;
    height: 0.5rem;
    border-radius: 50%;
    background: var(--_accent);
  }
  .body {
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    overflow: hidden;
    margin: 0.0625rem 0 0;
    color: var(--_muted);
    overflow-wrap: anywhere;
    text-align: start;
  }
  [dir="rtl"] .body {
    text-align: right;
  }
  .time {
    display: block;
    margin-block-start: 0.25rem;
    color: var(--_muted);
    font-size: 0.8125rem;
  }
  /* Above the link that covers the item. */
  .choices {
    position: relative;
    z-index: 1;
    width: fit-content;
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
    padding-block: 0.5rem 0.25rem;
  }
  .choice {
    padding: 0.2rem 0.75rem;
    border: 1px solid light-dark(#8f95a3, #5c6270);
    border-radius: 0.5rem;
    background: var(--_surface);
    color: inherit;
    font-size: 0.8125rem;
    font-weight: 600;
    text-decoration: none;
  }
  .choice:hover {
    border-color: var(--_accent);
    color: var(--_accent);
  }
  .actions {
    position: absolute;
    inset-block-end: 0.5rem;
    inset-inline-end: 0.75rem;
    z-index: 1;
    display: flex;
  }
  .actions .small {
    height: 1.75rem;
  }
  .quick {
    display: none;
  }
  @media (hover: hover) {
    .actions {
      opacity: 0;
    }
    .item:hover .actions,
    .item:focus-within .actions {
      opacity: 1;
    }
    .item:hover .quick {
      display: grid;
    }
  }
  .pill {
    position: absolute;
    inset-block-start: 0.625rem;
    inset-inline: 0;
    margin-inline: auto;
    width: fit-content;
    z-index: 2;
    padding: 0.3rem 0.9rem;
    border-radius: 2rem;
    background: var(--_accent);
    color: var(--_on-accent);
    font-size: 0.875rem;
    font-weight: 620;
    box-shadow: 0 4px 16px -2px rgb(0 0 0 / 30%);
    animation: rise 0.2s ease-out;
  }

  /* Messages */
  .state {
    display: grid;
    justify-items: center;
    gap: 0.25rem;
    padding: 4.5rem 2rem;
    text-align: center;
    color: var(--_muted);
  }
  .state p {
    margin: 0;
  }
  .state strong {
    color: var(--_text);
    font-weight: 620;
  }
  .state .icon {
    width: 3.25rem;
    height: 3.25rem;
    padding: 0.8rem;
    margin-block-end: 0.75rem;
    border-radius: 50%;
    background: var(--_raised);
    stroke-width: 1.5;
  }
  .state .primary {
    margin-block-start: 0.75rem;
  }
  .note {
    margin: 0;
    padding: 0.875rem;
    text-align: center;
    color: var(--_muted);
    font-size: 0.875rem;
  }
  .banner {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 1rem;
    padding: 0.5rem 1.125rem;
    background: color-mix(in srgb, var(--_danger) 12%, var(--_surface));
    font-size: 0.875rem;
  }
  .plain {
    font-weight: 620;
    color: var(--_accent);
  }
  .primary {
    padding: 0.45rem 1rem;
    border-radius: 0.625rem;
    background: var(--_accent);
    color: var(--_on-accent);
    font-weight: 600;
  }
  .primary:disabled {
    opacity: 0.6;
  }
  .toast {
    position: absolute;
    inset-block-end: 0.875rem;
    inset-inline: 0.875rem;
    z-index: 3;
    display: flex;
    justify-content: space-between;
    align-items: center;
    padding: 0.5rem 0.5rem 0.5rem 1rem;
    border-radius: 0.75rem;
    background: light-dark(#21242d, #f0f1f5);
    color: light-dark(#f5f6fa, #1a1d26);
    font-size: 0.9rem;
    box-shadow: 0 8px 24px -6px rgb(0 0 0 / 40%);
    animation: rise 0.16s ease-out;
  }
  [dir="rtl"] .toast {
    padding: 0.5rem 1rem 0.5rem 0.5rem;
  }
  .toast button {
    padding: 0.2rem 0.6rem;
    border-radius: 0.5rem;
    font-weight: 650;
    color: light-dark(#a9bbff, #2f4bc4);
  }
  .skeleton {
    display: flex;
    gap: 0.8125rem;
    padding: 1rem 1.125rem;
  }
  .skeleton::before,
  .skeleton::after {
    content: "";
    border-radius: 50%;
    width: 2.375rem;
    height: 2.375rem;
    background: var(--_raised);
    animation: breathe 1.2s ease-in-out infinite alternate;
  }
  .skeleton::after {
    flex: 1;
    border-radius: 0.625rem;
  }
  @keyframes breathe {
    to {
      opacity: 0.45;
    }
  }

  /* The menu of an item */
  .menu {
    position: fixed;
    inset: auto;
    margin: 0;
    min-width: 13.5rem;
    padding: 0.375rem;
    border: 1px solid var(--_border);
    border-radius: 0.875rem;
    background: var(--_surface);
    color: var(--_text);
    box-shadow: 0 12px 36px -8px light-dark(rgb(20 30 60 / 30%), rgb(0 0 0 / 70%));
  }
  .menu button {
    display: flex;
    align-items: center;
    gap: 0.625rem;
    width: 100%;
    padding: 0.4375rem 0.625rem;
    border-radius: 0.5rem;
    text-align: start;
  }
  .menu button:hover,
  .menu button:focus {
    background: var(--_raised);
    outline: none;
  }
  .menu button:focus-visible {
    box-shadow: inset 0 0 0 2px var(--_accent);
  }
  .menu .icon {
    color: var(--_muted);
    font-size: 0.9rem;
  }
  .menu small {
    margin-inline-start: auto;
    padding-inline-start: 1rem;
    color: var(--_muted);
  }
  .label {
    margin-block-start: 0.25rem;
    padding: 0.5rem 0.625rem 0.25rem;
    border-block-start: 1px solid var(--_border);
    color: var(--_muted);
    font-size: 0.8125rem;
  }

  /* Preferences */
  form {
    padding: 0.25rem 1.125rem 0;
  }
  fieldset {
    margin: 0;
    padding: 0.75rem 0 0.875rem;
    border: 0;
    border-block-end: 1px solid var(--_border);
  }
  legend {
    float: inline-start;
    width: 100%;
    padding: 0 0 0.25rem;
    color: var(--_muted);
    font-size: 0.8125rem;
    font-weight: 600;
  }
  .toggle {
    clear: both;
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 1rem;
    padding: 0.375rem 0;
    cursor: pointer;
  }
  .toggle small {
    display: block;
    color: var(--_muted);
    font-size: 0.8125rem;
  }
  .toggle input {
    appearance: none;
    flex: none;
    width: 2.375rem;
    height: 1.375rem;
    margin: 0;
    border-radius: 1rem;
    background: light-dark(#8a90a0, #6a7080);
    cursor: pointer;
    transition: background 0.15s;
  }
  .toggle input::before {
    content: "";
    display: block;
    width: 1rem;
    height: 1rem;
    margin: 0.1875rem;
    border-radius: 50%;
    background: #fff;
    transition: margin 0.15s;
  }
  .toggle input:checked {
    background: var(--_accent);
  }
  .toggle input:checked::before {
    background: var(--_on-accent);
    margin-inline-start: 1.1875rem;
  }
  .toggle input:disabled {
    opacity: 0.5;
    cursor: default;
  }
  .times {
    display: grid;
    grid-template-columns: 1fr 1fr;
    gap: 0.75rem;
    padding-block: 0.5rem;
  }
  .times label,
  .zone {
    display: grid;
    gap: 0.25rem;
    color: var(--_muted);
    font-size: 0.8125rem;
  }
  .times input,
  .zone select {
    width: 100%;
    padding: 0.45rem 0.625rem;
    border: 1px solid light-dark(#8f95a3, #5c6270);
    border-radius: 0.625rem;
    background: var(--_surface);
    color: var(--_text);
    font-size: 0.9375rem;
  }
  .submit {
    position: sticky;
    bottom: 0;
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 1rem;
    padding-block: 0.75rem;
    background: var(--_surface);
  }
  .failed {
    color: var(--_danger);
  }
`;
