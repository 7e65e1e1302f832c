// The chat of examples/chat beside a server: two people, in two browsers.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { Stage, until } from "./support/stage.mjs";

const SECRET = "a-secret-that-only-this-test-knows-and-uses";

let stage, chat, address;
before(async () => {
  stage = await Stage.start({ JWT_SECRET: SECRET });
  const program = new URL("../../examples/chat/server.mjs", import.meta.url).pathname;
  const env = { ...process.env, JWT_SECRET: SECRET, CAMPANILE_URL: stage.server.url, PORT: "0" };
  chat = spawn(process.execPath, [program], { env, stdio: ["ignore", "pipe", "inherit"] });
  process.once("exit", () => chat.kill());
  const [line] = await once(createInterface({ input: chat.stdout }), "line");
  address = line.replace("chat on ", "");
});
after(async () => {
  chat?.kill();
  await stage?.stop();
});

async function signIn(name) {
  const page = await (await stage.context()).newPage();
  page.faults = [];
  page.on("pageerror", (error) => page.faults.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) page.faults.push(message.text());
  });
  await page.goto(address);
  await page.locator("#name").fill(name);
  await page.locator("#sign-in button").click();
  await page.locator("#room").waitFor();
  await until("a live inbox", () => page.evaluate(() => document.querySelector("campanile-inbox").inbox?.state.status === "live"));
  return page;
}

async function write(page, text) {
  await page.locator("#text").fill(text);
  await page.locator("#write button").click();
}

const badge = (page) => page.locator("campanile-inbox .badge");

test("what one writes, the other sees in the room and in the inbox, and not the writer", async () => {
  const ada = await signIn("ada");
  const bob = await signIn("bob");
  await write(ada, "Are you coming?");
  await bob.locator("#messages", { hasText: "Are you coming?" }).waitFor();
  await until("the badge", async () => (await badge(bob).textContent()) === "1");
  await bob.locator("button.bell").click();
  await bob.locator(".item", { hasText: "Are you coming?" }).locator(".open").click();
  await until("no badge", async () => (await badge(bob).count()) === 0);
  await until("the focus in the room", () => bob.evaluate(() => document.activeElement.id === "room"));
  await write(bob, "In ten minutes");
  await ada.locator("#messages", { hasText: "In ten minutes" }).waitFor();
  await until("one for Ada", async () => (await badge(ada).textContent()) === "1");
  assert.equal(await badge(bob).count(), 0, "writers get no notification of their own messages");

  await bob.locator("#sign-out").click();
  await bob.locator("#sign-in").waitFor();
  assert.equal((await bob.request.get(`${address}/notification-token`)).status(), 401);
  assert.deepEqual([...ada.faults, ...bob.faults], []);
  await Promise.all([ada, bob].map((page) => page.context().close()));
});
