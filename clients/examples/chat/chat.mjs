import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";

const ROOM = { id: "kitchen", name: "Kitchen" };
const FILES = { "/": ["index.html", "text/html; charset=utf-8"], "/chat.js": ["chat.js", "text/javascript"], "/chat.css": ["chat.css", "text/css"] };
const LONGEST_BODY = 10_000;
/** A name is an id here: letters, digits and `-`. */
const NAME = /^[\p{L}\p{N}-]{1,30}$/u;

/** The handler of the chat's requests. Rooms, people and messages live in memory: the example is about notifications. */
export function chat({ campanile, campanileUrl, inboxToken }) {
  const members = new Set();
  const messages = [];
  const policy = `default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; script-src 'self' ${campanileUrl}; connect-src 'self' ${campanileUrl}; require-trusted-types-for 'script'; trusted-types lit-html`;

  /** Everyone in the room but the author gets a notification. The key makes a repeated call harmless. */
  async function notify(message) {
    const recipient_ids = [...members].filter((name) => name !== message.author);
    if (recipient_ids.length === 0) return;
    const { error } = await campanile.http.POST("/api/v1/events/message-created", {
      params: { header: { "Idempotency-Key": message.id } },
      body: {
        message_id: message.id,
        room_id: ROOM.id,
        sender_id: message.author,
        sender_info: { user_id: message.author, username: message.author, display_name: message.author },
        recipient_ids,
        message_content: message.text,
      },
    });
    if (error) throw new Error(error.detail);
  }

  const routes = {
    "POST /sign-in": async ({ body, answer }) => {
      const name = new URLSearchParams(body).get("name")?.trim() ?? "";
      if (!NAME.test(name)) return answer(422, "A name has 1 to 30 letters, digits or hyphens.");
      members.add(name);
      return answer(303, "", { Location: "/", "Set-Cookie": `user=${encodeURIComponent(name)}; HttpOnly; SameSite=Strict; Path=/` });
    },
    "POST /sign-out": async ({ answer }) => answer(204, "", { "Set-Cookie": "user=; Max-Age=0; Path=/" }),
    "GET /me": async ({ user, json }) => json({ name: user, room: ROOM }),
    "GET /notification-token": async ({ user, answer }) => answer(200, inboxToken(user), { "Cache-Control": "no-store" }),
    "GET /messages": async ({ json }) => json(messages.slice(-100)),
    "POST /messages": async ({ user, body, answer, json }) => {
      const text = new URLSearchParams(body).get("text")?.trim() ?? "";
      if (text === "") return answer(422, "A message needs a text.");
      const message = { id: randomUUID(), author: user, text, at: new Date().toISOString() };
      messages.push(message);
      // The message stands, whether or not anyone can be notified of it.
      notify(message).catch((error) => console.error(`message ${message.id}: no notification: ${error.message}`));
      return json(message);
    },
  };

  return async (request, response) => {
    const answer = (status, text, headers = {}) => response.writeHead(status, { "Content-Type": "text/plain; charset=utf-8", ...headers }).end(text);
    const json = (value) => answer(200, JSON.stringify(value), { "Content-Type": "application/json" });
    const { pathname } = new URL(request.url, "http://chat");
    const file = request.method === "GET" && FILES[pathname];
    if (file) {
      const text = readFileSync(new URL(`public/${file[0]}`, import.meta.url), "utf8").replaceAll("{{campanile}}", campanileUrl);
      return answer(200, text, { "Content-Type": file[1], "Content-Security-Policy": policy });
    }
    const name = `${request.method} ${pathname}`;
    const route = routes[name];
    if (!route) return answer(404, "Not found");
    const user = userOf(request);
    if (name !== "POST /sign-in" && user === null) return answer(401, "Sign in first.");
    // A restart forgets who was in the room; a cookie brings its user back.
    if (user !== null) members.add(user);
    const body = await bodyOf(request);
    if (body === null) return answer(413, "That is too long.");
    return route({ user, body, answer, json });
  };
}

function userOf(request) {
  const cookies = new URLSearchParams(request.headers.cookie?.replaceAll("; ", "&"));
  const name = cookies.get("user") ?? "";
  return NAME.test(name) ? name : null;
}

async function bodyOf(request) {
  let body = "";
  for await (const part of request.setEncoding("utf8")) {
    body += part;
    if (body.length > LONGEST_BODY) return null;
  }
  return body;
}
