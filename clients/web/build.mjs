// Builds dist/campanile-inbox.js, one module without imports, and its types.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";
import { build, transformSync } from "esbuild";

const LARGEST_GZIP = 30 * 1024;
const here = (path) => new URL(path, import.meta.url).pathname;
const target = here("dist/campanile-inbox.js");

// esbuild leaves template literals as they are: white space between tags and in the style sheet is taken out here.
const minifyCss = (_, css) => `css\`${transformSync(css, { loader: "css", minify: true }).code.trim()}\``;
const squeeze = {
  name: "squeeze",
  setup({ onLoad }) {
    onLoad({ filter: /web\/src\/.*\.ts$/ }, ({ path }) => ({
      loader: "ts",
      contents: readFileSync(path, "utf8").replace(/css`([^`]*)`/, minifyCss).replace(/\n\s+/g, "\n"),
    }));
  },
};

await build({
  entryPoints: [here("src/index.ts")],
  outfile: target,
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "none",
  charset: "utf8",
  plugins: [squeeze],
  // A fifth of the module's size was serialization that this API does not use.
  alias: { "openapi-fetch": here("src/calls.ts") },
  banner: { js: "/*! Campanile inbox, MIT OR Apache-2.0. Contains Lit, (c) Google LLC, BSD-3-Clause. */" },
});
writeFileSync(target, `${readFileSync(target, "utf8").trimEnd()}\n`);
const { length } = gzipSync(readFileSync(target), { level: 9 });
console.log(`campanile-inbox.js: ${length} bytes gzipped, at most ${LARGEST_GZIP}`);
if (length > LARGEST_GZIP) process.exit(1);
// The guide names the hash of the module.
const guide = here("../../docs/guides/inbox.md");
const hash = createHash("sha384").update(readFileSync(target)).digest("base64");
writeFileSync(guide, readFileSync(guide, "utf8").replace(/sha384-[\w+/=]*/g, `sha384-${hash}`));
execFileSync(process.execPath, [createRequire(import.meta.url).resolve("typescript/bin/tsc"), "-p", here("tsconfig.json")], { stdio: "inherit" });
