/** Tests of a worker's signs of life. */
import assert from "node:assert/strict";
import { mock, test } from "node:test";
import type { Progress } from "../types.js";
import { Heartbeat } from "./heartbeat.js";
import type { Reply } from "./messages.js";

mock.timers.enable({ apis: ["setInterval"] });

const halfway: Progress = { completed: 50, phase: "encoding", message: "Encoding" };

function setUp() {
  const said: Reply[] = [];
  const heart = new Heartbeat(1, (reply) => said.push(reply));
  let take = () => {};
  const step = () => new Promise<void>((resolve) => (take = resolve));
  const outlet = heart.watch({ canSeek: true, write: step, seek: step, close: step, abort: step });
  return { said, heart, outlet, take: () => take() };
}

test("a job gives a sign of life at once and every second, until it ends", () => {
  const { said, heart } = setUp();
  mock.timers.tick(3000);
  heart.end();
  mock.timers.tick(3000);
  assert.deepEqual(said, Array(4).fill({ type: "alive" }));
});

test("a destination that takes nothing for five seconds is named until it does", async () => {
  const { said, heart, outlet, take } = setUp();
  heart.report(halfway);
  const writing = outlet.write(new Uint8Array(1));
  mock.timers.tick(4000);
  assert.deepEqual(said.at(-1), { type: "alive" });
  mock.timers.tick(2000);
  const late = said.slice(-2);
  for (const reply of late) {
    assert.ok(reply.type === "progress");
    assert.deepEqual([reply.progress.waitingFor, reply.progress.completed], ["destination", 50]);
    assert.match(reply.progress.message, /cancel and choose another/);
  }
  take();
  await writing;
  assert.deepEqual(said.at(-1), { type: "progress", job: 1, progress: halfway });
  mock.timers.tick(1000);
  assert.deepEqual(said.at(-1), { type: "alive" });
  heart.end();
});

test("a destination that is quick is not named, however often it is written", async () => {
  const { said, heart, outlet, take } = setUp();
  heart.report(halfway);
  for (let step = 0; step < 20; step += 1) {
    const writing = outlet.close();
    mock.timers.tick(1000);
    take();
    await writing;
  }
  assert.ok(said.every((reply) => reply.type === "alive" || (reply.type === "progress" && reply.progress === halfway)));
  heart.end();
});
