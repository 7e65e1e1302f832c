const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["minute", 60],
  ["hour", 3_600],
  ["day", 86_400],
];

/** Making a format costs a hundred times more than using it. */
function cached<Format>(make: (language: string) => Format): (language: string) => Format {
  const made = new Map<string, Format>();
  return (language) => {
    let format = made.get(language);
    if (!format) made.set(language, (format = make(language)));
    return format;
  };
}

const relative = cached((language) => new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" }));
const dates = cached((language) => new Intl.DateTimeFormat(language, { month: "short", day: "numeric" }));
const datesOfYears = cached((language) => new Intl.DateTimeFormat(language, { dateStyle: "medium" }));
const full = cached((language) => new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "short" }));

/** "5 min. ago", "yesterday", or the date if it is more than a week ago. */
export function relativeTime(iso: string, language: string, words: { now: string }, now = Date.now()): string {
  const at = Date.parse(iso);
  const seconds = (now - at) / 1000;
  if (seconds < 45) return words.now;
  if (seconds >= 7 * 86_400) {
    const isThisYear = new Date(at).getFullYear() === new Date(now).getFullYear();
    return (isThisYear ? dates : datesOfYears)(language).format(at);
  }
  const [unit, length] = UNITS.findLast(([, length]) => seconds >= length) ?? UNITS[0]!;
  return relative(language).format(-Math.max(1, Math.round(seconds / length)), unit);
}

/** Date and time in full, for tooltips. */
export function fullTime(iso: string, language: string): string {
  return full(language).format(new Date(iso));
}

export type Preset = "inAnHour" | "thisEvening" | "tomorrow" | "nextWeek";

/** When each preset of a snooze ends, in the order of time. */
export function snoozePresets(now = new Date()): [Preset, Date][] {
  const at = (days: number, hour: number) =>
    new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hour);
  const presets: [Preset, Date][] = [["inAnHour", new Date(now.getTime() + 3_600_000)]];
  if (now.getHours() < 17) presets.push(["thisEvening", at(0, 18)]);
  presets.push(["tomorrow", at(1, 9)]);
  // The next Monday that is not tomorrow.
  const toMonday = (8 - now.getDay()) % 7 || 7;
  presets.push(["nextWeek", at(toMonday === 1 ? 8 : toMonday, 9)]);
  return presets;
}

/** When a snooze ends: the time, and the day if it is not today. */
export function presetTime(until: Date, now: Date, language: string): string {
  const days = (until.getTime() - now.getTime()) / 86_400_000;
  const weekday = { weekday: "short" } as const;
  const day = until.toDateString() === now.toDateString() ? {} : days < 6 ? weekday : ({ month: "short", day: "numeric" } as const);
  return until.toLocaleString(language, { ...day, hour: "numeric", minute: "2-digit" });
}
