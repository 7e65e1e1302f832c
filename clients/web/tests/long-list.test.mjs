import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Stage, until } from "./support/stage.mjs";

const ITEMS = 5_000;
/** A task above this is felt. Tasks are measured in time of the processor, as other programs share the machine. */
const LONG_MS = 50;
/** In one turn of the wheel of twenty a task may be longer: the browser's own work, such as a collection of garbage, counts too. */
const LONG_SHARE = 0.05;

let stage;
before(async () => {
  stage = await Stage.start();
  await stage.sendMany("collector", ITEMS);
});
after(() => stage?.stop());

test(`${ITEMS} items are scrolled without long work`, async (context) => {
  const page = await stage.page("collector");
  await stage.open(page);
  const tasks = await traceTasks(page);
  let turns = 0;
  const turn = async (pixels) => {
    turns += 1;
    await page.mouse.wheel(0, pixels);
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
  };
  await page.locator(".scroller").hover();
  const count = () => page.evaluate(() => document.querySelector("campanile-inbox").inbox.state.items.length);
  await until("all items", async () => {
    await turn(3_000);
    return (await count()) === ITEMS;
  }, 180_000);
  for (let step = 0; step < 40; step += 1) await turn(-6_000);
  const drawn = await page.locator(".item").count();
  const spent = await tasks();
  const long = spent.filter((ms) => ms >= LONG_MS);
  const figures = `${turns} turns of the wheel, ${spent.length} tasks, longest ${spent.at(-1).toFixed(1)} ms, ${long.length} of ${LONG_MS} ms or more`;
  context.diagnostic(`${figures}, ${drawn} items drawn`);
  assert.ok(drawn > 0 && drawn <= 200, `${drawn} items are drawn at once`);
  assert.ok(spent.length > turns && long.length <= turns * LONG_SHARE, figures);
  await page.context().close();
});

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
