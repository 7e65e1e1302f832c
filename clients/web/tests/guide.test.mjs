// The snippets of docs/guides/inbox.md and of the client's README, built and run as they are printed there, on another site than
// the server's.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { build } from "esbuild";
import { compileScript, parse } from "vue/compiler-sfc";
import { Stage, until } from "./support/stage.mjs";

const read = (path) => readFileSync(new URL(path, import.meta.url), "utf8");
const guide = read("../../../docs/guides/inbox.md");
const readme = read("../../typescript/README.md");
const blocks = (language, page = guide) => [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "gms"))].map(([, text]) => text);
const policy = () => blocks("text").find((text) => text.includes("script-src")).trim();
const SERVER = "https://notify.example.com";

let stage, folder, site, origin;
/** Who is signed in. */
let user = "alice";
/** What the site answers, by path. */
const files = new Map();

before(async () => {
  stage = await Stage.start();
  // Among the clients, so that imports find their packages.
  folder = mkdtempSync(new URL("../.guide-", import.meta.url).pathname);
  site = createServer((request, response) => {
    if (request.url === "/notification-token") return response.end(stage.server.token(user, "inbox"));
    const [type, text, headers = {}] = files.get(request.url) ?? ["text/html", ""];
    response.writeHead(200, { "Content-Type": type, ...headers }).end(text);
  });
  site.listen(0, "127.0.0.1");
  await once(site, "listening");
  origin = `http://localhost:${site.address().port}`;
  await stage.send("alice", "From the guide");
});
after(async () => {
  site?.close();
  site?.closeAllConnections();
  await stage?.stop();
  if (folder) rmSync(folder, { recursive: true });
});

/** The guide names a server that does not exist; the tests' server takes its place. */
const here = (text) => text.replaceAll(SERVER, stage.server.url);

/** Serves a page, opens it, opens its inbox, and clicks the first notification. Returns the page. */
async function run(html, { clicks = true, headers } = {}) {
  files.set("/", ["text/html", `<!doctype html><html lang="en"><title>App</title><body>${html}</body>`, headers]);
  const page = await (await stage.context()).newPage();
  page.faults = [];
  page.on("pageerror", (error) => page.faults.push(error.message));
  page.on("console", (message) => message.type() === "error" && page.faults.push(message.text()));
  await page.goto(origin);
  await page.locator("button.bell").click();
  await page.locator(".item", { hasText: "From the guide" }).first().waitFor();
  if (clicks) await page.locator("button.open").first().click();
  return page;
}

async function bundle(name, text, plugins = []) {
  const entry = join(folder, name);
  writeFileSync(entry, text);
  const define = { "process.env.NODE_ENV": '"production"', __VUE_OPTIONS_API__: "false", __VUE_PROD_DEVTOOLS__: "false", __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false" };
  const built = await build({ entryPoints: [entry], bundle: true, format: "esm", jsx: "automatic", write: false, logLevel: "silent", define, plugins });
  files.set("/app.js", ["text/javascript", built.outputFiles[0].text]);
}

const opened = (page) => until("the callback", () => page.evaluate(() => window.opened));
const APP = `<div id="app"></div><script type="module" src="/app.js"></script>`;

test("the HTML of the guide shows the inbox, under the policy that the guide gives", async () => {
  const [html] = blocks("html").filter((text) => text.includes("<campanile-inbox"));
  const headers = { "Content-Security-Policy": here(`${policy()}; require-trusted-types-for 'script'; trusted-types lit-html`) };
  const page = await run(here(html), { headers, clicks: false });
  assert.deepEqual(page.faults.filter((text) => !text.includes("favicon")), []);
  await page.context().close();
});

test("the module with its hash is accepted by the browser", async () => {
  const html = blocks("html").find((text) => text.includes("integrity="));
  const element = `<campanile-inbox token-url="/notification-token"></campanile-inbox>`;
  const page = await run(here(html) + element, { clicks: false });
  await page.context().close();
});

test("the React snippet has correct types, shows the inbox and calls back", async () => {
  const [snippet] = blocks("tsx");
  const main = `import { createRoot } from "react-dom/client";\nimport { NotificationBell } from "./bell.js";
createRoot(document.getElementById("app")!).render(<NotificationBell onOpen={(item) => Object.assign(window, { opened: item.title })} />);\n`;
  writeFileSync(join(folder, "bell.tsx"), here(snippet));
  writeFileSync(join(folder, "main.tsx"), main);
  const options = ["--noEmit", "--strict", "--jsx", "react-jsx", "--module", "nodenext", "--target", "es2022", "--skipLibCheck", "--types", "react"];
  const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
  execFileSync(process.execPath, [tsc, ...options, join(folder, "main.tsx")], { stdio: ["ignore", "inherit", "inherit"] });
  await bundle("main.tsx", main);
  const page = await run(APP);
  assert.equal(await opened(page), "From the guide");
  await page.context().close();
});

test("the store of the client's README draws what a page likes with it", async () => {
  const [client] = blocks("ts", readme);
  const [, options] = client.match(/new Campanile\((\{.*?\n\})\)/s);
  const [bell] = blocks("tsx", readme);
  const main = `import { createRoot } from "react-dom/client";\nimport { useSyncExternalStore } from "react";
import { Campanile, Inbox } from "@campanile/client";\nconst campanile = new Campanile(${options});\n${bell}
createRoot(document.getElementById("app")).render(<Bell />);\n`;
  await stage.send("bob", "From the README");
  user = "bob";
  await bundle("store.tsx", here(main));
  files.set("/", ["text/html", `<!doctype html><html lang="en"><title>App</title><body>${APP}</body>`]);
  const page = await (await stage.context()).newPage();
  await page.goto(origin);
  await page.locator("button", { hasText: "1 of 1" }).click();
  await page.locator("button", { hasText: "0 of 1" }).waitFor();
  user = "alice";
  await page.context().close();
});

test("the Vue snippet compiles with the option of the guide, shows the inbox and calls back", async () => {
  const [snippet] = blocks("vue");
  const [, option] = guide.match(/`compilerOptions: (\{.*?\})`/);
  const compilerOptions = new Function(`return ${option}`)();
  const vue = {
    name: "vue",
    setup({ onLoad }) {
      onLoad({ filter: /\.vue$/ }, ({ path }) => {
        const { descriptor, errors } = parse(readFileSync(path, "utf8"), { filename: path });
        assert.deepEqual(errors, []);
        const { content } = compileScript(descriptor, { id: "bell", inlineTemplate: true, templateOptions: { compilerOptions } });
        return { contents: content, loader: "js" };
      });
    },
  };
  writeFileSync(join(folder, "bell.vue"), here(snippet));
  const main = `import { createApp, h } from "vue";\nimport Bell from "./bell.vue";
createApp({ render: () => h(Bell, { onOpen: (item) => (window.opened = item.title) }) }).mount("#app");\n`;
  await bundle("main.js", main, [vue]);
  const page = await run(APP);
  assert.equal(await opened(page), "From the guide");
  await page.context().close();
});

test("the sign-out of the guide leaves nothing on the page", async () => {
  const [html] = blocks("html").filter((text) => text.includes("<campanile-inbox"));
  const page = await run(here(html), { clicks: false });
  await page.evaluate(blocks("js").find((text) => text.includes("signOut")));
  await page.locator(".item").first().waitFor({ state: "detached" });
  await page.context().close();
});
