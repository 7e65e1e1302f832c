import { html, type TemplateResult } from "lit";

const paths = {
  bell: "M6 9a6 6 0 1 1 12 0c0 5 2 6 2 7H4c0-1 2-2 2-7m4 10a2 2 0 0 0 4 0",
  chat: "M4 5h16v11H10l-4 4v-4H4z",
  people: "M9 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6m-6 8c0-3 3-5 6-5s6 2 6 5m1-14a3 3 0 0 1 0 6m5 8c0-2-1-4-3-4.6",
  room: "M5 20V5l9-2v18zm9-14h5v14m-9-8h.01",
  alert: "M12 4 2.5 20h19zm0 6v4m0 3h.01",
  gear: "M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6m7-3 2-1.5-2-3.5-2.4 1-2-1.2L14.2 4h-4l-.4 2.8-2 1.2-2.4-1-2 3.500L5 12l-1.6 1.5 2 3.5 2.4-1 2 1.2.4 2.800h4l.4-2.8 2-1.2 2.4 1 2-3.500z",
  checks: "m2 13 4 4L16 7m-5 9 1 1L22 7",
  check: "m5 12 5 5L20 7",
  dot: "M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8",
  archive: "M4 8v11h16V8M3 4h18v4H3zm7 8h4",
  inbox: "M4 4h16v16H4zm0 9h5l1 3h4l1-3h5",
  clock: "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18m0 4v5l3 3",
  trash: "M5 7h14M10 4h4m-7 3 1 13h8l1-13m-7 4v5m4-5v5",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  back: "m14 6-6 6 6 6",
  close: "m6 6 12 12M18 6 6 18",
} as const;

export type IconName = keyof typeof paths;

/** A line icon in the colour of the text. */
export function icon(name: IconName): TemplateResult {
  return html`<svg class="icon i-${name}" viewBox="0 0 24 24" aria-hidden="true"><path d=${paths[name]} /></svg>`;
}

/** The icon of a notification type. */
export function typeIcon(type: string): IconName {
  if (/message|chat|comment|mention/.test(type)) return "chat";
  if (/friend|follow|user|member/.test(type)) return "people";
  if (/room|invit/.test(type)) return "room";
  if (/alert|error|fail|security|warn/.test(type)) return "alert";
  return "bell";
}
