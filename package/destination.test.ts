/** The files that an export creates in a folder, and the files that it leaves alone. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { discardIfEmpty, FolderExport, keepFile } from "./destination.js";
import type { Sidecar } from "./types.js";

/** A folder in memory. `refuse` may throw to stop a file from being written. */
class FakeFolder {
  readonly kind = "directory";
  readonly files = new Map<string, string>();
  readonly folders = new Set<string>();
  refuse: (name: string) => void = () => {};

  async getFileHandle(name: string, { create = false } = {}) {
    // A browser takes its time, so other calls run in between.
    await new Promise((resolve) => setTimeout(resolve));
    if (this.folders.has(name)) throw new DOMException("a folder", "TypeMismatchError");
    if (!this.files.has(name)) {
      if (!create) throw new DOMException("nothing", "NotFoundError");
      this.files.set(name, "");
    }
    return { kind: "file", name, createWritable: async () => this.#writable(name) };
  }

  async removeEntry(name: string) {
    this.files.delete(name);
  }

  #writable(name: string) {
    let written = "";
    return {
      write: async (text: string) => {
        this.refuse(name);
        written += text;
      },
      close: async () => void this.files.set(name, written),
    };
  }
}

function setUp() {
  const folder = new FakeFolder();
  const begin = (stem: string, kinds: Sidecar["kind"][] = [], extension: "m4a" | "m4b" = "m4a") =>
    FolderExport.begin(folder as unknown as FileSystemDirectoryHandle, stem, extension, kinds);
  return { folder, begin };
}

const webvtt: Sidecar = { kind: "webvtt", name: "Play.vtt", type: "text/vtt", text: "WEBVTT\n" };
const srt: Sidecar = { kind: "srt", name: "Play.srt", type: "application/x-subrip", text: "1\n" };

test("the audio and its sidecars become files beside each other", async () => {
  const { folder, begin } = setUp();
  const made = await begin("Play", ["webvtt", "srt"]);
  assert.equal(made.audio.name, "Play.m4a");
  assert.deepEqual(await made.save([webvtt, srt], undefined), []);
  assert.deepEqual(made.names, ["Play.m4a", "Play.vtt", "Play.srt"]);
  assert.deepEqual(
    [...folder.files],
    [
      ["Play.m4a", ""],
      ["Play.vtt", "WEBVTT\n"],
      ["Play.srt", "1\n"],
    ],
  );
});

test("nothing that is there is taken for a name, neither for the audio nor for a sidecar", async () => {
  const { folder, begin } = setUp();
  folder.files.set("Play.m4a", "old").set("Play 3.vtt", "old").set("Play.png", "a cover");
  folder.folders.add("Play 2.m4a");
  assert.equal((await begin("Play", ["webvtt"])).audio.name, "Play 4.m4a");
  assert.equal((await begin("Play")).audio.name, "Play 3.m4a");
  assert.equal((await begin("Play", [], "m4b")).audio.name, "Play.m4b");
  assert.equal(folder.files.get("Play.m4a"), "old");
});

test("exports that begin at once get a name each", async () => {
  const { begin } = setUp();
  const made = await Promise.all([begin("Play"), begin("Play"), begin("Play")]);
  assert.deepEqual(
    made.map(({ audio }) => audio.name),
    ["Play.m4a", "Play 2.m4a", "Play 3.m4a"],
  );
});

test("a folder that cannot be written is said to be so, and the next one can", async () => {
  const { folder, begin } = setUp();
  const { getFileHandle } = folder;
  for (const [name, code] of [
    ["QuotaExceededError", "quota-exceeded"],
    ["NotAllowedError", "export-failed"],
  ] as const) {
    folder.getFileHandle = async () => {
      throw new DOMException("refused", name);
    };
    await assert.rejects(begin("Play"), { name: "SecuenciaError", code });
  }
  folder.getFileHandle = getFileHandle;
  assert.equal((await begin("Play")).audio.name, "Play.m4a");
});

test("a sidecar that cannot be saved is a warning, and the others are saved", async () => {
  const { folder, begin } = setUp();
  const made = await begin("Play", ["webvtt", "srt"]);
  folder.refuse = (name) => {
    if (name === "Play.vtt") throw new DOMException("The disk is full.", "QuotaExceededError");
  };
  const warnings = await made.save([webvtt, srt], undefined);
  assert.deepEqual(warnings, [{ message: "Play.vtt could not be saved: The disk is full." }]);
  assert.deepEqual([...folder.files.keys()], ["Play.m4a", "Play.srt"]);
});

test("a file that came there meanwhile is left as it is", async () => {
  const { folder, begin } = setUp();
  const made = await begin("Play", ["webvtt"]);
  folder.files.set("Play.vtt", "somebody's");
  const warnings = await made.save([webvtt], undefined);
  assert.deepEqual(warnings, [{ message: "Play.vtt could not be saved: there is such a file already" }]);
  await made.discard();
  assert.deepEqual([...folder.files], [["Play.vtt", "somebody's"]]);
});

test("an abort leaves nothing, whenever it comes", async () => {
  const { folder, begin } = setUp();
  const made = await begin("Play", ["webvtt", "srt"]);
  const controller = new AbortController();
  folder.refuse = () => controller.abort();
  await assert.rejects(made.save([webvtt, srt], controller.signal), { name: "AbortError" });
  assert.deepEqual([...folder.files], []);
});

test("an empty file is cleared away, one with content and a folder are not", async () => {
  const removed: string[] = [];
  const file = (size: number) =>
    ({ kind: "file", getFile: async () => ({ size }), remove: async () => removed.push(`${size}`) }) as never;
  await discardIfEmpty(file(0));
  await discardIfEmpty(file(7));
  await discardIfEmpty({ kind: "directory", remove: async () => removed.push("folder") } as never);
  await discardIfEmpty(undefined);
  assert.deepEqual(removed, ["0"]);
});

test("a file that a lost worker still holds is cleared away once it lets go, unless it is written anew", async () => {
  const locked = (times: number) => {
    const handle = {
      kind: "file",
      isRemoved: false,
      tries: 0,
      getFile: async () => ({ size: 0 }),
      isSameEntry: async (other: unknown) => other === handle,
      remove: async () => {
        handle.tries += 1;
        if (handle.tries <= times) throw new DOMException("in use", "NoModificationAllowedError");
        handle.isRemoved = true;
      },
    };
    return handle;
  };
  const [lost, anew, foreign] = [locked(2), locked(2), locked(0)];
  foreign.remove = async () => {
    foreign.tries += 1;
    throw new DOMException("not ours", "NotAllowedError");
  };
  await Promise.all([lost, anew, foreign].map((handle) => discardIfEmpty(handle as never)));
  assert.equal(lost.isRemoved, false, "nobody waits for it");
  await keepFile(anew as never);
  await new Promise((resolve) => setTimeout(resolve, 400));
  assert.deepEqual([lost.isRemoved, anew.isRemoved, anew.tries, foreign.tries], [true, false, 1, 1]);
});
