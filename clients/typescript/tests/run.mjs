// Runs the tests of the built package against a real server.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";

const folder = new URL(".", import.meta.url).pathname;
const files = readdirSync(folder).filter((name) => name.endsWith(".test.mjs")).map((name) => folder + name);
const { status } = spawnSync(process.execPath, ["--test", "--test-timeout=180000", "--test-reporter=spec", ...files], { stdio: "inherit" });
process.exit(status ?? 1);
