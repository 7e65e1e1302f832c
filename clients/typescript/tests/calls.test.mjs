import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { Campanile, CampanileError } from "../dist/index.js";
import { Server } from "../../support/campanile.mjs";
import { Proxy } from "../../support/proxy.mjs";

let server, proxy, sender, alice;
const hello = { notification_type: "new_message", recipients: ["alice"], title: "Hello", content: {} };

before(async () => {
  server = await Server.start();
  proxy = await Proxy.start(server.url);
  sender = server.token("shop", "notifications:send");
  alice = server.token("alice", "inbox");
});
after(async () => {
  await proxy?.stop();
  await server?.stop();
});
beforeEach(() => {
  proxy.seen = [];
  proxy.disturb = () => false;
});

const client = (token, options = {}) => new Campanile({ baseUrl: proxy.url, token: () => token, ...options });

/** Answers the first `count` requests with a status. */
function refuse(count, status, headers = {}) {
  proxy.disturb = (request, response) => {
    if (count <= 0) return false;
    count -= 1;
    request.resume();
    response.writeHead(status, { "Content-Type": "application/problem+json", ...headers });
    response.end(JSON.stringify({ code: "test", detail: "Disturbed" }));
    return true;
  };
}

test("a notification is sent, listed, read and deleted", async () => {
  const accepted = await client(sender).send(hello);
  const { id } = accepted.notifications[0];
  const user = client(alice);
  const page = await user.list({ unread_only: true });
  assert.equal(page.notifications[0].id, id);
  const before = await user.count({ unread_only: true });
  await user.change(id, "read");
  assert.equal(await user.count({ unread_only: true }), before - 1);
  assert.equal((await client(sender).timeline(id)).id, id);
  await user.remove(id);
  await user.remove(id);
  assert.ok(!(await user.list()).notifications.some((item) => item.id === id));
});

test("a send that is answered 503 is repeated with the same key and accepted once", async () => {
  refuse(2, 503, { "Retry-After": "0" });
  const accepted = await client(sender).send({ ...hello, recipients: ["repeated"] });
  assert.equal(accepted.accepted, 1);
  const keys = proxy.seen.map(({ headers }) => headers["idempotency-key"]);
  assert.equal(keys.length, 3);
  assert.equal(new Set(keys).size, 1);
});

test("a send whose answer is lost is not accepted twice", async () => {
  let lost = false;
  proxy.disturb = (request, response) => {
    if (lost) return false;
    lost = true;
    // The server gets the request, and its answer never arrives.
    const { method, url, headers } = request;
    const body = [];
    request.on("data", (part) => body.push(part));
    request.on("end", async () => {
      const sent = { method, headers: { ...headers, host: undefined }, body: Buffer.concat(body) };
      delete sent.headers.host;
      delete sent.headers.connection;
      delete sent.headers["content-length"];
      delete sent.headers["transfer-encoding"];
      assert.equal((await fetch(server.url + url, sent)).status, 202);
      response.destroy();
    });
    return true;
  };
  const accepted = await client(sender).send({ ...hello, recipients: ["lost"] });
  const user = client(server.token("lost", "inbox"));
  const page = await user.list();
  assert.equal(page.total, 1);
  assert.equal(page.notifications[0].id, accepted.notifications[0].id);
});

test("Retry-After is waited for", async () => {
  refuse(1, 429, { "Retry-After": "1" });
  const begun = Date.now();
  await client(alice).list();
  assert.ok(Date.now() - begun >= 990);
});

test("a call fails at once if the server asks for a wait above the bound", async () => {
  refuse(1, 503, { "Retry-After": "3600" });
  await assert.rejects(client(alice).list(), (error) => {
    assert.ok(error instanceof CampanileError);
    assert.equal(error.status, 503);
    assert.equal(error.retryAfterMs, 3_600_000);
    return true;
  });
  assert.equal(proxy.seen.length, 1);
});

test("a refused token is renewed once", async () => {
  const tokens = ["not.a.token", alice];
  const user = new Campanile({ baseUrl: proxy.url, token: async () => tokens.shift() });
  await user.list();
  assert.equal(tokens.length, 0);
  const stubborn = client("not.a.token");
  proxy.seen = [];
  await assert.rejects(stubborn.list(), { status: 401 });
  assert.equal(proxy.seen.length, 2);
});

test("a token is renewed before it expires, and calls at the same time share one renewal", async () => {
  let asked = 0;
  const user = new Campanile({
    baseUrl: proxy.url,
    token: async () => {
      asked += 1;
      return server.token("alice", "inbox", "2s");
    },
  });
  await Promise.all([user.list(), user.list(), user.count()]);
  assert.equal(asked, 1);
  await new Promise((resolve) => setTimeout(resolve, 1_900));
  await user.list();
  assert.equal(asked, 2);
  assert.ok(proxy.seen.length === 4, "no call was refused");
});

test("an invalid request is one error that lists the wrong fields", async () => {
  await assert.rejects(client(sender).send({ ...hello, notification_type: "Not a type" }), (error) => {
    assert.equal(error.status, 422);
    assert.equal(error.code, "validation_failed");
    assert.equal(error.problem.errors[0].field, "/notification_type");
    return true;
  });
});

test("a server that is away is reported as a network error after the tries", async () => {
  const user = new Campanile({ baseUrl: "http://127.0.0.1:9", token: () => alice, retries: 1 });
  await assert.rejects(user.list(), { code: "network", status: 0 });
});

test("preferences are saved and read back", async () => {
  const user = client(alice);
  const saved = await user.savePreferences({ notification_types: { friend_request: false } });
  assert.equal(saved.notification_types.friend_request, false);
  assert.deepEqual(await user.preferences(), saved);
});
