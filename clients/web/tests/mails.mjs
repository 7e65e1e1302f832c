// Checks the built-in mail pages with a validator, and that they fit narrow and wide screens in Chromium: `npm run mails --
// <folder>`, with the pages that `cargo run -p campanile-templates --example mail_page -- all <folder>` has written. With
// `pictures` behind the folder it takes the pictures of docs/pictures as well.
import { readFileSync, readdirSync } from "node:fs";
import { chromium } from "playwright-core";
import { HtmlValidate } from "html-validate";

const folder = process.argv[2];
if (!folder) throw new Error("name the folder of the pages");
const LANGUAGES = ["en", "de", "fr", "es", "pt", "ja", "ar"];
const names = readdirSync(folder).filter((name) => name.endsWith(".html"));
const types = [...new Set(names.map((name) => name.replace(/\.[a-z]+\.html$/, "")))].sort();
const page = (type, language) => readFileSync(`${folder}/${type}.${language}.html`, "utf8");

// Mails are laid out with tables and attributes, which standards discourage and mail programs need.
const validator = new HtmlValidate({
  extends: ["html-validate:standard"],
  rules: {
    "attribute-boolean-style": "off",
    "doctype-style": "off",
    "no-deprecated-attr": "off",
    "no-inline-style": "off",
    "no-trailing-whitespace": "off",
    "no-conditional-comment": "off",
    "prefer-native-element": "off",
    "long-title": "off",
    "void-style": "off",
    "element-required-attributes": "error",
  },
});
let faults = 0;
for (const name of names) {
  const report = await validator.validateString(readFileSync(`${folder}/${name}`, "utf8"));
  for (const { messages } of report.results) {
    for (const { line, column, message, ruleId } of messages) {
      faults += 1;
      console.error(`${name}:${line}:${column}: ${message} (${ruleId})`);
    }
  }
}
console.log(`${names.length} pages checked, ${faults} faults`);

const browser = await chromium.launch({ executablePath: process.env.BIN_CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });

/** Whether a page fits: nothing may stick out to the side. */
async function fits(width) {
  const tab = await browser.newPage({ viewport: { width, height: 900 } });
  for (const name of names) {
    await tab.setContent(readFileSync(`${folder}/${name}`, "utf8"));
    const wide = await tab.evaluate(() => document.documentElement.scrollWidth);
    if (wide > width) {
      faults += 1;
      console.error(`${name}: ${wide} px wide in ${width} px`);
    }
  }
  await tab.close();
}
await fits(320);
await fits(1200);

/** A picture of several pages side by side, each as wide as a screen. */
async function sheet(file, { columns, width, height, scale, scheme = "light", pages }) {
  const tab = await browser.newPage({ viewport: { width: columns * (width + 8), height: 100 }, deviceScaleFactor: scale, colorScheme: scheme });
  const escape = (html) => html.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  const frames = pages.map((html) => `<iframe srcdoc="${escape(html)}" style="width:${width}px;height:${height}px;border:0;margin:0 8px 8px 0"></iframe>`);
  await tab.setContent(`<style>body{margin:0;display:flex;flex-wrap:wrap;background:#889}:root{color-scheme:light dark}</style>${frames.join("")}`);
  await tab.waitForFunction(() => [...document.querySelectorAll("iframe")].every((frame) => frame.contentDocument?.readyState === "complete"));
  const path = new URL(`../../../docs/pictures/mail-${file}.png`, import.meta.url).pathname;
  await tab.screenshot({ path, fullPage: true });
  await tab.close();
}
if (process.argv[3] === "pictures") await pictures();
await browser.close();
process.exit(faults ? 1 : 0);

async function pictures() {
  await sheet("languages", { columns: 7, width: 320, height: 430, scale: 0.6, pages: types.flatMap((type) => LANGUAGES.map((language) => page(type, language))) });
  await sheet("dark", { columns: 4, width: 320, height: 430, scale: 0.7, scheme: "dark", pages: ["en", "de", "ja", "ar"].map((language) => page("new_message", language)) });
  await sheet("wide", { columns: 1, width: 1200, height: 400, scale: 0.6, pages: ["en", "ar"].map((language) => page("new_message", language)) });
}
