/** What a leader and its helpers promise each other, over real ports. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { type Assistance, assist, Crew, type Segment, type Workshop } from "./crew.js";

const assignment = { unusable: [] };
const pass = { encoding: "best" };

/** A leader with helpers that work in these workshops. */
function setUp(t: TestContext, ...workshops: Workshop["prepare"][]) {
  const helpers: Assistance[] = [];
  const ports = workshops.map((prepare) => {
    const { port1, port2 } = new MessageChannel();
    helpers.push(assist(port2, { prepare, wasmBytes: async () => 7 }));
    return port1;
  });
  const crew = new Crew("library", "timeline", ports);
  t.after(() => {
    crew.end();
    for (const helper of helpers) helper.leave();
  });
  return { crew, helpers };
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
  assert.deepEqual(crew.take(), { number: 3, pass, segment: { packets: Uint8Array.of(3) } });
  assert.equal(crew.take(), undefined);
  assert.equal(crew.claim(4, pass, false), true);
  assert.deepEqual([crew.size, crew.helped, crew.peakWasmBytes], [1, 1, 7]);
});

test("one that is busy gets one segment more where it may wait, and those that are free come first", async (t) => {
  const { crew, helpers } = setUp(t, stuck, good);
  crew.begin(assignment);
  await crew.wait();
  await crew.wait();
  assert.deepEqual(
    [0, 1, 2, 3, 4].map((number) => crew.claim(number, pass, number > 1)),
    [true, true, true, true, false],
  );
  helpers[0]?.lose();
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

test("a delivery that is late names the pass in which it was claimed", async (t) => {
  const [measuring, encoding] = [{ gainDb: 0 }, { gainDb: 3, encoding: "best" }];
  const made: (() => void)[] = [];
  const slow: Workshop["prepare"] = async () => ({
    begin,
    make: (number, { gainDb }: { gainDb?: number }) =>
      new Promise((resolve) => made.push(() => resolve({ packets: Uint8Array.of(number, gainDb ?? 255) }))),
    free,
  });
  const { crew } = setUp(t, slow, slow);
  crew.begin(assignment);
  await crew.wait();
  await crew.wait();
  crew.claim(0, measuring, false);
  // The leader lost patience, made it itself, and goes on to the next pass.
  crew.claim(0, encoding, false);
  while (made.length < 2) await new Promise((resolve) => setTimeout(resolve));
  for (const finish of made) finish();
  const deliveries = [];
  while (deliveries.length < 2) {
    const one = crew.take();
    if (one) deliveries.push(one);
    else await crew.wait();
  }
  for (const { number, pass, segment } of deliveries) {
    assert.ok(pass === measuring || pass === encoding);
    assert.deepEqual([number, segment?.packets], [0, Uint8Array.of(0, pass === measuring ? 0 : 3)]);
  }
  assert.notEqual(deliveries[0]?.pass, deliveries[1]?.pass);
});

test("whatever the delays, each claim is answered once at most, in its own pass", async (t) => {
  let state = 7;
  const below = (limit: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const late: Workshop["prepare"] = async () => ({
    begin,
    make: async (number, { id }: { id?: number }) => {
      for (let turns = below(6); turns > 0; turns -= 1) await new Promise((resolve) => setTimeout(resolve));
      if (below(5) === 0) throw new Error("not this one");
      return { packets: Uint8Array.of(number, id ?? 255) };
    },
    free,
  });
  const { crew } = setUp(t, late, late, late);
  const claimed = new Set<string>();
  const hear = () => {
    for (let one = crew.take(); one; one = crew.take()) {
      const { id } = one.pass as { id: number };
      assert.ok(claimed.delete(`${id}: ${one.number}`), `${id}: ${one.number}`);
      if (one.segment) assert.deepEqual(one.segment.packets, Uint8Array.of(one.number, id));
    }
  };
  for (let id = 0; id < 40; id += 1) {
    if (below(8) === 0) {
      crew.begin(assignment);
      claimed.clear();
    }
    // A pass ends when its leader has made what it does not wait for.
    for (let number = 0; number < 8; number += 1) {
      if (crew.claim(number, { id }, below(2) === 0)) claimed.add(`${id}: ${number}`);
      if (below(2) === 0) await new Promise((resolve) => setTimeout(resolve));
      hear();
    }
  }
  while (claimed.size > 0) {
    await crew.wait();
    hear();
  }
});

for (const lost of ["while it loads the library", "while it makes a segment", "when it has nothing to do", "twice"]) {
  test(`a helper whose leader is lost gives back what it has of the export: ${lost}`, async (t) => {
    const log: string[] = [];
    let busy = false;
    const make = (_: number, __: unknown, signal: AbortSignal) => {
      busy = true;
      return new Promise<Segment>((_, reject) => {
        const stop = () => {
          busy = false;
          reject(signal.reason);
        };
        signal.addEventListener("abort", stop);
      });
    };
    let isLoading = false;
    const { crew, helpers } = setUp(t, async () => {
      isLoading = true;
      await new Promise((resolve) => setTimeout(resolve));
      return { begin, make, free: () => log.push(busy ? "freed while it works" : "freed") };
    });
    while (!isLoading) await new Promise((resolve) => setTimeout(resolve));
    if (lost !== "while it loads the library") {
      crew.begin(assignment);
      await crew.wait();
      if (lost === "while it makes a segment") {
        crew.claim(0, pass, false);
        while (!busy) await new Promise((resolve) => setTimeout(resolve));
      }
    }
    helpers[0]?.leave();
    if (lost === "twice") helpers[0]?.leave();
    for (let turns = 0; turns < 20; turns += 1) await new Promise((resolve) => setTimeout(resolve));
    assert.deepEqual(log, ["freed"]);
  });
}

test("a segment that a helper cannot make comes back unmade, and the helper is free again", async (t) => {
  const { crew } = setUp(t, bad);
  crew.begin(assignment);
  await crew.wait();
  crew.claim(0, pass, false);
  await crew.wait();
  assert.deepEqual(crew.take(), { number: 0, pass });
  assert.equal(crew.claim(0, pass, false), true);
  assert.equal(crew.helped, 0);
});

test("a helper that crashes gives its segment back and gets no other", async (t) => {
  const { crew, helpers } = setUp(t, stuck);
  crew.begin(assignment);
  await crew.wait();
  crew.claim(5, pass, false);
  helpers[0]?.lose();
  await crew.wait();
  assert.deepEqual(crew.take(), { number: 5, pass });
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
