import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Stage, bell, settled, titles, until } from "./support/stage.mjs";

let stage;
before(async () => {
  stage = await Stage.start();
});
after(() => stage?.stop());

const unread = (page) => page.evaluate(() => document.querySelector("campanile-inbox").inbox.state.unread);

test("what another client sends is seen, counted, and reported to the page", async () => {
  const page = await stage.page("alice");
  await stage.open(page);
  await settled(page);
  await page.evaluate(() => {
    window.heard = [];
    for (const name of ["notification", "count"]) {
      addEventListener(`campanile-${name}`, ({ detail }) => window.heard.push(detail.title ?? detail.unread));
    }
  });
  await stage.send("alice", "Hello");
  await page.locator(".item", { hasText: "Hello" }).waitFor();
  await until("the badge", async () => (await page.locator(".badge").textContent()) === "1");
  assert.match(await bell(page).getAttribute("aria-label"), /1 unread/);
  await until("the events", () => page.evaluate(() => window.heard.includes("Hello") && window.heard.includes(1)));
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test("a reader who has scrolled gets a pill instead of a list that moves", async () => {
  await stage.sendMany("reader", 40);
  const page = await stage.page("reader");
  await stage.open(page);
  await settled(page);
  await page.locator(".scroller").evaluate((element) => element.scrollTo({ top: 300 }));
  await stage.send("reader", "News");
  await stage.send("reader", "More news");
  await page.locator(".pill", { hasText: "2 new" }).waitFor();
  assert.equal((await titles(page))[0], "Number 40");
  await page.locator(".pill").click();
  await until("the list", async () => (await titles(page))[0] === "More news");
  assert.equal(await page.locator(".scroller").evaluate((element) => element.scrollTop), 0);
  await page.context().close();
});

test("tabs of one browser share one stream and show each other's changes", async () => {
  await stage.sendMany("tabs", 3);
  const context = await stage.context();
  const holders = [];
  context.on("request", (request) => {
    if (request.url().includes("/stream")) holders.push(request.frame().page());
  });
  const first = await stage.page("tabs", { context });
  await stage.open(first);
  await settled(first);
  const second = await stage.page("tabs", { context, path: "/second" });
  await stage.open(second);
  await settled(second);
  await second.locator(".item").first().hover();
  await second.locator(".quick").first().click();
  await until("the mark in the other tab", async () => (await first.locator(".item.unread").count()) === 2);
  await second.locator("[title=Archive]").first().click();
  await until("the archive in the other tab", async () => (await first.locator(".item").count()) === 2);
  await stage.send("tabs", "For both");
  for (const page of [first, second]) await page.locator(".item", { hasText: "For both" }).waitFor();
  assert.equal(await unread(first), await unread(second));
  assert.ok(!holders.includes(second), "the second tab opened no stream");
  await first.close();
  await stage.send("tabs", "For the one that is left");
  await second.locator(".item", { hasText: "For the one that is left" }).waitFor();
  assert.ok(holders.includes(second), "the second tab took over");
  assert.deepEqual(second.faults, []);
  await context.close();
});

test("what was sent while the device was offline is there when it is back", async () => {
  const page = await stage.page("traveller");
  await stage.open(page);
  await settled(page);
  await page.context().setOffline(true);
  await stage.send("traveller", "While away");
  await page.context().setOffline(false);
  await page.locator(".item", { hasText: "While away" }).waitFor({ timeout: 90_000 });
  assert.equal(await page.locator(".item").count(), 1);
  await page.context().close();
});

test("a restart of the server loses and repeats nothing", async () => {
  const page = await stage.page("patient");
  await stage.open(page);
  await settled(page);
  await stage.send("patient", "Before");
  await page.locator(".item", { hasText: "Before" }).waitFor();
  await stage.server.halt();
  await stage.server.resume();
  await stage.send("patient", "After");
  await page.locator(".item", { hasText: "After" }).waitFor({ timeout: 90_000 });
  assert.deepEqual(await titles(page), ["After", "Before"]);
  await page.context().close();
});

test("a page outlives its tokens", async () => {
  const page = await stage.page("keeper", { ttl: "3s" });
  await stage.open(page);
  await settled(page);
  await until("two tokens", () => page.tokens >= 2, 90_000);
  await stage.send("keeper", "Still here");
  await page.locator(".item", { hasText: "Still here" }).waitFor();
  await page.locator(".item").first().hover();
  await page.locator(".quick").first().click();
  await until("the mark", async () => (await page.locator(".item.unread").count()) === 0);
  assert.equal(await page.locator("[role=alert]").count(), 0);
  await page.context().close();
});

test("signing out shows nothing any more", async () => {
  await stage.send("leaver", "Secret");
  const page = await stage.page("leaver");
  await stage.open(page);
  await page.locator(".item").waitFor();
  await page.evaluate(() => document.querySelector("campanile-inbox").signOut());
  await page.locator(".item").waitFor({ state: "detached" });
  assert.equal(await page.locator(".badge").count(), 0);
  await page.context().close();
});
