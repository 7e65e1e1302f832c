import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Campanile, Inbox } from "../dist/index.js";
import { Server, until } from "../../support/campanile.mjs";

let server, sender;
before(async () => {
  server = await Server.start();
  sender = new Campanile({ baseUrl: server.url, token: () => server.token("shop", "notifications:send") });
});
after(() => server?.stop());

/** An inbox of a new user with `count` notifications, loaded. */
async function inboxOf(user, count, options = {}) {
  for (let number = 1; number <= count; number += 1) await send(user, `Number ${number}`);
  const client = new Campanile({ baseUrl: server.url, token: () => server.token(user, "inbox") });
  const inbox = new Inbox(client, { pollMs: 100, undoMs: 400, ...options });
  await until("the first page", () => !inbox.state.loading);
  return { inbox, client };
}

async function send(user, title, type = "new_message") {
  const accepted = await sender.send({ notification_type: type, recipients: [user], title, content: {} });
  return accepted.notifications[0].id;
}

const titles = (inbox) => inbox.state.items.map((item) => item.title);

test("pages follow each other without gaps or repeats", async () => {
  const { inbox } = await inboxOf("pages", 7, { pageSize: 3 });
  assert.deepEqual(titles(inbox), ["Number 7", "Number 6", "Number 5"]);
  await inbox.loadMore();
  await inbox.loadMore();
  assert.deepEqual(titles(inbox), [7, 6, 5, 4, 3, 2, 1].map((number) => `Number ${number}`));
  assert.equal(inbox.state.hasMore, false);
  assert.equal(inbox.state.unread, 7);
  inbox.close();
});

test("reading shows at once and reaches the server", async () => {
  const { inbox, client } = await inboxOf("reader", 2);
  const done = inbox.read(inbox.state.items[0].id);
  assert.equal(inbox.state.unread, 1);
  assert.equal(inbox.state.items[0].is_read, true);
  await done;
  assert.equal(await client.count({ unread_only: true }), 1);
  await inbox.unread(inbox.state.items[0].id);
  assert.equal(await client.count({ unread_only: true }), 2);
  await inbox.readAll();
  // The stream may still report the count of the change before.
  await until("no unread ones", () => inbox.state.unread === 0);
  assert.equal(await client.count({ unread_only: true }), 0);
  inbox.close();
});

test("what was shown is marked as seen once, and is not read by that", async () => {
  const { inbox, client } = await inboxOf("viewer", 3);
  const calls = [];
  const [newest, middle] = inbox.state.items;
  const change = client.change.bind(client);
  client.change = (...call) => (calls.push(call.slice(0, 2)), change(...call));
  const see = client.see.bind(client);
  client.see = (ids, options) => (calls.push(ids), see(ids, options));
  await inbox.read(middle.id);
  inbox.see([newest.id, middle.id]);
  inbox.see([newest.id, "unknown"]);
  assert.ok(inbox.state.items[0].seen_at, "it shows at once");
  await until("the mark at the server", async () => (await client.list()).notifications[0].seen_at);
  assert.deepEqual(calls, [[middle.id, "read"], [newest.id]]);
  const stored = (await client.list()).notifications.map(({ seen_at, is_read }) => [Boolean(seen_at), is_read]);
  assert.deepEqual(stored, [[true, false], [true, true], [false, false]]);
  assert.equal(inbox.state.unread, 2);
  inbox.close();
});

test("marks that are refused end those that wait, without an error; later ones go out again", async () => {
  const { inbox, client } = await inboxOf("hidden", 3);
  const calls = [];
  const see = client.see.bind(client);
  let isRefused = false;
  const refuse = () => Promise.reject(new Error("refused")).finally(() => (isRefused = true));
  client.see = (ids, options) => (calls.push(ids), calls.length === 1 ? refuse() : see(ids, options));
  const [newest, middle, oldest] = inbox.state.items;
  inbox.see([newest.id]);
  inbox.see([middle.id]);
  await until("the refusal", () => isRefused);
  await until("room for another mark", async () => {
    inbox.see([oldest.id]);
    return (await client.list()).notifications.at(-1).seen_at;
  });
  assert.deepEqual(calls, [[newest.id], [oldest.id]]);
  assert.equal(inbox.state.error, null);
  inbox.close();
});

test("what was seen in a burst is told in few calls", async () => {
  const { inbox, client } = await inboxOf("fast", 4);
  const calls = [];
  const see = client.see.bind(client);
  client.see = (ids, options) => (calls.push(ids), see(ids, options));
  const ids = inbox.state.items.map(({ id }) => id);
  for (const id of ids) inbox.see([id]);
  await until("all marks", async () => (await client.list()).notifications.every(({ seen_at }) => seen_at));
  assert.deepEqual(calls, [ids.slice(0, 1), ids.slice(1)]);
  inbox.close();
});

test("a change that the server refuses is taken back", async () => {
  const { inbox, client } = await inboxOf("refused", 1);
  const { id } = inbox.state.items[0];
  await client.remove(id);
  await inbox.archive(id);
  assert.equal(inbox.state.error.code, "notification_not_found");
  assert.deepEqual(titles(inbox), ["Number 1"]);
  assert.equal(inbox.state.undo, null);
  inbox.close();
});

test("a delete can be taken back until it is sent", async () => {
  const { inbox, client } = await inboxOf("deleter", 2);
  const [newest, oldest] = inbox.state.items;
  inbox.remove(newest.id);
  assert.deepEqual(titles(inbox), ["Number 1"]);
  // The count that follows the unarchive may still be on its way over the stream.
  await until("the count without the snoozed one", () => inbox.state.unread === 1);
  await inbox.undo();
  assert.deepEqual(titles(inbox), ["Number 2", "Number 1"]);
  assert.equal(inbox.state.unread, 2);
  inbox.remove(oldest.id);
  await until("the delete at the server", async () => (await client.list()).total === 1);
  assert.deepEqual(titles(inbox), ["Number 2"]);
  assert.equal(inbox.state.undo, null);
  inbox.close();
});

test("closing sends a delete that still waits", async () => {
  const { inbox, client } = await inboxOf("leaver", 1, { undoMs: 600_000 });
  inbox.remove(inbox.state.items[0].id);
  inbox.close();
  await until("the delete at the server", async () => (await client.list()).total === 0);
});

test("archived and snoozed notifications leave the list, and undo brings them back", async () => {
  const { inbox, client } = await inboxOf("tidy", 2);
  const { id } = inbox.state.items[0];
  await inbox.archive(id);
  assert.deepEqual(titles(inbox), ["Number 1"]);
  await inbox.show({ tab: "archived" });
  assert.deepEqual(titles(inbox), ["Number 2"]);
  await inbox.unarchive(id);
  assert.deepEqual(titles(inbox), []);
  await inbox.show({ tab: "all" });
  await inbox.snooze(id, new Date(Date.now() + 3_600_000));
  assert.deepEqual(titles(inbox), ["Number 1"]);
  // The count that follows the unarchive may still be on its way over the stream.
  await until("the count without the snoozed one", () => inbox.state.unread === 1);
  await inbox.undo();
  assert.deepEqual(titles(inbox), ["Number 2", "Number 1"]);
  assert.equal((await client.list()).total, 2);
  inbox.close();
});

test("an event that was sent before a change and arrives after it does not take the change back", async () => {
  const client = new Campanile({ baseUrl: server.url, token: () => server.token("late", "inbox") });
  const late = [];
  let isHeld = false;
  const live = client.live.bind(client);
  client.live = (handlers, options) =>
    live({ ...handlers, onEvent: (event) => (isHeld ? late.push(() => handlers.onEvent(event)) : handlers.onEvent(event)) }, options);
  await send("late", "Number 1");
  const inbox = new Inbox(client, { pollMs: 100 });
  await until("the first page", () => !inbox.state.loading);
  const { id } = inbox.state.items[0];
  await inbox.archive(id);
  isHeld = true;
  await client.change(id, "unarchive");
  await until("the event of the unarchive", () => late.length > 0);
  await inbox.unarchive(id);
  await inbox.show({ tab: "all" });
  await inbox.snooze(id, new Date(Date.now() + 3_600_000));
  isHeld = false;
  for (const deliver of late.splice(0)) deliver();
  assert.deepEqual(titles(inbox), []);
  // Undone elsewhere in the same second, which looks the same: the list is loaded again and shows what the server has.
  await client.change(id, "unsnooze");
  await until("the notification that another device brought back", () => inbox.state.items.length === 1);
  inbox.close();
});

test("a list of unread ones keeps what was just read until the next load", async () => {
  const { inbox } = await inboxOf("filter", 2);
  await inbox.show({ tab: "unread" });
  await inbox.read(inbox.state.items[0].id);
  assert.equal(inbox.state.items.length, 2);
  await inbox.reload();
  assert.deepEqual(titles(inbox), ["Number 1"]);
  inbox.close();
});

test("a list of one type shows that type only", async () => {
  await send("types", "A friend", "friend_request");
  const { inbox } = await inboxOf("types", 1);
  assert.deepEqual(inbox.state.types, ["friend_request", "new_message"]);
  await inbox.show({ type: "friend_request" });
  assert.deepEqual(titles(inbox), ["A friend"]);
  inbox.close();
});

test("what arrives is shown once, or waits while the list is held", async () => {
  const { inbox } = await inboxOf("arrivals", 1);
  const arrived = [];
  inbox.onArrival((item) => arrived.push(item.title));
  await until("a connection", () => ["live", "polling"].includes(inbox.state.status));
  await send("arrivals", "Second");
  await until("the second", () => inbox.state.items.length === 2);
  inbox.hold(true);
  await send("arrivals", "Third");
  await until("the third", () => inbox.state.waiting.length === 1);
  assert.deepEqual(titles(inbox), ["Second", "Number 1"]);
  inbox.showWaiting();
  assert.deepEqual(titles(inbox), ["Third", "Second", "Number 1"]);
  assert.deepEqual(arrived, ["Second", "Third"]);
  assert.equal(inbox.state.unread, 3);
  inbox.close();
});

test("what is read elsewhere is read here", async () => {
  const { inbox, client } = await inboxOf("elsewhere", 2);
  await until("a connection", () => ["live", "polling"].includes(inbox.state.status));
  await client.change(inbox.state.items[1].id, "read");
  await until("the mark", () => inbox.state.items[1]?.is_read === true);
  assert.equal(inbox.state.unread, 1);
  inbox.close();
});
