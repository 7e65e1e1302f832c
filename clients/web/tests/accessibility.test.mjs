import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { Stage, addActions, bell, titles, until } from "./support/stage.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

let stage;
before(async () => {
  stage = await Stage.start();
  await stage.send("alice", "Mara invited you", { notification_type: "room_invitation", body: "Twelve people are in the room." });
  await stage.send("alice", "New sign-in", { notification_type: "security_alert", priority: "critical" });
  await stage.send("alice", "See you at eight");
});
after(() => stage?.stop());

/** Fails with the findings of axe, if it has any. */
async function check(page, what) {
  await page.evaluate(`${AXE}; undefined`);
  const found = await page.evaluate((values) => axe.run(document, { runOnly: { type: "tag", values } }), RULES);
  const findings = found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`).join("; ")}`);
  assert.deepEqual(findings, [], what);
}

const LOOKS = [
  { name: "light", scheme: "light" },
  { name: "dark", scheme: "dark" },
  { name: "from right to left", scheme: "light", lang: "ar" },
  { name: "on a phone", scheme: "dark", viewport: { width: 390, height: 780 } },
];

for (const { name, viewport, ...look } of LOOKS) {
  test(`axe finds nothing: ${name}`, async () => {
    const context = await stage.context({ colorScheme: look.scheme, ...(viewport ? { viewport, hasTouch: true } : {}) });
    const page = await stage.page("alice", { context, ...look });
    await addActions(page, [{ id: "accept", title: "Accept", link: "/accept" }, { id: "app", title: "Open the app", link: "app://1" }]);
    await page.reload();
    await bell(page).waitFor();
    await check(page, "closed");
    await stage.open(page);
    await check(page, "the list");
    await page.locator(".item").first().hover();
    await page.locator(".more").first().click();
    await page.locator("[role=menuitem]").first().waitFor();
    await check(page, "the menu");
    await page.keyboard.press("Escape");
    await page.locator("[role=tab]").nth(2).click();
    await page.locator(".state").waitFor();
    await check(page, "an empty list");
    await page.locator(".header button:has(.i-gear)").click();
    await page.locator("form").waitFor();
    await check(page, "the preferences");
    assert.deepEqual(page.faults, []);
    await context.close();
  });
}

test("axe finds nothing while the server is away, and the page says so", async () => {
  const page = await stage.page("alice");
  await page.route("**/api/**", (route) => route.abort());
  await page.reload();
  await bell(page).click();
  await page.locator(".state [part=button]").waitFor();
  await check(page, "the error");
  await page.unroute("**/api/**");
  await page.locator(".state [part=button]").click();
  await page.locator(".item").first().waitFor();
  await page.context().close();
});

test("every action can be done with the keyboard, and the focus never gets lost", async () => {
  for (const number of [1, 2, 3]) await stage.send("keys", `Number ${number}`);
  const page = await stage.page("keys");
  const focused = () => page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.textContent.trim());
  await bell(page).waitFor();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.locator(".item").first().waitFor();
  // Header: mark all, preferences, close; then the tabs and the list.
  for (let step = 0; step < 4; step += 1) await page.keyboard.press("Tab");
  assert.match(await focused(), /^All/);
  await page.keyboard.press("ArrowRight");
  assert.match(await focused(), /^Unread/);
  await page.keyboard.press("Home");
  await page.locator("[role=tab][aria-selected=true]", { hasText: "All" }).waitFor();
  await page.locator(".item").first().waitFor();
  await page.keyboard.press("Tab");
  if (!(await focused())?.startsWith("Number")) await page.keyboard.press("Tab");
  assert.equal(await focused(), "Number 3");
  await page.keyboard.press("ArrowDown");
  assert.equal(await focused(), "Number 2");
  await page.keyboard.press("Enter");
  await until("the mark", async () => (await page.locator(".item.unread").count()) === 2);
  await page.keyboard.press("Delete");
  await until("the deletion", async () => (await page.locator(".item").count()) === 2);
  assert.equal(await focused(), "Number 1");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await until("the focus in the menu", async () => /^Mark/.test(await focused()));
  await page.keyboard.press("ArrowDown");
  assert.match(await focused(), /^Archive/);
  await page.keyboard.press("Escape");
  await page.locator(".menu:popover-open").waitFor({ state: "hidden" });
  assert.ok(await page.locator(".panel:popover-open").isVisible(), "the panel stays open");
  await until("the focus to leave the menu", async () => !/^(Mark|Archive)/.test(await focused()));
  await page.keyboard.press("Enter");
  await until("the focus in the menu", async () => /^Mark/.test(await focused()));
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await until("the archive", async () => (await page.locator(".item").count()) === 1);
  assert.equal(await focused(), "Number 3");
  await page.keyboard.press("Escape");
  await page.locator(".panel:popover-open").waitFor({ state: "hidden" });
  const isBell = await page.evaluate(() => document.activeElement.shadowRoot.activeElement.classList.contains("bell"));
  assert.ok(isBell, "the focus returns to the bell");
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test("the live region says how many arrived, in one sentence for a burst", async () => {
  const page = await stage.page("burst");
  await stage.open(page);
  await page.evaluate(() => {
    window.spoken = [];
    const region = document.querySelector("campanile-inbox").shadowRoot.querySelector("[role=status].sr");
    new MutationObserver(() => window.spoken.push(region.textContent)).observe(region, { subtree: true, characterData: true, childList: true });
  });
  await until("a connection", () => page.evaluate(() => ["live", "polling"].includes(document.querySelector("campanile-inbox").inbox.state.status)));
  await Promise.all([1, 2, 3, 4, 5].map((number) => stage.send("burst", `Number ${number}`)));
  await until("all five", async () => (await titles(page)).length === 5);
  await until("a sentence", () => page.evaluate(() => window.spoken.length > 0));
  const spoken = await page.evaluate(() => window.spoken);
  const said = spoken.reduce((sum, text) => sum + Number(text.match(/\d+/)?.[0] ?? 0), 0);
  assert.ok(spoken.length <= 2 && said >= 1, `it said: ${spoken.join(" | ")}`);
  await page.context().close();
});
