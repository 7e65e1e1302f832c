import { ar } from "./ar.js";
import { de } from "./de.js";
import { en } from "./en.js";
import { es } from "./es.js";
import { fr } from "./fr.js";
import { ja } from "./ja.js";
import type { Words } from "./words.js";

export { fill, type Words } from "./words.js";

const known: Record<string, Words> = { ar, de, en, es, fr, ja };
const RIGHT_TO_LEFT = /^(ar|he|fa|ur)\b/;

/** Adds a language, or replaces words of one. Words that are left out stay as they are, or English. */
export function registerWords(language: string, words: Partial<Words>): void {
  const base = language.split("-")[0] ?? language;
  known[language] = { ...(known[language] ?? known[base] ?? en), ...words };
}

/** The words for a language tag such as `de-AT`. */
export function wordsFor(language: string): Words {
  return known[language] ?? known[language.split("-")[0] ?? ""] ?? en;
}

export function directionOf(language: string): "ltr" | "rtl" {
  return RIGHT_TO_LEFT.test(language) ? "rtl" : "ltr";
}
