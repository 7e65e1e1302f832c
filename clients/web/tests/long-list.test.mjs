import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Stage, until } from "./support/stage.mjs";

const ITEMS = 5_000;
const FEW = 200;
const TURNS = 60;
/**
 * How much more of the processor a turn of the wheel may cost in the long inbox than in the short one. A list that worked on
 * each of its items would cost 25 times as much. No bound in milliseconds: a busy machine is several times slower than an idle one.
 */
const FACTOR = 3;

let stage;
before(async () => {
  stage = await Stage.start();
  await stage.sendMany("collector", ITEMS);
  await stage.sendMany("newcomer", FEW);
});
after(() => stage?.stop());

test(`${ITEMS} items are scrolled with the work of ${FEW}`, async (context) => {
  const short = await scroll("newcomer", FEW);
  const long = await scroll("collector", ITEMS);
  const figures = `a turn costs ${long.cost.toFixed(1)} ms in ${ITEMS} items and ${short.cost.toFixed(1)} ms in ${FEW}`;
  context.diagnostic(`${figures}; ${long.drawn} items drawn, longest task ${long.longest.toFixed(1)} ms`);
  assert.ok(long.drawn > 0 && long.drawn <= 200, `${long.drawn} items are drawn at once`);
  assert.ok(short.cost > 0 && long.cost <= short.cost * FACTOR, figures);
});

/** Loads all of a user's inbox, then scrolls up and down and measures what the page's main thread spends on a turn. */
async function scroll(user, items) {
  const page = await stage.page(user);
  await stage.open(page);
  await page.locator(".scroller").hover();
  const turn = async (pixels) => {
    await page.mouse.wheel(0, pixels);
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
  };
  const count = () => page.evaluate(() => document.querySelector("campanile-inbox").inbox.state.items.length);
  await until(`all items of ${user}`, async () => {
    await turn(3_000);
    return (await count()) === items;
  }, 180_000);
  const tasks = await traceTasks(page);
  for (let step = 0; step < TURNS; step += 1) await turn(step % 10 < 5 ? -1_500 : 1_500);
  const drawn = await page.locator(".item").count();
  const spent = await tasks();
  await page.context().close();
  return { drawn, cost: spent.reduce((sum, ms) => sum + ms, 0) / TURNS, longest: spent.at(-1) };
}

/** Starts a trace of the page's main thread. The function it returns ends it and gives the processor's time of each task, sorted. */
async function traceTasks(page) {
  const session = await page.context().newCDPSession(page);
  const events = [];
  session.on("Tracing.dataCollected", ({ value }) => events.push(...value));
  await session.send("Tracing.start", {
    transferMode: "ReportEvents",
    traceConfig: { includedCategories: ["disabled-by-default-devtools.timeline", "__metadata"], excludedCategories: ["*"] },
  });
  return async () => {
    const complete = new Promise((done) => session.once("Tracing.tracingComplete", done));
    await session.send("Tracing.end");
    await complete;
    const isMain = new Set(
      events.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain").map(({ pid, tid }) => `${pid} ${tid}`),
    );
    // The task that the trace begins in has no duration.
    const own = events.filter(({ name, tdur, pid, tid }) => name === "RunTask" && tdur !== undefined && isMain.has(`${pid} ${tid}`));
    return own.map(({ tdur }) => tdur / 1000).sort((a, b) => a - b);
  };
}
