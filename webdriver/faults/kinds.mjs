/**
 * The kinds of faults: for each, what is done to which operation, and how the operation may end.
 *
 * @typedef {"import" | "imports" | "edit" | "plan" | "export" | "stream" | "pack"} Operation
 *
 * @typedef {object} Fault one of these:
 *   - `hook` with `action`: a function of the platform fails (`inject.js`) or a file comes wrong (`site.mjs`); `nth`
 *     call in this `role`, `times` in all
 *   - `caller`: the page itself does it `afterMs`, or at its `nth` progress report
 *   - `driver`: the browser or the user does it `afterMs`
 *   - `tab`: another tab does it `afterMs`
 *   - `content`: the stored audio or the picked file is wrong
 *
 * @typedef {object} Kind
 * @property {string} name
 * @property {Operation[]} during
 * @property {(random: Random, operation: Operation) => Fault} fault
 * @property {string[]} ends how the operation may end: "done", the code of its error, "reason" for its signal's reason,
 *   "told" for one that waits and says so until it is cancelled, or "gone" with its page
 * @property {RegExp} [says] what each error's sentence has in it
 * @property {true} [empties] whether the library may be empty afterwards
 */

/** @typedef {{ upTo: (most: number) => number, of: <T>(list: T[]) => T }} Random */

const ALL = ["import", "imports", "edit", "plan", "export", "stream", "pack"];
const OF_WORKERS = ["import", "imports", "plan", "export", "stream"];
const EXPORTS = ["export", "stream"];

/** The reports that each operation makes at least, and the time in milliseconds by which it is about to end. */
const REPORTS = { import: 2, imports: 6, plan: 2, export: 12, stream: 12 };
const LASTS = { import: 120, imports: 400, edit: 20, plan: 70, export: 1500, stream: 1500, pack: 50 };

/** Who reads the library for each operation. */
const ROLES = {
  ...{ import: ["page"], imports: ["page"], edit: ["page"], pack: ["page"], plan: ["page", "leader"] },
  ...{ export: ["page", "leader", "helper"], stream: ["page", "leader", "helper"] },
};

const always = Number.MAX_SAFE_INTEGER;

/** @type {Kind[]} */
export const KINDS = [
  // Workers.
  ...[
    ["throws", "crash"],
    ["traps", "trap"],
    ["rejects a promise that nobody handles", "unhandled"],
    ["runs out of memory", "out of memory"],
    ["ends in silence", "end"],
    ["spins", "spin"],
  ].flatMap(([does, action]) => [
    {
      name: `the leading worker ${does}, once`,
      during: OF_WORKERS,
      fault: ({ upTo }, operation) => ({ hook: "report", role: "leader", nth: upTo(REPORTS[operation]), action }),
      // A content is read by one worker, so that a file that crashes it is refused.
      ends: ["done", "invalid-audio"],
    },
    {
      name: `a helper ${does}, once`,
      during: EXPORTS,
      fault: ({ upTo }) => ({ hook: "word", role: "helper", nth: upTo(3), action }),
      ends: ["done"],
    },
  ]),
  {
    name: "every worker crashes every time",
    during: OF_WORKERS,
    fault: ({ upTo }) => ({ hook: "report", nth: upTo(2), action: "crash", times: always }),
    ends: ["done", "export-failed", "invalid-audio"],
  },
  {
    name: "a report of the leading worker is lost",
    during: OF_WORKERS,
    fault: ({ upTo }, operation) => ({ hook: "report", role: "leader", nth: upTo(REPORTS[operation]), action: "drop" }),
    ends: ["done"],
  },
  {
    name: "a helper’s segment is lost",
    during: EXPORTS,
    fault: ({ upTo }) => ({ hook: "word", role: "helper", nth: upTo(3), action: "drop" }),
    ends: ["done"],
  },
  {
    name: "an order to a helper is lost",
    during: EXPORTS,
    fault: ({ upTo }) => ({ hook: "order", role: "leader", nth: upTo(3), action: "drop" }),
    ends: ["done"],
  },
  {
    name: "no worker can be started",
    during: OF_WORKERS,
    fault: () => ({ hook: "start", action: "throw", error: "SecurityError", times: always }),
    ends: ["load-failed", "unsupported"],
  },
  // Files of the package. Where the separate files do not come, the one with everything in it does.
  ...[
    ["is not there", "missing"],
    ["is a page of HTML", "html"],
    ["is cut off", "cut"],
    ["does not come", "disconnect"],
  ].flatMap(([does, action]) => [
    {
      name: `the worker’s or the engine’s file ${does}`,
      during: OF_WORKERS,
      fault: ({ of }) => ({ hook: "network", files: [of(["worker.js", "engine_bg.wasm"])], action, times: always }),
      ends: ["done"],
    },
    {
      name: `each file that has the engine ${does}`,
      during: OF_WORKERS,
      fault: () => ({ hook: "network", files: ["engine_bg.wasm", "inline.js"], action, times: always }),
      ends: ["load-failed"],
      says: /engine_bg\.wasm|inline\.js/,
    },
  ]),
  // Storage, as the page and as workers use it.
  {
    name: "a worker cannot open the library",
    during: ["plan", "export", "stream"],
    fault: () => ({ hook: "open", role: "leader", action: "throw", times: always }),
    ends: ["storage"],
  },
  {
    name: "a read of the library fails",
    during: ALL,
    fault: ({ upTo, of }, operation) => ({ hook: "get", role: of(ROLES[operation]), nth: upTo(2), action: "throw" }),
    ends: ["done", "storage"],
  },
  {
    name: "a write to the library fails",
    during: ["import", "imports", "edit"],
    fault: ({ upTo }) => ({ hook: "put", role: "page", nth: upTo(2), action: "throw", times: 2 }),
    ends: ["done", "storage"],
  },
  {
    name: "the browser has no more room",
    during: ["import", "imports", "edit"],
    fault: ({ upTo }) => ({ hook: "put", role: "page", nth: upTo(2), action: "throw", error: "QuotaExceededError" }),
    ends: ["done", "quota-exceeded"],
  },
  {
    name: "the browser aborts a write",
    during: ["import", "imports", "edit"],
    fault: ({ upTo }) => ({ hook: "put", role: "page", nth: upTo(2), action: "abort" }),
    ends: ["done", "storage"],
  },
  {
    name: "a transaction cannot begin",
    during: ALL,
    fault: ({ upTo, of }, operation) => ({
      hook: "transaction",
      role: of(ROLES[operation]),
      nth: upTo(2),
      action: "throw",
      error: "InvalidStateError",
    }),
    ends: ["done", "storage"],
  },
  {
    name: "the connection to the library closes",
    during: ALL,
    fault: ({ upTo }) => ({ hook: "get", role: "page", nth: upTo(2), action: "disconnect" }),
    ends: ["done", "storage"],
  },
  {
    name: "a read of a content fails",
    during: OF_WORKERS,
    fault: ({ upTo }) => ({ hook: "read", nth: upTo(6), action: "throw", error: "NotReadableError" }),
    ends: ["done", "invalid-audio"],
  },
  {
    name: "no content can be read",
    during: OF_WORKERS,
    fault: () => ({ hook: "read", action: "throw", error: "NotReadableError", times: always }),
    ends: ["invalid-audio"],
  },
  // The destination.
  ...[
    ["cannot be opened", "create", "NoModificationAllowedError"],
    ["refuses a write", "write", "NotAllowedError"],
    ["has no room for a write", "write", "QuotaExceededError"],
    ["cannot seek", "seek", "InvalidStateError"],
    ["cannot be closed", "close", "NotAllowedError"],
  ].map(([does, hook, error]) => ({
    name: `the destination ${does}`,
    during: ["export"],
    fault: ({ upTo }) => ({ hook, nth: hook === "write" ? upTo(3) : 1, action: "reject", error, times: 100 }),
    ends: ["done", "export-failed", "quota-exceeded"],
  })),
  ...[
    ["opens", "create"],
    ["takes a write", "write"],
    ["closes", "close"],
  ].map(([does, hook]) => ({
    name: `the destination never ${does}`,
    during: ["export"],
    fault: ({ upTo }) => ({ hook, nth: hook === "write" ? upTo(3) : 1, action: "never", times: 100 }),
    ends: ["told"],
  })),
  {
    name: "the stream fails",
    during: ["stream"],
    fault: ({ upTo }) => ({ caller: "fail stream", nth: upTo(4) }),
    ends: ["export-failed", "done"],
  },
  {
    name: "the stream never takes a part",
    during: ["stream"],
    fault: ({ upTo }) => ({ caller: "hold stream", nth: upTo(2) }),
    ends: ["told"],
  },
  {
    name: "the destination is removed meanwhile",
    during: ["export"],
    fault: ({ upTo }, operation) => ({ caller: "remove destination", afterMs: upTo(LASTS[operation]) }),
    ends: ["done", "export-failed"],
  },
  // The page and its user.
  {
    name: "it is cancelled",
    during: ALL.filter((operation) => operation !== "edit"),
    fault: ({ upTo }, operation) => ({ caller: "abort", afterMs: upTo(LASTS[operation]) - 1 }),
    ends: ["done", "reason"],
  },
  {
    name: "the listener cancels it",
    during: OF_WORKERS,
    fault: ({ upTo }, operation) => ({ caller: "abort in listener", nth: upTo(REPORTS[operation]) }),
    ends: ["done", "reason"],
  },
  {
    name: "the listener throws",
    during: OF_WORKERS,
    fault: () => ({ caller: "throw in listener", nth: 1 }),
    ends: ["done"],
  },
  {
    name: "the library is closed",
    during: ALL,
    fault: ({ upTo }, operation) => ({ caller: "close library", afterMs: upTo(LASTS[operation]) - 1 }),
    ends: ["done", "storage"],
  },
  ...[
    ["the page is reloaded", "reload"],
    ["the tab is closed", "close"],
    ["the page’s process crashes", "crash"],
    ["the browser is killed", "kill"],
  ].map(([name, driver]) => ({
    name,
    during: ["import", "imports", "edit", "export"],
    fault: ({ upTo }, operation) => ({ driver, afterMs: upTo(LASTS[operation]) }),
    ends: ["gone", "done"],
  })),
  {
    name: "the page is frozen for a while",
    during: OF_WORKERS,
    fault: ({ upTo }, operation) => ({ driver: "freeze", afterMs: upTo(LASTS[operation]) }),
    ends: ["done"],
  },
  // Other tabs.
  {
    name: "another tab removes an asset that is played",
    during: ["plan", "export", "stream"],
    fault: ({ upTo }, operation) => ({ tab: "remove asset", afterMs: upTo(LASTS[operation]) }),
    ends: ["done", "invalid-audio", "missing-asset"],
  },
  {
    name: "another tab exports the same",
    during: ["import", "export", "stream"],
    fault: ({ upTo }, operation) => ({ tab: "export", afterMs: upTo(LASTS[operation]) }),
    ends: ["done"],
  },
  {
    name: "another tab deletes the library",
    during: ALL,
    fault: ({ upTo }, operation) => ({ tab: "delete library", afterMs: upTo(LASTS[operation]) }),
    ends: ["done", "storage", "invalid-audio", "missing-asset", "timeline-not-found", "ArchiveError"],
    empties: true,
  },
  {
    name: "the browser clears the page’s storage",
    during: ALL,
    fault: ({ upTo }, operation) => ({ driver: "clear storage", afterMs: upTo(LASTS[operation]) }),
    ends: ["done", "storage", "invalid-audio", "missing-asset", "timeline-not-found", "export-failed", "ArchiveError"],
    empties: true,
  },
  // Contents.
  ...[
    ["is cut off", "cut", ["done", "invalid-audio"]],
    ["is missing", "missing", ["missing-asset", "invalid-audio", "done"]],
    ["is another file’s", "other", ["done", "invalid-audio"]],
    ["is noise", "noise", ["invalid-audio"]],
  ].map(([does, content, ends]) => ({
    name: `a stored content ${does}`,
    during: ["plan", "export", "stream"],
    fault: () => ({ content }),
    ends,
  })),
];
