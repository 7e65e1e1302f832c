// The script of the pictures in docs/pictures still takes all of them. Whether they look right is for people to see.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

const committed = new URL("../../../docs/pictures/", import.meta.url).pathname;
const pictures = (folder) => readdirSync(folder).filter((name) => /^(chat|home|inbox)-/.test(name)).sort();
/** Width and height as the head of a PNG file has them. */
const sizeOf = (file) => [16, 20].map((at) => readFileSync(file).readUInt32BE(at));

test("every picture of the documentation can be taken, in its size", () => {
  const folder = mkdtempSync(join(tmpdir(), "campanile-pictures-"));
  try {
    execFileSync(process.execPath, [new URL("pictures.mjs", import.meta.url).pathname, folder], { stdio: "inherit" });
    assert.deepEqual(pictures(folder), pictures(committed));
    for (const name of pictures(committed)) assert.deepEqual(sizeOf(join(folder, name)), sizeOf(join(committed, name)), name);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
