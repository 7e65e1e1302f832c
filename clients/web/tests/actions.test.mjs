import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Stage, addActions, settled, titles, until } from "./support/stage.mjs";

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

test("the link and the buttons that a sender gave are there, at once and after a reload", async () => {
  const page = await stage.page("invited");
  await stage.open(page);
  await settled(page);
  const link = "https://app.example.com/trip";
  await stage.send("invited", "A trip", { link, actions: [{ id: "accept", title: "Accept", link: `${link}/accept` }] });
  const hrefs = () => page.locator(".item a").evaluateAll((links) => links.map(({ href, target }) => `${href} ${target}`));
  const expected = [`${link} _blank`, `${link}/accept _blank`];
  await until("the links", async () => (await hrefs()).join() === expected.join());
  await page.reload();
  await stage.open(page);
  assert.deepEqual(await hrefs(), expected);
  await page.context().route("https://app.example.com/**", (route) => route.fulfill({ contentType: "text/html", body: "<title>Trip</title>" }));
  const [tab] = await Promise.all([page.context().waitForEvent("page"), page.locator("a.choice").click()]);
  await tab.waitForURL(`${link}/accept`);
  await until("the mark", async () => (await stage.list("invited", 1))[0].is_read);
  await page.context().close();
});

test("buttons of an item mark it as read, tell the page, and open web addresses only", async () => {
  await stage.send("clicker", "An invitation");
  const page = await stage.page("clicker");
  const actions = [
    { id: "accept", title: "Accept", link: "/accepted" },
    { id: "app", title: "Open the app", link: "myapp://room/1" },
    { id: "bad", title: "Bad", link: "javascript:alert(1)" },
  ];
  await addActions(page, actions);
  await page.route("**/accepted", (route) => route.fulfill({ contentType: "text/html", body: "<title>Accepted</title>" }));
  await page.reload();
  await stage.open(page);
  await page.evaluate(() => {
    window.heard = [];
    addEventListener("campanile-open", () => window.heard.push("open"));
    addEventListener("campanile-action", ({ detail }) => window.heard.push(`${detail.notification.title}: ${detail.action.id}`));
  });
  assert.deepEqual(await page.locator(".choice").allInnerTexts(), ["Accept", "Open the app", "Bad"]);
  assert.equal(await page.locator("a.choice").count(), 1, "only a web address is a link");
  for (const title of ["Open the app", "Bad"]) await page.locator(".choice", { hasText: title }).click();
  await until("the mark", async () => (await page.locator(".item.unread").count()) === 0);
  assert.deepEqual(await page.evaluate(() => window.heard), ["An invitation: app", "An invitation: bad"]);
  await page.evaluate(() => addEventListener("campanile-action", (event) => event.preventDefault(), { once: true }));
  await page.locator("a.choice").click();
  assert.match(page.url(), /\/page$/);
  await page.locator("a.choice").click();
  await page.waitForURL("**/accepted");
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test("what was shown for a moment is seen, and what was not shown is not", async () => {
  await stage.sendMany("viewer", 40);
  const page = await stage.page("viewer");
  const stored = async () => (await stage.list("viewer", 40)).map(({ seen_at, is_read }) => ({ isSeen: seen_at !== null && seen_at !== undefined, is_read }));
  await stage.open(page);
  const visible = await page.evaluate(() => {
    const { shadowRoot } = document.querySelector("campanile-inbox");
    const { top, bottom } = shadowRoot.querySelector(".scroller").getBoundingClientRect();
    const boxes = [...shadowRoot.querySelectorAll(".item")].map((item) => item.getBoundingClientRect());
    return boxes.filter((box) => box.top >= top && box.top + box.height / 2 < bottom).length;
  });
  assert.ok(visible > 3 && visible < 20, `${visible} items are visible`);
  await until("the marks", async () => (await stored()).filter(({ isSeen }) => isSeen).length === visible);
  const items = await stored();
  assert.ok(items.slice(0, visible).every(({ isSeen }) => isSeen), "the newest ones were shown");
  assert.ok(items.every(({ is_read }) => !is_read), "seen is not read");
  const seenOf = () => page.evaluate(() => document.querySelector("campanile-inbox").inbox.state.items.filter(({ seen_at }) => seen_at).length);
  assert.equal(await seenOf(), visible);
  // Further down, one after another.
  await page.locator(".scroller").evaluate((element) => element.scrollTo({ top: element.clientHeight }));
  await until("further marks", async () => (await stored()).filter(({ isSeen }) => isSeen).length > visible);
  assert.ok(!(await stored()).at(-1).isSeen, "the oldest was not shown");
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test("preferences and quiet hours are saved", async () => {
  await stage.send("chooser", "A message");
  const page = await stage.page("chooser");
  await stage.open(page);
  await page.locator("[aria-label=Preferences]").click();
  await page.locator("[name='type:new_message']").uncheck();
  assert.equal(await page.locator("[name=active]").isChecked(), true);
  await page.locator("[name=active]").uncheck();
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
  assert.equal(await page.locator("[name=active]").isChecked(), false);
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
