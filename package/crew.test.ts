/** What a leader and its helpers promise each other, over real ports. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { assist, Crew, type Segment, type Workshop } from "./crew.js";

const assignment = { unusable: [] };
const pass = { encoding: "best" };

/** A leader with helpers that work in these workshops. */
function setUp(t: TestContext, ...workshops: Workshop["prepare"][]) {
  const leavings: (() => void)[] = [];
  const ports = workshops.map((prepare) => {
    const { port1, port2 } = new MessageChannel();
    leavings.push(assist(port2, { prepare, wasmBytes: async () => 7 }));
    return port1;
  });
  const crew = new Crew("library", "timeline", ports);
  t.after(() => crew.end());
  return { crew, leavings };
}

/** Makes segments that hold their number. */
const good: Workshop["prepare"] = async (database, timelineId) => {
  assert.deepEqual([database, timelineId], ["library", "timeline"]);
  const make = async (number: number): Promise<Segment> => ({ packets: Uint8Array.of(number) });
  return { begin: (given) => given !== undefined, make, free() {} };
};

const begin = () => true;
const free = () => {};
const bad: Workshop["prepare"] = async () => ({ begin, make: () => Promise.reject(new Error("a bad clip")), free });
const stuck: Workshop["prepare"] = async () => ({ begin, make: () => new Promise(() => {}), free });
const outdated: Workshop["prepare"] = async () => ({ begin: () => false, make: () => new Promise(() => {}), free });
const absent: Workshop["prepare"] = () => Promise.reject(new Error("no library"));

test("nobody gets a segment before being ready, and then one at a time where none may wait", async (t) => {
  const { crew } = setUp(t, good);
  crew.begin(assignment);
  assert.equal(crew.claim(3, pass, false), false);
  assert.equal(await crew.wait(), true);
  assert.equal(crew.claim(3, pass, false), true);
  assert.equal(crew.claim(4, pass, false), false);
  assert.equal(await crew.wait(), true);
  assert.deepEqual(crew.take(), { number: 3, segment: { packets: Uint8Array.of(3) } });
  assert.equal(crew.take(), undefined);
  assert.equal(crew.claim(4, pass, false), true);
  assert.deepEqual([crew.size, crew.helped, crew.peakWasmBytes], [1, 1, 7]);
});

test("one that is busy gets one segment more where it may wait, and those that are free come first", async (t) => {
  const { crew, leavings } = setUp(t, stuck, good);
  crew.begin(assignment);
  await crew.wait();
  await crew.wait();
  assert.deepEqual(
    [0, 1, 2, 3, 4].map((number) => crew.claim(number, pass, number > 1)),
    [true, true, true, true, false],
  );
  leavings[0]?.();
  const numbers = new Set<number | undefined>();
  for (let delivery = crew.take(); numbers.size < 4; delivery = crew.take()) {
    if (delivery) numbers.add(delivery.number);
    else await crew.wait();
  }
  assert.deepEqual([...numbers].sort(), [0, 1, 2, 3]);
});

test("what was claimed is forgotten when the crew begins anew", async (t) => {
  const { crew } = setUp(t, good);
  crew.begin(assignment);
  await crew.wait();
  crew.claim(0, pass, true);
  crew.claim(1, pass, true);
  crew.begin(assignment);
  assert.equal(crew.claim(2, pass, true), false);
  while (!crew.claim(2, pass, false)) await crew.wait();
  await crew.wait();
  assert.equal(crew.take()?.number, 2);
  assert.equal(crew.take(), undefined);
});

test("a helper leaves what it was making, and what waits, when the crew begins anew", async (t) => {
  const asked: number[] = [];
  const make = (number: number, _: unknown, signal: AbortSignal) => {
    asked.push(number);
    if (number === 2) return Promise.resolve({ packets: Uint8Array.of(2) });
    return new Promise<Segment>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  };
  const { crew } = setUp(t, async () => ({ begin, make, free }));
  crew.begin(assignment);
  await crew.wait();
  crew.claim(0, pass, true);
  crew.claim(1, pass, true);
  while (asked.length === 0) await new Promise((resolve) => setTimeout(resolve));
  crew.begin(assignment);
  while (!crew.claim(2, pass, false)) await crew.wait();
  await crew.wait();
  assert.equal(crew.take()?.number, 2);
  assert.deepEqual(asked, [0, 2]);
});

test("a segment that a helper cannot make comes back unmade, and the helper is free again", async (t) => {
  const { crew } = setUp(t, bad);
  crew.begin(assignment);
  await crew.wait();
  crew.claim(0, pass, false);
  await crew.wait();
  assert.deepEqual(crew.take(), { number: 0 });
  assert.equal(crew.claim(0, pass, false), true);
  assert.equal(crew.helped, 0);
});

test("a helper that crashes gives its segment back and gets no other", async (t) => {
  const { crew, leavings } = setUp(t, stuck);
  crew.begin(assignment);
  await crew.wait();
  crew.claim(5, pass, false);
  leavings[0]?.();
  await crew.wait();
  assert.deepEqual(crew.take(), { number: 5 });
  assert.equal(crew.claim(5, pass, false), false);
});

for (const [helper, prepare] of Object.entries({ "finds no library": absent, "has loaded another mix": outdated })) {
  test(`a helper that ${helper} is not asked`, async (t) => {
    const { crew } = setUp(t, prepare, good);
    crew.begin(assignment);
    while (!crew.claim(0, pass, false)) await crew.wait();
    assert.equal(crew.claim(1, pass, false), false);
  });
}

test("waiting ends when it takes too long, and at once when the export does", async (t) => {
  const { crew } = setUp(t, stuck);
  crew.begin(assignment);
  await crew.wait();
  crew.claim(0, pass, false);
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const late = crew.wait();
  t.mock.timers.tick(5000);
  assert.equal(await late, false);
  const ended = crew.wait();
  crew.end();
  assert.equal(await ended, true);
});
