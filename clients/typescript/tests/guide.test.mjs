// The token functions of docs/guides/inbox.md, run as they are printed there.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Campanile } from "../dist/index.js";
import { Server } from "../../support/campanile.mjs";

const SECRET = "a-secret-that-only-this-test-knows-and-uses";
const guide = readFileSync(new URL("../../../docs/guides/inbox.md", import.meta.url), "utf8");
/** The first code block of a language. */
const block = (language) => guide.match(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "ms"))[1];

let server, folder;
before(async () => {
  server = await Server.start({ JWT_SECRET: SECRET });
  folder = mkdtempSync(join(tmpdir(), "campanile-guide-"));
});
after(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true });
});

/** Runs a program that prints a token for `user "a" & ü`, and uses the token. */
async function check(command, name, program) {
  const file = join(folder, name);
  writeFileSync(file, program);
  const env = { ...process.env, JWT_SECRET: SECRET };
  const token = execFileSync(command, [file], { encoding: "utf8", env }).trim();
  const page = await new Campanile({ baseUrl: server.url, token: () => token }).list();
  assert.equal(page.total, 0);
}

test("the token of the Node example opens the user's inbox", () =>
  check(process.execPath, "token.mjs", `${block("js")}\nconsole.log(inboxToken('user "a" & ü'));\n`));

test("the token of the Python example opens the user's inbox", () =>
  check("python3", "token.py", `${block("python")}\n\nprint(inbox_token('user "a" & ü'))\n`));
