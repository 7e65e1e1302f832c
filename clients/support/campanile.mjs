// Starts a real `campanile up` for tests, with a data directory of its own.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const program = process.env.BIN_CAMPANILE ?? new URL("../../target/debug/campanile", import.meta.url).pathname;

/** A port that is free at this moment. */
export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** A running server; `await using` or `stop()` ends it. */
export class Server {
  /** Starts it and waits until it is ready. `env` adds settings. */
  static async start(env = {}) {
    const server = new Server();
    server.directory = mkdtempSync(join(tmpdir(), "campanile-client-"));
    server.port = await freePort();
    server.url = `http://127.0.0.1:${server.port}`;
    server.env = env;
    await server.resume();
    return server;
  }

  /** Starts the process, at first or after `halt`. */
  async resume() {
    const args = ["up", "--listen", `127.0.0.1:${this.port}`, "--data-dir", this.directory];
    const env = { ...process.env, RUST_LOG: "warn", LOG_FORMAT: "json", ...this.env };
    this.process = spawn(program, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    // A test run that is ended leaves no server behind.
    const { process: child } = this;
    process.once("exit", () => child.kill("SIGKILL"));
    this.printed = [];
    this.process.stderr.on("data", (text) => this.printed.push(String(text)));
    const lines = createInterface({ input: this.process.stdout });
    const ready = new Promise((resolve, reject) => {
      lines.on("line", (line) => {
        this.printed.push(`${line}\n`);
        if (line.startsWith("ready on ")) resolve();
      });
      this.process.once("error", reject);
      this.process.once("exit", (code) => reject(new Error(`campanile ended with ${code}:\n${this.printed.join("")}`)));
    });
    await ready;
  }

  /** Kills the process; its data stays. */
  async halt(signal = "SIGKILL") {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = once(this.process, "exit");
    this.process.kill(signal);
    await ended;
  }

  async stop() {
    await this.halt();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** A signed token. */
  token(sub, scope, ttl = "1h") {
    const args = ["token", "--tenant", "default", "--sub", sub, "--scope", scope, "--ttl", ttl];
    return execFileSync(program, [...args, "--data-dir", this.directory], { encoding: "utf8" }).trim();
  }
}

/** Waits until `probe` returns something true; the deadline is generous, as machines are busy. */
export async function until(what, probe, deadlineMs = 30_000) {
  const end = Date.now() + deadlineMs;
  for (;;) {
    const result = await probe();
    if (result) return result;
    if (Date.now() > end) throw new Error(`not within ${deadlineMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
