import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Stage, titles, until } from "./support/stage.mjs";

let stage;
before(async () => {
  stage = await Stage.start();
});
after(() => stage?.stop());

const menu = async (page, title, entry) => {
  const item = page.locator(".item", { hasText: title });
  await item.hover();
  await item.locator(".more").click();
  await page.locator("[role=menuitem]", { hasText: entry }).click();
};

test("a notification is snoozed, and undo brings it back", async () => {
  await stage.sendMany("sleeper", 2);
  const page = await stage.page("sleeper");
  await stage.open(page);
  await menu(page, "Number 2", "Tomorrow");
  await until("the snooze", async () => (await titles(page)).join() === "Number 1");
  await page.locator(".toast button").click();
  await until("the return", async () => (await titles(page)).join() === "Number 2,Number 1");
  await page.context().close();
});

test("deleting, marking all as read and the tabs work", async () => {
  await stage.sendMany("worker", 3);
  const page = await stage.page("worker");
  await stage.open(page);
  await menu(page, "Number 3", "Delete");
  await page.locator(".toast").waitFor();
  assert.deepEqual(await titles(page), ["Number 2", "Number 1"]);
  await menu(page, "Number 2", "Archive");
  await page.locator("[role=tab]", { hasText: "Archived" }).click();
  await until("the archive", async () => (await titles(page)).join() === "Number 2");
  await page.locator("[role=tab]", { hasText: "All" }).click();
  await until("the inbox", async () => (await titles(page)).join() === "Number 1");
  await page.locator("[title='Mark all as read']").click();
  await until("no badge", async () => (await page.locator(".badge").count()) === 0);
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test("the list can be limited to a type", async () => {
  await stage.send("picker", "A message");
  await stage.send("picker", "A friend", { notification_type: "friend_request" });
  const page = await stage.page("picker");
  await stage.open(page);
  await page.locator("select.filter").selectOption("friend_request");
  await until("the filter", async () => (await titles(page)).join() === "A friend");
  await page.context().close();
});

test("opening an item marks it as read and follows its link, unless the page prevents that", async () => {
  await stage.send("opener", "With a link", { content: { link: "/somewhere" } });
  await stage.send("opener", "With a bad link", { content: { link: "javascript:alert(1)" } });
  const page = await stage.page("opener");
  await page.route("**/somewhere", (route) => route.fulfill({ contentType: "text/html", body: "<title>Somewhere</title>" }));
  await stage.open(page);
  assert.equal(await page.locator(".item a.open").count(), 1, "only a web address is a link");
  await page.evaluate(() => addEventListener("campanile-open", (event) => event.preventDefault(), { once: true }));
  await page.locator("a.open").click();
  await until("the mark", async () => (await page.locator(".item.unread").count()) === 1);
  assert.match(page.url(), /\/page$/);
  await page.locator("a.open").click();
  await page.waitForURL("**/somewhere");
  await page.context().close();
});

test("preferences and quiet hours are saved", async () => {
  await stage.send("chooser", "A message");
  const page = await stage.page("chooser");
  await stage.open(page);
  await page.locator("[aria-label=Preferences]").click();
  await page.locator("[name='type:new_message']").uncheck();
  await page.locator("[name=quiet]").check();
  await page.locator("[name=start]").fill("21:30");
  await page.locator("[name=zone]").selectOption("Asia/Tokyo");
  await page.locator("form button").click();
  await page.locator("form [role=status]", { hasText: "Saved" }).waitFor();
  await page.reload();
  await stage.open(page);
  await page.locator("[aria-label=Preferences]").click();
  await page.locator("form").waitFor();
  assert.equal(await page.locator("[name='type:new_message']").isChecked(), false);
  assert.equal(await page.locator("[name=quiet]").isChecked(), true);
  assert.equal(await page.locator("[name=start]").inputValue(), "21:30");
  assert.equal(await page.locator("[name=zone]").inputValue(), "Asia/Tokyo");
  await page.context().close();
});

test("a page draws items with its own template, and replaces words", async () => {
  await stage.send("designer", "Own <b>look</b>", { content: { room_name: "Kitchen" } });
  const inside = `<template slot="item"><p class="own"><i data-field="title"></i> in <i data-field="content.room_name"></i></p></template>`;
  const page = await stage.page("designer", { inside, attributes: "inline", lang: "de" });
  await page.evaluate(() => {
    document.querySelector("campanile-inbox").words = { notifications: "Neues" };
  });
  await page.locator("p.own").waitFor();
  assert.equal(await page.locator("p.own").innerText(), "Own <b>look</b> in Kitchen");
  await page.locator("h2", { hasText: "Neues" }).waitFor();
  await page.locator("[role=tab]", { hasText: "Ungelesen" }).waitFor();
  assert.deepEqual(page.faults, []);
  await page.context().close();
});
