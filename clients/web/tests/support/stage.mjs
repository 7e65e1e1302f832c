// A server, a browser, and a page of the same origin that holds the element.
import { existsSync, readFileSync } from "node:fs";
import { chromium } from "playwright-core";
import { Server, until } from "../../../support/campanile.mjs";

const MODULE = new URL("../../dist/campanile-inbox.js", import.meta.url);
const BROWSERS = [process.env.BIN_CHROMIUM, "/usr/bin/chromium", "/usr/bin/google-chrome"];
/** The policy of a careful page: the element must work under it. */
const POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self'; style-src 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types lit-html";

export class Stage {
  static async start(env = {}) {
    const executablePath = BROWSERS.find((path) => path && existsSync(path));
    if (!executablePath) throw new Error("no Chromium: install Debian's package `chromium`, or name one in BIN_CHROMIUM");
    const stage = new Stage();
    stage.server = await Server.start(env);
    stage.sender = stage.server.token("shop", "notifications:send");
    // As root, Chromium has no sandbox to start.
    const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
    stage.browser = await chromium.launch({ executablePath, args });
    return stage;
  }

  async stop() {
    await this.browser?.close();
    await this.server?.stop();
  }

  /** Sends to one user; `fields` replace the defaults. */
  async send(user, title, fields = {}) {
    const accepted = await this.#call("POST", "/api/v1/notifications", {
      notification_type: "new_message",
      recipients: [user],
      title,
      content: {},
      ...fields,
    });
    return accepted.notifications[0].id;
  }

  /** Sends many at once; titles are numbers, the highest is the newest. */
  async sendMany(user, count) {
    const title = (number) => ({ title: `Number ${number}`, body: `The body of number ${number}`, content: {} });
    for (let first = 1; first <= count; first += 500) {
      const numbers = Array.from({ length: Math.min(500, count - first + 1) }, (_, at) => first + at);
      const items = numbers.map((n) => ({ notification_type: "new_message", recipients: [user], ...title(n) }));
      await this.#call("POST", "/api/v1/notifications/bulk", { items });
    }
  }

  /** What the server has in a user's inbox, newest first. */
  async list(user, limit) {
    const page = await this.#call("GET", `/api/v1/notifications?limit=${limit}`, undefined, this.server.token(user, "inbox"));
    return page.notifications;
  }

  async #call(method, path, body, token = this.sender) {
    const headers = { Authorization: `Bearer ${token}`, ...(body && { "Content-Type": "application/json" }) };
    const response = await fetch(this.server.url + path, { method, headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }

  /** A browser's context: what its tabs share. */
  async context(options = {}) {
    const context = await this.browser.newContext({
      viewport: { width: 1000, height: 760 },
      locale: "en",
      // Nothing is looked at half-way through an animation.
      reducedMotion: "reduce",
      ...options,
    });
    context.setDefaultTimeout(30_000);
    return context;
  }

  /**
   * Opens a page with the element for a user. `attributes` are added to the element, `inside` is its content. `faults`
   * collects what the page reports as errors, and the page's `tokens` counts the tokens it fetched.
   */
  async page(user, { context, attributes = "", inside = "", lang = "en", scheme = "light", ttl = "1h", path = "/page" } = {}) {
    const page = await (context ?? (await this.context({ colorScheme: scheme }))).newPage();
    page.faults = [];
    page.tokens = 0;
    page.on("pageerror", (error) => page.faults.push(error.message));
    page.on("console", (message) => {
      // A browser writes every failed request to the console; tests that cause some look at the page instead.
      if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) page.faults.push(message.text());
    });
    const html = `<!doctype html><html lang="${lang}"><title>A page</title><meta name="viewport" content="width=device-width">
      <main><h1>A page</h1><campanile-inbox theme="${scheme}" token-url="/token" ${attributes}>${inside}</campanile-inbox></main>
      <script type="module" src="/assets/campanile-inbox.js"></script>`;
    const security = { "Content-Security-Policy": POLICY };
    await page.route(`${this.server.url}${path}`, (route) => route.fulfill({ contentType: "text/html", headers: security, body: html }));
    await page.route("**/assets/campanile-inbox.js", (route) =>
      route.fulfill({ contentType: "text/javascript", body: readFileSync(MODULE, "utf8") }),
    );
    await page.route("**/token", (route) => {
      page.tokens += 1;
      return route.fulfill({ json: { token: this.server.token(user, "inbox", ttl) } });
    });
    await page.goto(this.server.url + path);
    return page;
  }

  /** Opens the panel and waits for the list. */
  async open(page) {
    await bell(page).click();
    await page.locator(".panel:popover-open").waitFor();
    await page.locator(".item, .state").first().waitFor();
  }
}

/** Puts buttons on each notification that the server answers a page with, such as ones that it would refuse to accept. */
export const addActions = (page, actions) =>
  page.route("**/api/v1/notifications?*", async (route) => {
    const response = await route.fetch();
    const body = await response.json();
    await route.fulfill({ response, json: { ...body, notifications: body.notifications.map((item) => ({ ...item, actions })) } });
  });

export const bell = (page) => page.locator("button.bell");
export const titles = (page) => page.locator(".item .title").allInnerTexts();
/** Waits until the element has its list and its events. */
export const settled = (page) =>
  until("a settled inbox", () =>
    page.evaluate(() => {
      const state = document.querySelector("campanile-inbox").inbox?.state;
      return state && !state.loading && (state.status === "live" || state.status === "polling");
    }),
  );
export { until };
