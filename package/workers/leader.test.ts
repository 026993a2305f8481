/** Tests of what a leader and its helpers promise each other, over real ports. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { type Helper, type HelperEngine, help } from "./helper.js";
import { Leader } from "./leader.js";
import type { Segment } from "./messages.js";

const assignment = { unusable: [] };
const pass = { encoding: "best" };

/** Returns a leader with a helper for each of these engines. */
function setUp(t: TestContext, ...engines: HelperEngine["prepare"][]) {
  const helpers: Helper[] = [];
  const ports = engines.map((prepare) => {
    const { port1, port2 } = new MessageChannel();
    helpers.push(help(port2, { prepare, wasmBytes: async () => 7 }));
    return port1;
  });
  const leader = new Leader({ database: "library" }, "timeline", ports);
  t.after(() => {
    leader.end();
    for (const helper of helpers) helper.leave();
  });
  return { leader, helpers };
}

/** Makes segments that hold their number. */
const good: HelperEngine["prepare"] = async (library, timelineId) => {
  assert.deepEqual([library, timelineId], [{ database: "library" }, "timeline"]);
  const make = async (number: number): Promise<Segment> => ({ packets: Uint8Array.of(number) });
  return { begin: (given) => given !== undefined, make, free() {} };
};

const begin = () => true;
const free = () => {};
const bad: HelperEngine["prepare"] = async () => ({ begin, make: () => Promise.reject(new Error("a bad clip")), free });
const stuck: HelperEngine["prepare"] = async () => ({ begin, make: () => new Promise(() => {}), free });
const outdated: HelperEngine["prepare"] = async () => ({ begin: () => false, make: () => new Promise(() => {}), free });
const absent: HelperEngine["prepare"] = () => Promise.reject(new Error("no library"));

test("nobody gets a segment before being ready, and then one at a time where none may wait", async (t) => {
  const { leader } = setUp(t, good);
  leader.begin(assignment);
  assert.equal(leader.claim(3, pass, false), false);
  assert.equal(await leader.wait(), true);
  assert.equal(leader.claim(3, pass, false), true);
  assert.equal(leader.claim(4, pass, false), false);
  assert.equal(await leader.wait(), true);
  assert.deepEqual(leader.take(), { number: 3, pass, segment: { packets: Uint8Array.of(3) } });
  assert.equal(leader.take(), undefined);
  assert.equal(leader.claim(4, pass, false), true);
  assert.deepEqual([leader.size, leader.helped, leader.peakWasmBytes], [1, 1, 7]);
});

test("one that is busy gets one segment more where it may wait, and those that are free come first", async (t) => {
  const { leader, helpers } = setUp(t, stuck, good);
  leader.begin(assignment);
  await leader.wait();
  await leader.wait();
  assert.deepEqual(
    [0, 1, 2, 3, 4].map((number) => leader.claim(number, pass, number > 1)),
    [true, true, true, true, false],
  );
  helpers[0]?.lose();
  const numbers = new Set<number | undefined>();
  for (let delivery = leader.take(); numbers.size < 4; delivery = leader.take()) {
    if (delivery) numbers.add(delivery.number);
    else await leader.wait();
  }
  assert.deepEqual([...numbers].sort(), [0, 1, 2, 3]);
});

test("what was claimed is forgotten when the leader begins anew", async (t) => {
  const { leader } = setUp(t, good);
  leader.begin(assignment);
  await leader.wait();
  leader.claim(0, pass, true);
  leader.claim(1, pass, true);
  leader.begin(assignment);
  assert.equal(leader.claim(2, pass, true), false);
  while (!leader.claim(2, pass, false)) await leader.wait();
  await leader.wait();
  assert.equal(leader.take()?.number, 2);
  assert.equal(leader.take(), undefined);
});

test("a helper leaves what it was making, and what waits, when the leader begins anew", async (t) => {
  const asked: number[] = [];
  const make = (number: number, _: unknown, signal: AbortSignal) => {
    asked.push(number);
    if (number === 2) return Promise.resolve({ packets: Uint8Array.of(2) });
    return new Promise<Segment>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  };
  const { leader } = setUp(t, async () => ({ begin, make, free }));
  leader.begin(assignment);
  await leader.wait();
  leader.claim(0, pass, true);
  leader.claim(1, pass, true);
  while (asked.length === 0) await new Promise((resolve) => setTimeout(resolve));
  leader.begin(assignment);
  while (!leader.claim(2, pass, false)) await leader.wait();
  await leader.wait();
  assert.equal(leader.take()?.number, 2);
  assert.deepEqual(asked, [0, 2]);
});

test("a helper that joins late begins with the assignment of now, and one that leaves gives back what it had", async (t) => {
  const { leader, helpers } = setUp(t, stuck);
  leader.begin({ unusable: [1] });
  leader.begin(assignment);
  await leader.wait();
  leader.claim(0, pass, false);
  const { port1, port2 } = new MessageChannel();
  const late = help(port2, { prepare: good, wasmBytes: async () => 7 });
  leader.add([port1]);
  assert.equal(leader.size, 2);
  while (!leader.claim(1, pass, false)) await leader.wait();
  await leader.wait();
  assert.equal(leader.take()?.number, 1);
  helpers[0]?.leave();
  await leader.wait();
  assert.deepEqual([leader.take(), leader.size], [{ number: 0, pass }, 1]);
  late.leave();
});

test("a delivery that is late names the pass in which it was claimed", async (t) => {
  const [measuring, encoding] = [{ gainDb: 0 }, { gainDb: 3, encoding: "best" }];
  const made: (() => void)[] = [];
  const slow: HelperEngine["prepare"] = async () => ({
    begin,
    make: (number, { gainDb }: { gainDb?: number }) =>
      new Promise((resolve) => made.push(() => resolve({ packets: Uint8Array.of(number, gainDb ?? 255) }))),
    free,
  });
  const { leader } = setUp(t, slow, slow);
  leader.begin(assignment);
  await leader.wait();
  await leader.wait();
  leader.claim(0, measuring, false);
  // The leader lost patience, made it itself, and goes on to the next pass.
  leader.claim(0, encoding, false);
  while (made.length < 2) await new Promise((resolve) => setTimeout(resolve));
  for (const finish of made) finish();
  const deliveries = [];
  while (deliveries.length < 2) {
    const one = leader.take();
    if (one) deliveries.push(one);
    else await leader.wait();
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
  const late: HelperEngine["prepare"] = async () => ({
    begin,
    make: async (number, { id }: { id?: number }) => {
      for (let turns = below(6); turns > 0; turns -= 1) await new Promise((resolve) => setTimeout(resolve));
      if (below(5) === 0) throw new Error("not this one");
      return { packets: Uint8Array.of(number, id ?? 255) };
    },
    free,
  });
  const { leader } = setUp(t, late, late, late);
  const claimed = new Set<string>();
  const hear = () => {
    for (let one = leader.take(); one; one = leader.take()) {
      const { id } = one.pass as { id: number };
      assert.ok(claimed.delete(`${id}: ${one.number}`), `${id}: ${one.number}`);
      if (one.segment) assert.deepEqual(one.segment.packets, Uint8Array.of(one.number, id));
    }
  };
  for (let id = 0; id < 40; id += 1) {
    if (below(8) === 0) {
      leader.begin(assignment);
      claimed.clear();
    }
    // A pass ends when its leader has made what it does not wait for.
    for (let number = 0; number < 8; number += 1) {
      if (leader.claim(number, { id }, below(2) === 0)) claimed.add(`${id}: ${number}`);
      if (below(2) === 0) await new Promise((resolve) => setTimeout(resolve));
      hear();
    }
  }
  while (claimed.size > 0) {
    await leader.wait();
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
    const { leader, helpers } = setUp(t, async () => {
      isLoading = true;
      await new Promise((resolve) => setTimeout(resolve));
      return { begin, make, free: () => log.push(busy ? "freed while it works" : "freed") };
    });
    while (!isLoading) await new Promise((resolve) => setTimeout(resolve));
    if (lost !== "while it loads the library") {
      leader.begin(assignment);
      await leader.wait();
      if (lost === "while it makes a segment") {
        leader.claim(0, pass, false);
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
  const { leader } = setUp(t, bad);
  leader.begin(assignment);
  await leader.wait();
  leader.claim(0, pass, false);
  await leader.wait();
  assert.deepEqual(leader.take(), { number: 0, pass });
  assert.equal(leader.claim(0, pass, false), true);
  assert.equal(leader.helped, 0);
});

test("a helper that crashes gives its segment back and gets no other", async (t) => {
  const { leader, helpers } = setUp(t, stuck);
  leader.begin(assignment);
  await leader.wait();
  leader.claim(5, pass, false);
  helpers[0]?.lose();
  await leader.wait();
  assert.deepEqual(leader.take(), { number: 5, pass });
  assert.equal(leader.claim(5, pass, false), false);
});

for (const [helper, prepare] of Object.entries({ "finds no library": absent, "has loaded another mix": outdated })) {
  test(`a helper that ${helper} is not asked`, async (t) => {
    const { leader } = setUp(t, prepare, good);
    leader.begin(assignment);
    while (!leader.claim(0, pass, false)) await leader.wait();
    assert.equal(leader.claim(1, pass, false), false);
  });
}

test("waiting ends when it takes too long, and at once when the export does", async (t) => {
  const { leader } = setUp(t, stuck);
  leader.begin(assignment);
  await leader.wait();
  leader.claim(0, pass, false);
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const late = leader.wait();
  t.mock.timers.tick(5000);
  assert.equal(await late, false);
  const ended = leader.wait();
  leader.end();
  assert.equal(await ended, true);
});
