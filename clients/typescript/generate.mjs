// Writes src/schema.ts from the OpenAPI document that `campanile openapi` prints.
//
//   node generate.mjs            writes the file
//   node generate.mjs --check    fails if the file differs
//
// BIN_CAMPANILE names the program; without it, cargo builds and runs it.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";

const target = new URL("src/schema.ts", import.meta.url);
const program = process.env.BIN_CAMPANILE;
const [command, args] = program
  ? [program, ["openapi"]]
  : ["cargo", ["run", "--quiet", "-p", "campanile", "--", "openapi"]];
const document = execFileSync(command, args, { encoding: "utf8", maxBuffer: 64 << 20 });
const header = "// Made by `npm run generate` from the OpenAPI document. Do not edit.\n\n";
const text = header + astToString(await openapiTS(JSON.parse(document), { alphabetize: true }));

if (!process.argv.includes("--check")) {
  writeFileSync(target, text);
} else if (readFileSync(target, "utf8") !== text) {
  console.error("clients/typescript/src/schema.ts differs from the OpenAPI document: run `npm run generate` in clients");
  process.exit(1);
}
