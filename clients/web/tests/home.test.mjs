import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { Stage, until } from "./support/stage.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let stage, link;
before(async () => {
  const begun = Date.now();
  stage = await Stage.start();
  link = stage.server.printed.join("").match(/http:\S+#start=\w+/)[0];
  stage.readyAfter = Date.now() - begun;
});
after(() => stage?.stop());

test("the printed link leads to the first notification in seconds", async (context) => {
  const page = await (await stage.context()).newPage();
  const faults = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  const begun = Date.now();
  await page.goto(link);
  await page.locator("#send-form button").click();
  await page.locator("#list .item", { hasText: "Hello" }).waitFor();
  context.diagnostic(`from ready to seen: ${((Date.now() - begun) / 1000).toFixed(1)} s`);
  await page.locator("#sent .chip", { hasText: "Sent" }).waitFor();
  await until("the badge", async () => (await page.locator("#bell .badge").textContent()) === "1");
  assert.ok(!page.url().includes("start="), "the code does not stay in the address");
  await page.evaluate(`${AXE}; undefined`);
  const { violations } = await page.evaluate(() => axe.run(document));
  assert.deepEqual(violations.map(({ id, nodes }) => `${id} ${nodes.map(({ target }) => target)}`), []);
  await page.reload();
  await page.locator("#list .item", { hasText: "Hello" }).waitFor();
  assert.deepEqual(faults.filter((fault) => !fault.startsWith("Failed to load resource")), []);
  await page.context().close();
});

test("on a phone nothing is wider than the screen", async () => {
  const context = await stage.context({ viewport: { width: 360, height: 740 }, hasTouch: true });
  const page = await context.newPage();
  await page.goto(stage.server.url);
  await page.locator("[name=token]").fill(stage.server.token("alice", "inbox notifications:send"));
  await page.locator("#token-form button").click();
  const title = "A title that is far longer than the screen of any telephone is wide";
  await page.locator("[name=title]").fill(title);
  await page.locator("#send-form button").click();
  await page.locator("#sent .chip", { hasText: "Sent" }).waitFor();
  await page.locator("#list .item", { hasText: title }).waitFor();
  const { wide, screen } = await page.evaluate(() => ({ wide: document.documentElement.scrollWidth, screen: innerWidth }));
  assert.equal(screen, 360);
  assert.ok(wide <= screen, `the page is ${wide} pixels wide`);
  await context.close();
});

test("a link that was used asks for a token, and a token signs in", async () => {
  const page = await (await stage.context()).newPage();
  await page.goto(link);
  await page.locator("#why", { hasText: "has been used" }).waitFor();
  await page.locator("[name=token]").fill(stage.server.token("bob", "inbox notifications:send"));
  await page.locator("#token-form button").click();
  await page.locator("#signed-in").waitFor();
  assert.equal(await page.locator("[name=recipient]").inputValue(), "bob");
  await page.locator("[name=recipient]").fill("");
  await page.locator("[name=title]").fill("To myself");
  await page.locator("[name=recipient]").fill("bob");
  await page.locator("#send-form button").click();
  await page.locator("#list .item", { hasText: "To myself" }).waitFor();
  await page.context().close();
});
