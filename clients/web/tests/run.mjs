// Runs the browser tests of the built module against a real server, in headless Chromium.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";

const folder = new URL(".", import.meta.url).pathname;
const wanted = process.argv[2] ?? "";
const files = readdirSync(folder).filter((name) => name.endsWith(".test.mjs") && name.includes(wanted));
// One file at a time: they share the machine's cores with the server, and one of them measures.
const args = ["--test", "--test-concurrency=1", "--test-timeout=180000", "--test-reporter=spec", ...files.map((name) => folder + name)];
const run = () => spawnSync(process.execPath, args, { stdio: "inherit" }).status ?? 1;
let status = run();
if (status !== 0) {
  console.log("A test failed in the browser; all run once more, because a browser on a busy machine may be late.");
  status = run();
}
process.exit(status);
