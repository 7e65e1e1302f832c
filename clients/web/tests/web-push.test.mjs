// A browser receives a web push: what arrives at its push service is decrypted with the subscription's keys and handed to the service
// worker of the guide, which shows it.
//
// Chromium's own push service is on the internet, so a service of this test takes its place, and DevTools hands the decrypted text to the
// worker, as Chromium does after it has decrypted a message.
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { PushService, Subscription, verifyVapid } from "./support/push-service.mjs";
import { Stage, until } from "./support/stage.mjs";

const GUIDE = readFileSync(new URL("../../../docs/guides/web-push.md", import.meta.url), "utf8");
/** The worker that the guide shows. */
const WORKER = /`push-worker\.js`:\n\n```js\n([^]*?)```/.exec(GUIDE)[1];

let stage, service, site, origin;
before(async () => {
  service = await PushService.start();
  stage = await Stage.start({ SSL_CERT_FILE: service.certificate, CAMPANILE_ALLOW_USER_NETWORKS: "127.0.0.0/8,::1/128" });
  site = createServer((request, response) => {
    const isWorker = request.url === "/push-worker.js";
    response.writeHead(200, { "Content-Type": isWorker ? "text/javascript" : "text/html" });
    response.end(isWorker ? WORKER : "<!doctype html><title>A shop</title>");
  });
  site.listen(0, "127.0.0.1");
  await once(site, "listening");
  origin = `http://localhost:${site.address().port}`;
});
after(async () => {
  await stage?.stop();
  await service?.stop();
  site?.close();
  site?.closeAllConnections();
});

async function call(method, path, scope, sub, body) {
  const headers = { Authorization: `Bearer ${stage.server.token(sub, scope)}`, "Content-Type": "application/json" };
  const response = await fetch(stage.server.url + path, { method, headers, body: JSON.stringify(body) });
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${await response.clone().text()}`);
  return response.json();
}

/** A page whose service worker is active, and a way to hand it a push message. */
async function browserWithWorker() {
  const context = await stage.context();
  await context.grantPermissions(["notifications"], { origin });
  const page = await context.newPage();
  await page.goto(origin);
  const devtools = await context.newCDPSession(page);
  const registered = new Promise((resolve) => {
    devtools.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      const ours = registrations.find(({ scopeURL }) => scopeURL.startsWith(origin));
      if (ours) resolve(ours.registrationId);
    });
  });
  await devtools.send("ServiceWorker.enable");
  await page.evaluate(async () => {
    await navigator.serviceWorker.register("/push-worker.js");
    await navigator.serviceWorker.ready;
  });
  const registrationId = await registered;
  const deliver = (data) => devtools.send("ServiceWorker.deliverPushMessage", { origin, registrationId, data });
  const shown = () =>
    page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      return (await registration.getNotifications()).map(({ title, body, tag, data }) => ({ title, body, tag, data }));
    });
  return { context, deliver, shown };
}

test("a browser receives a web push and shows it", async () => {
  const settings = { subject: "mailto:ops@example.com" };
  const account = await call("PUT", "/api/v1/admin/providers/browsers", "admin", "operator", { channel: "web_push", settings });
  const subscription = new Subscription();
  const endpoint = `${service.origin}/send/1`;
  await call("POST", "/api/v1/devices", "inbox", "zoe", { kind: "web_push", endpoint, ...subscription.keys, locale: "en" });
  // An account is used within seconds.
  const send = () =>
    stage.send("zoe", "Your order has left", {
      notification_type: "order",
      body: "It arrives on Tuesday. 🚚",
      link: "https://shop.example/orders/7",
      collapse_key: "order-7",
      channels: ["in_app", "web_push"],
    });
  let sent = 0;
  await until("a push", async () => {
    if (service.posted.length === 0 && Date.now() - sent > 1_000) {
      sent = Date.now();
      await send();
    }
    return service.posted.length > 0;
  });
  const { path, headers, body } = service.posted[0];
  assert.equal(path, "/send/1");
  assert.equal(headers["content-encoding"], "aes128gcm");
  assert.ok(Number(headers.ttl) > 0);
  const { claims, key } = verifyVapid(headers.authorization);
  assert.equal(key, account.settings.public_key);
  assert.equal(claims.aud, service.origin);
  assert.equal(claims.sub, settings.subject);
  // Another browser cannot read it.
  assert.throws(() => new Subscription().decrypt(body));
  const text = subscription.decrypt(body);
  assert.equal(JSON.parse(text).title, "Your order has left");

  const browser = await browserWithWorker();
  assert.deepEqual(await browser.shown(), []);
  await browser.deliver(text);
  const [notification] = await until("a notification", async () => {
    const all = await browser.shown();
    return all.length > 0 && all;
  });
  assert.deepEqual(notification, {
    title: "Your order has left",
    body: "It arrives on Tuesday. 🚚",
    tag: "order-7",
    data: { link: "https://shop.example/orders/7" },
  });
  // The next one about the order takes its place.
  await browser.deliver(JSON.stringify({ ...JSON.parse(text), title: "Your order is here" }));
  await until("the next one", async () => {
    const all = await browser.shown();
    return all.length === 1 && all[0].title === "Your order is here";
  });
  await browser.context.close();
});
