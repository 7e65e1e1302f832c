// The page at `/docs/live`, opened by the link that `up` prints.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { Stage, until } from "./support/stage.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let stage, link;
before(async () => {
  stage = await Stage.start();
  link = stage.server.printed.join("").match(/http:\S+\/docs\/live#token=\S+/)[0];
});
after(() => stage?.stop());

async function open(address) {
  const page = await (await stage.context()).newPage();
  page.faults = [];
  page.on("pageerror", (error) => page.faults.push(error.message));
  page.on("console", (message) => message.type() === "error" && page.faults.push(message.text()));
  await page.goto(address);
  return page;
}

const connected = (page, user) => page.locator("#state", { hasText: `Connected as ${user}` }).waitFor({ timeout: 60_000 });
const texts = (page) => page.locator("#items h2").allInnerTexts();
const counts = async (page) => `${await page.locator("#unread").textContent()}/${await page.locator("#total").textContent()}`;

test("the printed link shows the inbox, and what is sent then", async () => {
  await stage.send("alice", "Before");
  const page = await open(link);
  await connected(page, "alice");
  assert.ok(!page.url().includes("token"), "the token does not stay in the address");
  assert.deepEqual(await texts(page), ["Before"]);
  const sent = await stage.send("alice", "Live <b>now</b>", { body: "A body" });
  await page.locator(`#items [data-id="${sent}"]`).waitFor();
  assert.deepEqual(await texts(page), ["Live <b>now</b>", "Before"]);
  await until("the counts", async () => (await counts(page)) === "2/2");
  await page.locator("#items button").first().click();
  await until("the mark", async () => (await counts(page)) === "1/2");
  assert.equal(await page.locator("#items .unread").count(), 1);
  const [newest] = await stage.list("alice", 1);
  assert.ok(newest.is_read, "the server has the mark");
  await page.evaluate(`${AXE}; undefined`);
  const { violations } = await page.evaluate(() => axe.run(document));
  assert.deepEqual(violations.map(({ id, nodes }) => `${id} ${nodes.map(({ target }) => target)}`), []);
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test("after a restart of the server it shows what came since, once", async () => {
  await stage.send("bob", "First");
  const page = await open(`${stage.server.url}/docs/live#token=${stage.server.token("bob", "inbox")}`);
  await connected(page, "bob");
  await stage.server.halt();
  await page.locator("#state", { hasText: "trying again" }).waitFor();
  await stage.server.resume();
  await stage.send("bob", "Second");
  await until("the second", async () => (await texts(page)).join() === "Second,First", 90_000);
  await connected(page, "bob");
  assert.deepEqual(await texts(page), ["Second", "First"]);
  await page.context().close();
});

test("a token that is not valid is refused in words, and the form is still there", async () => {
  const page = await open(`${stage.server.url}/docs/live`);
  await page.locator("#token").fill("no token");
  await page.locator("#connect button").click();
  await until("a reason", async () => /token/i.test(await page.locator("#state").textContent()));
  assert.ok(await page.locator("#connect").isVisible());
  await page.locator("#token").fill(stage.server.token("carol", "inbox"));
  await page.locator("#connect button").click();
  await connected(page, "carol");
  await page.locator("#empty", { hasText: "The inbox is empty" }).waitFor();
  await page.context().close();
});
