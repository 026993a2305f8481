/** Tests of how the exports of a library share its helpers. */
import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Helpers, type Lead, sharesOf } from "./helpers.js";
import type { WorkerLink } from "./link.js";
import type { Blame, Reply, Request } from "./messages.js";

// Time passes when a test has it pass.
mock.timers.enable({ apis: ["setTimeout", "setInterval"] });

function setUp() {
  const workers: { heard: Request["type"][]; isEnded: boolean; link: WorkerLink }[] = [];
  const helpers = new Helpers(() => {
    const heard: Request["type"][] = [];
    const link = { post: ({ type }: Request) => heard.push(type), end: () => (worker.isEnded = true) };
    const worker = { heard, isEnded: false, link: link as unknown as WorkerLink };
    workers.push(worker);
    return worker.link;
  });
  const ports: MessagePort[] = [];
  const lead = (most: number, namesClips = false) => {
    const state = { lent: 0, lost: [] as [string, Blame | undefined][] };
    const lead: Lead = {
      ...{ most, namesClips },
      lend(given) {
        state.lent += given.length;
        ports.push(...given);
      },
      onlost: (reason, blame) => state.lost.push([reason, blame]),
    };
    return { lead, state };
  };
  const running = () => workers.filter(({ isEnded }) => !isEnded).length;
  const say = (index: number, reply: Reply) => workers[index]?.link.onreply?.(reply);
  return { helpers, workers, lead, running, say };
}

test("exports get equal shares of the workers that the one with the most may have, and a leader is one", () => {
  assert.deepEqual(sharesOf([]), []);
  assert.deepEqual(sharesOf([7]), [7]);
  assert.deepEqual(sharesOf([7, 7]), [3, 3]);
  assert.deepEqual(sharesOf([7, 7, 7]), [2, 2, 1]);
  assert.deepEqual(sharesOf([7, 1]), [5, 1]);
  assert.deepEqual(sharesOf([0, 1]), [0, 0]);
  assert.deepEqual(sharesOf([0, 0, 0]), [0, 0, 0]);
  assert.deepEqual(sharesOf([3, 0]), [2, 0]);
});

test("a second export gets helpers of the first, and gives them back when it ends", (t) => {
  const { helpers, workers, lead, running } = setUp();
  t.after(() => helpers.close());
  const [first, second] = [lead(7), lead(7)];
  helpers.join(first.lead);
  assert.deepEqual([first.state.lent, running()], [7, 7]);
  helpers.join(second.lead);
  // One of eight workers leads the second export.
  assert.deepEqual([second.state.lent, running()], [3, 6]);
  assert.deepEqual(workers[3]?.heard, ["help", "leave", "help"]);
  helpers.leave(second.lead);
  assert.deepEqual([first.state.lent, running()], [11, 7]);
  helpers.leave(first.lead);
  assert.equal(running(), 7);
  mock.timers.tick(9000);
  assert.equal(running(), 7);
  mock.timers.tick(1000);
  assert.equal(running(), 0);
});

test("a helper that crashes or hangs is ended, its export hears which clip it read and gets no other", (t) => {
  const { helpers, workers, lead, running, say } = setUp();
  t.after(() => helpers.close());
  const { lead: own, state } = lead(2, true);
  helpers.join(own);
  assert.deepEqual(workers[0]?.heard, ["watch", "help"]);
  const blame = { clipId: "c", assetId: "a" };
  say(0, { type: "crashed", reason: "unreachable", blame });
  say(1, { type: "reading", blame });
  mock.timers.tick(9000);
  assert.equal(running(), 1);
  mock.timers.tick(1000);
  assert.equal(running(), 0);
  assert.deepEqual(state.lost, [
    ["unreachable", blame],
    ["the worker does not answer", blame],
  ]);
  // Another export's start shares anew.
  const other = lead(2);
  helpers.join(other.lead);
  assert.deepEqual([state.lent, other.state.lent], [2, 1]);
});

test("a helper that has been silent for a while when its export ends helps no other", (t) => {
  const { helpers, lead, running, say } = setUp();
  t.after(() => helpers.close());
  const { lead: own } = lead(2);
  helpers.join(own);
  for (const index of [0, 1]) say(index, { type: "alive" });
  mock.timers.tick(3000);
  say(1, { type: "alive" });
  helpers.leave(own);
  assert.equal(running(), 1);
});

test("a helper with nothing to do may be silent", (t) => {
  const { helpers, lead, running, say } = setUp();
  t.after(() => helpers.close());
  const { lead: own } = lead(1);
  helpers.join(own);
  say(0, { type: "alive" });
  mock.timers.tick(2000);
  helpers.leave(own);
  mock.timers.tick(9000);
  assert.equal(running(), 1);
});
