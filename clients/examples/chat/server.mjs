// A chat with notifications. See the README beside this file.
import { createServer } from "node:http";
import { Campanile } from "@campanile/client";
import { chat } from "./chat.mjs";
import { inboxToken, serviceToken } from "./tokens.mjs";

const { CAMPANILE_URL = "http://127.0.0.1:8080", PORT = "3000" } = process.env;
if (!process.env.JWT_SECRET) {
  console.error("JWT_SECRET is not set: it must be the one that Campanile has");
  process.exit(1);
}
const campanile = new Campanile({ baseUrl: CAMPANILE_URL, token: () => serviceToken("chat") });
const server = createServer(chat({ campanile, campanileUrl: CAMPANILE_URL, inboxToken }));
server.listen(Number(PORT), "127.0.0.1", () => console.log(`chat on http://localhost:${server.address().port}`));
