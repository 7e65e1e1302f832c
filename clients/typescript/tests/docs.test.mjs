// Every operation of the OpenAPI document, called in its order with the examples that `/docs` shows, succeeds against a fresh
// server. Where an id is needed, what it names is made first, as `/docs` does.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Server } from "../../support/campanile.mjs";

/** The user of the examples. */
const USER = "u1";
/** Needs a WebSocket's handshake, or does not end. */
const NOT_CALLED = new Set(["/api/v1/notifications/ws", "/api/v1/notifications/stream"]);

/** Where the example has nothing to work on: a fresh server has paused no provider, scheduled no version, and has and uses no templates of this type. */
const ANSWERS = {
  "post /api/v1/admin/providers/{name}/resume": 404,
  "delete /api/v1/admin/templates/{type}": 404,
  "delete /api/v1/admin/templates/{type}/versions/{version}": 409,
  "post /api/v1/admin/templates/{type}/test": 404,
  "get /api/v1/admin/templates/{type}/results": 404,
  "get /api/v1/admin/templates/{type}/variants": 404,
  "put /api/v1/admin/templates/{type}/{channel}/variants/{variant}": 422,
  "delete /api/v1/admin/templates/{type}/{channel}/variants/{variant}": 404,
  "post /api/v1/admin/templates/{type}/promote": 404,
  "post /api/v1/admin/master-key/rotate": 409,
  "get /api/v1/admin/users/{user_id}/merge": 404,
  "post /api/v1/admin/users/{user_id}/merge": 422,
};

let server, document, token;
before(async () => {
  server = await Server.start({ CAMPANILE_PUBLIC_URL: "https://notify.example" });
  document = await (await fetch(`${server.url}/api/v1/openapi.json`)).json();
  token = server.token(USER, "inbox notifications:send admin platform");
});
after(async () => {
  await server?.stop();
});

const operation = (method, path) => document.paths[path][method];
const exampleOf = (what) => what.requestBody?.content["application/json"].example;

async function call(method, path, body) {
  const headers = { Authorization: `Bearer ${token}`, ...(body && { "Content-Type": "application/json" }) };
  const response = await fetch(server.url + path, { method: method.toUpperCase(), headers, ...(body && { body: JSON.stringify(body) }) });
  const text = await response.text();
  return { status: response.status, text, json: () => JSON.parse(text) };
}

/** Makes what an operation works on, and returns its id. */
const MADE = {
  async notification(fields = {}) {
    const path = "/api/v1/notifications";
    const example = { ...exampleOf(operation("post", path)), ...fields };
    const sent = (await call("post", path, example)).json();
    return sent.notifications.find(({ user_id }) => user_id === USER).id;
  },
  async fanout() {
    const key = "team:7";
    await call("put", `/api/v1/topics/${key}/subscribers`, exampleOf(operation("put", "/api/v1/topics/{key}/subscribers")));
    const sent = await call("post", "/api/v1/notifications", { notification_type: "news", topic: key, content: {} });
    return sent.json().fanout_id;
  },
  async device() {
    const made = await call("post", "/api/v1/devices", exampleOf(operation("post", "/api/v1/devices")));
    return made.json().id;
  },
  async apiKey() {
    const made = await call("post", "/api/v1/admin/api-keys", exampleOf(operation("post", "/api/v1/admin/api-keys")));
    return made.json().id;
  },
  async ingestAddress() {
    const path = "/api/v1/admin/ingest-addresses";
    return (await call("post", path, exampleOf(operation("post", path)))).json().address.id;
  },
};

/** A value for a parameter in a path: its example, or the id of something that was just made. */
async function valueOf(parameter, path) {
  if (parameter.example !== undefined && parameter.example !== null) return String(parameter.example);
  if (path.startsWith("/api/v1/fanouts")) return MADE.fanout();
  if (path.startsWith("/api/v1/devices")) return MADE.device();
  if (path.startsWith("/api/v1/admin/api-keys")) return MADE.apiKey();
  if (path.startsWith("/api/v1/admin/ingest-addresses")) return MADE.ingestAddress();
  // Nothing can be cancelled that has been sent.
  const later = new Date(Date.now() + 3_600_000).toISOString();
  return MADE.notification(path.endsWith("/cancel") ? { send_at: later } : {});
}

test("sending stands first in the document", () => {
  assert.equal(Object.keys(document.paths)[0], "/api/v1/notifications");
  assert.equal(document.tags[0].name, "services");
});

test("every operation succeeds with its examples", async (context) => {
  for (const [path, item] of Object.entries(document.paths)) {
    if (NOT_CALLED.has(path)) continue;
    for (const [method, what] of Object.entries(item)) {
      await context.test(`${method} ${path}`, async () => {
        const parameters = (what.parameters ?? []).filter(({ required }) => required);
        let target = path;
        for (const parameter of parameters.filter((one) => one.in === "path")) {
          target = target.replace(`{${parameter.name}}`, encodeURIComponent(await valueOf(parameter, path)));
        }
        const query = parameters.filter((one) => one.in === "query").map((one) => `${one.name}=${encodeURIComponent(one.example)}`);
        if (what.requestBody) assert.ok(exampleOf(what), "its body has an example");
        const answer = await call(method, query.length ? `${target}?${query.join("&")}` : target, exampleOf(what));
        const expected = ANSWERS[`${method} ${path}`];
        const isExpected = expected ? answer.status === expected : answer.status < 300;
        assert.ok(isExpected, `${answer.status} ${answer.text}`);
      });
    }
  }
});
