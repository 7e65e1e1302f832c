import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { Campanile } from "../dist/index.js";
import { Server, until } from "../../support/campanile.mjs";
import { Proxy } from "../../support/proxy.mjs";

let server, proxy, sender;
before(async () => {
  server = await Server.start({ STREAM_LIFE: "5s" });
  proxy = await Proxy.start(server.url);
  sender = new Campanile({ baseUrl: server.url, token: () => server.token("shop", "notifications:send") });
});
after(async () => {
  await proxy?.stop();
  await server?.stop();
});
beforeEach(() => {
  proxy.seen = [];
  proxy.disturb = () => false;
});

async function send(user, title) {
  const accepted = await sender.send({ notification_type: "new_message", recipients: [user], title, content: {} });
  return accepted.notifications[0].id;
}

/** A connection of a user, and everything that it reported. */
function connect(user, options = {}, ttl = "1h") {
  const heard = { events: [], statuses: [], errors: [], tokens: 0 };
  const client = new Campanile({
    baseUrl: proxy.url,
    token: () => {
      heard.tokens += 1;
      return server.token(user, "inbox", ttl);
    },
  });
  const live = client.live(
    {
      onEvent: (event) => heard.events.push(event),
      onStatus: (status) => heard.statuses.push(status),
      onError: (error) => heard.errors.push(error),
    },
    { pollMs: 100, ...options },
  );
  const titles = () => heard.events.filter(({ event }) => event === "notification").map(({ data }) => data.title);
  const streams = () => proxy.seen.filter(({ url }) => url.includes("/stream"));
  return { live, heard, titles, streams, client };
}

test("what is sent arrives, and what is read elsewhere is reported", async () => {
  const { live, heard, titles, client } = connect("alice");
  await until("the stream", () => live.status === "live");
  assert.equal(heard.events[0].event, "connection");
  const id = await send("alice", "Hello");
  await until("the notification", () => titles().includes("Hello"));
  await client.change(id, "read");
  await until("the mark", () => heard.events.some(({ event, data }) => event === "read" && data.ids.includes(id)));
  await until("the count", () => heard.events.some(({ event, data }) => event === "count" && data.unread === 0));
  live.close();
  assert.equal(heard.statuses.at(-1), "closed");
});

test("a stream that is cut again and again loses and repeats nothing", async () => {
  const { live, titles, streams } = connect("often");
  await until("the stream", () => live.status === "live");
  const sent = [];
  for (let number = 1; number <= 12; number += 1) {
    sent.push(`Number ${number}`);
    await send("often", `Number ${number}`);
    if (number % 3 === 0) proxy.cut();
  }
  await until("all", () => titles().length >= sent.length);
  assert.deepEqual([...titles()].sort(), [...sent].sort());
  assert.ok(streams().length > 1);
  live.close();
});

test("a stream that the server ends is opened again where it ended", async () => {
  const { live, heard, titles, streams } = connect("patient");
  await until("the stream", () => live.status === "live");
  await send("patient", "First");
  await until("a second stream", () => streams().length >= 2, 60_000);
  await send("patient", "Second");
  await until("both", () => titles().length === 2);
  assert.deepEqual(titles(), ["First", "Second"]);
  assert.match(streams().at(-1).url, /since=/);
  assert.deepEqual(heard.errors, []);
  live.close();
});

test("a token that expires is replaced, and the events go on", async () => {
  const { live, heard, titles } = connect("keeper", {}, "2s");
  await until("the stream", () => live.status === "live");
  await until("another token", () => heard.tokens >= 2, 60_000);
  await send("keeper", "Still here");
  await until("the notification", () => titles().includes("Still here"));
  live.close();
});

test("without a stream it polls, and with one it stops polling", async () => {
  let isBlocked = true;
  proxy.disturb = (request, response) => {
    if (!isBlocked || !request.url.includes("/stream")) return false;
    response.writeHead(503, { "Retry-After": "0" }).end();
    return true;
  };
  const { live, heard, titles } = connect("poller");
  await until("polling", () => live.status === "polling");
  await until("a poll", () => heard.events.some(({ event }) => event === "count"));
  await send("poller", "By poll");
  await until("the notification", () => titles().includes("By poll"));
  isBlocked = false;
  await until("the stream", () => live.status === "live", 90_000);
  await send("poller", "By stream");
  await until("the notification", () => titles().includes("By stream"));
  assert.deepEqual(titles(), ["By poll", "By stream"]);
  live.close();
});

test("only the types that were asked for arrive", async () => {
  const { live, titles } = connect("picky", { types: ["friend_request"] });
  await until("the stream", () => live.status === "live");
  await send("picky", "A message");
  await sender.send({ notification_type: "friend_request", recipients: ["picky"], title: "A friend", content: {} });
  await until("the friend", () => titles().length > 0);
  assert.deepEqual(titles(), ["A friend"]);
  live.close();
});

test("a restart of the server is survived", async () => {
  const { live, titles } = connect("survivor");
  await until("the stream", () => live.status === "live");
  await send("survivor", "Before");
  await until("the first", () => titles().includes("Before"));
  await server.halt();
  await server.resume();
  await send("survivor", "After");
  await until("the second", () => titles().includes("After"), 90_000);
  assert.deepEqual(titles(), ["Before", "After"]);
  live.close();
});
