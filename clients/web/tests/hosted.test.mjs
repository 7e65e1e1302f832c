// The pages behind magic links, in a browser: they need no script, fit the smallest phone, can be read by everyone, and only their
// button uses a link. With PICTURES set to a folder, pictures are taken as well.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { HtmlValidate } from "html-validate";
import { Stage } from "./support/stage.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const LANGUAGES = ["en", "de", "fr", "es", "pt", "ja", "ar"];
const SMALLEST = { width: 320, height: 640 };
const validator = new HtmlValidate({
  extends: ["html-validate:standard"],
  rules: { "long-title": "off", "void-style": "off", "attribute-boolean-style": "off", "doctype-style": "off", "no-inline-style": "error" },
});

let stage;
before(async () => {
  stage = await Stage.start({ CAMPANILE_PUBLIC_URL: "http://links.example" });
  const brand = { name: "Mountain Shop", colors: { accent: "#0b6b3a" } };
  await call("PUT", "/api/v1/admin/brand", brand, "admin");
  const defaults = { mandatory_types: ["security_alert"], quiet_hours: { enabled: false, start_time: "22:00", end_time: "08:00" } };
  await call("PUT", "/api/v1/admin/preferences", defaults, "admin");
  for (const lang of LANGUAGES) {
    for (const look of ["page", "use", "picture"]) {
      const user = `${lang}-${look}`;
      await call("PUT", `/api/v1/users/${user}`, { locale: lang, timezone: "Europe/Berlin" }, "notifications:send");
      await stage.send(user, "Your parcel, which is a very long word-without-a-break-0123456789012345678901234567890123456789", { notification_type: "order.shipped" });
      await stage.send(user, "Priya", { notification_type: "new_message" });
      await stage.send(user, "New sign-in from Lisbon", { notification_type: "security_alert" });
    }
  }
});
after(() => stage?.stop());

async function call(method, path, body, scope) {
  const headers = { Authorization: `Bearer ${stage.server.token("ops", scope)}`, "Content-Type": "application/json" };
  const response = await fetch(stage.server.url + path, { method, headers, body: JSON.stringify(body) });
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${await response.clone().text()}`);
  return response.json();
}

async function link(user, purpose) {
  const { url } = await call("POST", "/api/v1/magic-links", { user_id: user, purpose, deliver: "return" }, "read:notifications");
  return stage.server.url + url.slice("http://links.example".length);
}

/** A tab without scripts of the page's own; what its policy or the browser finds wrong is in `faults`. */
async function tab(options = {}) {
  const page = await (await stage.context({ viewport: SMALLEST, ...options })).newPage();
  page.faults = [];
  page.on("console", (message) => message.type() === "error" && page.faults.push(message.text()));
  page.on("pageerror", (error) => page.faults.push(error.message));
  return page;
}

/** Fails where a page is invalid, hard to use, or wider than its screen. */
async function check(page, what, html) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= page.viewportSize().width, `${what} is ${wide} px wide`);
  const report = await validator.validateString(html);
  const messages = report.results.flatMap(({ messages }) => messages.map(({ line, column, message }) => `${line}:${column} ${message}`));
  assert.deepEqual(messages, [], what);
  assert.ok(!html.includes("<script"), what);
}

async function axe(page, what) {
  await page.evaluate(`${AXE}; undefined`);
  const found = await page.evaluate((values) => axe.run(document, { runOnly: { type: "tag", values } }), RULES);
  const findings = found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`).join("; ")}`);
  assert.deepEqual(findings, [], what);
}

/** Follows a link by its button; gives the page behind it. */
async function open(page, user, purpose) {
  await page.goto(await link(user, purpose));
  await check(page, `${user}: the button of ${purpose}`, await page.content());
  await page.locator("button").click();
  await page.locator(purpose === "settings_view" ? "form fieldset" : "ol > li").first().waitFor();
}

for (const lang of LANGUAGES) {
  test(`the pages can be read on the smallest phone, in light and dark: ${lang}`, async () => {
    for (const [colorScheme, purpose] of [["light", "settings_view"], ["dark", "notification_status"]]) {
      const page = await tab({ colorScheme, bypassCSP: false });
      await open(page, `${lang}-page`, purpose);
      await check(page, purpose, await page.content());
      assert.equal(await page.locator("html").getAttribute("dir"), lang === "ar" ? "rtl" : "ltr");
      assert.deepEqual(page.faults, []);
      await page.context().close();
    }
    // axe is a script, which the policy of the pages does not let in.
    for (const [colorScheme, purpose] of [["dark", "settings_view"], ["light", "notification_status"]]) {
      const page = await tab({ colorScheme, bypassCSP: true });
      await page.goto(await link(`${lang}-use`, purpose));
      await axe(page, "the button");
      await page.locator("button").click();
      await page.locator("form fieldset, ol > li").first().waitFor();
      await axe(page, purpose);
      await page.context().close();
    }
  });
}

test("a person changes their preferences without a script, and no one else does by their address", async () => {
  const context = { javaScriptEnabled: false };
  const page = await tab(context);
  await call("PUT", "/api/v1/users/someone", { locale: "en" }, "notifications:send");
  await stage.send("someone", "Priya");
  await open(page, "someone", "settings_view");
  await page.getByRole("group", { name: "New messages" }).getByLabel("Push notifications").uncheck();
  await page.getByLabel("Do not disturb me between these times").check();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("status").waitFor();
  assert.equal(await page.getByRole("group", { name: "New messages" }).getByLabel("Push notifications").isChecked(), false);
  const headers = { Authorization: `Bearer ${stage.server.token("someone", "inbox")}` };
  const saved = await (await fetch(`${stage.server.url}/api/v1/notifications/preferences`, { headers })).json();
  assert.equal(saved.channels.new_message.push, false);
  assert.equal(saved.quiet_hours.enabled, true);
  // Another browser that has the address has no cookie.
  const stranger = await tab(context);
  const answer = await stranger.goto(page.url());
  assert.equal(answer.status(), 410);
  assert.equal(await stranger.locator("form").count(), 0);
  await stranger.context().close();
  await page.context().close();
});

test("pictures", { skip: !process.env.PICTURES }, async () => {
  const take = async (name, user, purpose, options) => {
    const page = await tab({ viewport: { width: 390, height: 780 }, deviceScaleFactor: 1, ...options });
    await open(page, user, purpose);
    await page.screenshot({ path: `${process.env.PICTURES}/hosted-${name}.png`, fullPage: true });
    await page.context().close();
  };
  await take("preferences", "en-picture", "settings_view", {});
  await take("preferences-rtl-dark", "ar-picture", "settings_view", { colorScheme: "dark" });
  await take("status", "de-picture", "notification_status", {});
  await take("status-dark", "ja-picture", "notification_status", { colorScheme: "dark" });
});
