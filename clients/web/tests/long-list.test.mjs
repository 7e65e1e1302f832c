import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Stage, until } from "./support/stage.mjs";

const ITEMS = 5_000;
/**
 * A task above 50 ms is felt. A turn of the wheel is a few tasks: scrolling, loading, drawing. They are measured in time of
 * the processor, as other programs share the machine.
 */
const LONG_MS = 50;

let stage;
before(async () => {
  stage = await Stage.start();
  await stage.sendMany("collector", ITEMS);
});
after(() => stage?.stop());

test(`${ITEMS} items are scrolled without long work`, async (context) => {
  const page = await stage.page("collector");
  await stage.open(page);
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const spentMs = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "TaskDuration").value * 1000;
  };
  const turns = [];
  const turn = async (pixels) => {
    const before = await spentMs();
    await page.mouse.wheel(0, pixels);
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
    turns.push((await spentMs()) - before);
  };
  await page.locator(".scroller").hover();
  const count = () => page.evaluate(() => document.querySelector("campanile-inbox").inbox.state.items.length);
  await until("all items", async () => {
    await turn(3_000);
    return (await count()) === ITEMS;
  }, 180_000);
  for (let step = 0; step < 40; step += 1) await turn(-6_000);
  const drawn = await page.locator(".item").count();
  turns.sort((a, b) => a - b);
  const at = (share) => turns[Math.floor((turns.length - 1) * share)];
  const figures = `${turns.length} turns of the wheel, median ${at(0.5).toFixed(1)} ms, 95 % ${at(0.95).toFixed(1)} ms, most ${at(1).toFixed(1)} ms`;
  context.diagnostic(`${figures}, ${drawn} items drawn`);
  assert.ok(drawn > 0 && drawn <= 200, `${drawn} items are drawn at once`);
  assert.ok(at(0.5) < LONG_MS && at(0.95) < 3 * LONG_MS, figures);
  await page.context().close();
});
