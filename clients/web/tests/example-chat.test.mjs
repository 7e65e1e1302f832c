// The chat of examples/chat beside a server: two people, in two browsers.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Chat } from "./support/chat.mjs";
import { until } from "./support/stage.mjs";

let chat;
before(async () => {
  chat = await Chat.start();
});
after(() => chat?.stop());

const badge = (page) => page.locator("campanile-inbox .badge");

test("what one writes, the other sees in the room and in the inbox, and not the writer", async () => {
  const ada = await chat.signIn("ada");
  const bob = await chat.signIn("bob");
  await chat.write(ada, "Are you coming?");
  await bob.locator("#messages", { hasText: "Are you coming?" }).waitFor();
  await until("the badge", async () => (await badge(bob).textContent()) === "1");
  await bob.locator("button.bell").click();
  await bob.locator(".item", { hasText: "Are you coming?" }).locator(".open").click();
  await until("no badge", async () => (await badge(bob).count()) === 0);
  await until("the focus in the room", () => bob.evaluate(() => document.activeElement.id === "room"));
  await chat.write(bob, "In ten minutes");
  await ada.locator("#messages", { hasText: "In ten minutes" }).waitFor();
  await until("one for Ada", async () => (await badge(ada).textContent()) === "1");
  assert.equal(await badge(bob).count(), 0, "writers get no notification of their own messages");

  await bob.locator("#sign-out").click();
  await bob.locator("#sign-in").waitFor();
  assert.equal((await bob.request.get(`${chat.url}/notification-token`)).status(), 401);
  assert.deepEqual([...ada.faults, ...bob.faults], []);
  await Promise.all([ada, bob].map((page) => page.context().close()));
});
