// `/docs`, used by clicks: the operations that need an id, with the one that the page offers. All operations are called with their
// examples in the tests of the client.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Stage, until } from "./support/stage.mjs";

const USER = "u1";
let stage, page, faults;
before(async () => {
  stage = await Stage.start();
  page = await (await stage.context({ viewport: { width: 1200, height: 1000 } })).newPage();
  faults = [];
  page.on("pageerror", (error) => faults.push(error.message));
  await page.goto(`${stage.server.url}/docs/`);
  await page.locator(".opblock").first().waitFor();
});
after(() => stage?.stop());

test("the dialog says how to get a token, and takes it", async () => {
  await page.locator("button.authorize").first().click();
  const dialog = page.locator(".dialog-ux");
  const [, scope] = (await dialog.innerText()).match(/campanile token --tenant default --sub u1 --scope "([^"]+)"/);
  await dialog.locator("input").fill(stage.server.token(USER, scope));
  await dialog.locator(".auth-btn-wrapper .authorize").click();
  await dialog.locator(".btn-done").click();
  await dialog.waitFor({ state: "detached" });
});

test("sending stands first", async () => {
  assert.equal(await page.locator(".opblock-tag").first().getAttribute("data-tag"), "services");
  const first = page.locator(".opblock").first();
  assert.match(await first.innerText(), /^POST\s+\/api\/v1\/notifications\s/);
});

test("every operation on one thing succeeds untouched", async (context) => {
  const blocks = page.locator(".opblock");
  const count = await blocks.count();
  let executed = 0;
  for (let index = 0; index < count; index += 1) {
    const block = blocks.nth(index);
    const method = (await block.locator(".opblock-summary-method").innerText()).toLowerCase();
    const path = await block.locator(".opblock-summary-path").getAttribute("data-path");
    if (!path.includes("{id}")) continue;
    await context.test(`${method} ${path}`, async () => {
      await block.locator(".opblock-summary-control").click();
      await block.locator(".try-out__btn").click();
      await block.locator("button.execute").click();
      const status = block.locator(".live-responses-table .response .response-col_status").first();
      const number = await until("an answer", async () => (await status.count()) > 0 && Number.parseInt(await status.innerText(), 10));
      assert.ok(number >= 200 && number < 300, await block.locator(".live-responses-table .response").innerText());
      assert.ok(!(await block.locator(".request-url").innerText()).includes("00000000"), "the page shows the id that was used");
      await block.locator(".opblock-summary-control").click();
      executed += 1;
    });
  }
  context.diagnostic(`${executed} of ${count} operations executed`);
  assert.ok(executed >= 14, `${executed} operations`);
  assert.deepEqual(faults, []);
});

test("without a token the answer says that one is missing", async () => {
  const other = await (await stage.context()).newPage();
  await other.goto(`${stage.server.url}/docs/`);
  const block = other.locator(".opblock", { has: other.locator("[data-path='/api/v1/notifications/{id}/timeline']") });
  await block.locator(".opblock-summary-control").click();
  await block.locator(".try-out__btn").click();
  await block.locator("button.execute").click();
  await block.locator(".live-responses-table .response", { hasText: "401" }).waitFor();
  await other.context().close();
});
