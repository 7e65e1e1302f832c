// The chat of examples/chat beside its own server.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { Stage, until } from "./stage.mjs";

const SECRET = "a-secret-that-only-this-test-knows-and-uses";

export class Chat {
  static async start() {
    const chat = new Chat();
    chat.stage = await Stage.start({ JWT_SECRET: SECRET });
    const program = new URL("../../../examples/chat/server.mjs", import.meta.url).pathname;
    const env = { ...process.env, JWT_SECRET: SECRET, CAMPANILE_URL: chat.stage.server.url, PORT: "0" };
    chat.process = spawn(process.execPath, [program], { env, stdio: ["ignore", "pipe", "inherit"] });
    process.once("exit", () => chat.process.kill());
    const [line] = await once(createInterface({ input: chat.process.stdout }), "line");
    chat.url = line.replace("chat on ", "");
    return chat;
  }

  async stop() {
    this.process.kill();
    await this.stage.stop();
  }

  /** A page of someone who has signed in and whose inbox is live. `faults` collects what it reports as errors. */
  async signIn(name, options) {
    const page = await (await this.stage.context(options)).newPage();
    page.faults = [];
    page.on("pageerror", (error) => page.faults.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) page.faults.push(message.text());
    });
    await page.goto(this.url);
    await page.locator("#name").fill(name);
    await page.locator("#sign-in button").click();
    await page.locator("#room").waitFor();
    await until("a live inbox", () => page.evaluate(() => document.querySelector("campanile-inbox").inbox?.state.status === "live"));
    return page;
  }

  async write(page, text) {
    await page.locator("#text").fill(text);
    await page.locator("#write button").click();
    await page.locator("#messages", { hasText: text }).waitFor();
  }
}
