/** A project is packed into one file and comes back unchanged. Anything else is refused in a sentence. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, openAsBlob, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { ARCHIVE_TYPE, ArchiveError, openProject, packProject } from "./archive.js";
import type { Library } from "./library.js";
import type { Asset, AssetDetails } from "./types.js";
import { unzip, zip } from "./zip.js";

const folder = mkdtempSync(join(tmpdir(), "secuencia-archive-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** A library in memory, with the methods that archives need. */
class Shelf {
  readonly assets = new Map<string, { asset: Asset; content: Blob }>();
  readonly images = new Map<string, Blob>();
  added = 0;

  put(id: string, name: string, content: string, more: Partial<Asset> = {}): void {
    const facts = { durationSeconds: 1, sampleRate: 48_000, channels: 1, hasEqualSides: true, peaks: new Uint8Array() };
    const asset = { id, name, mimeType: "audio/wav", text: "", voice: "", bytes: content.length, ...facts, ...more };
    this.assets.set(id, { asset, content: new Blob([content]) });
  }

  asset = async (id: string) => this.assets.get(id)?.asset;
  content = async (id: string) => this.assets.get(id)?.content;
  image = async (id: string) => this.images.get(id);
  addAsset = async (content: Blob, { id = `made up ${++this.added}`, name, ...more }: AssetDetails = {}) => {
    this.put(id, name ?? (content as File).name, await content.text(), more as Partial<Asset>);
    return { id } as Asset;
  };
  addImage = async (content: Blob, { id = `made up ${++this.added}` } = {}) => {
    this.images.set(id, content);
    return { id };
  };

  get asLibrary(): Library {
    return this as unknown as Library;
  }
}

function filledShelf(): Shelf {
  const shelf = new Shelf();
  shelf.put("a", "line.wav", "hello", { text: "Hello.", voice: "ALICE", trim: { start: 0.1, end: 0.9 } });
  shelf.put("b", "LINE.wav", "another");
  shelf.put("c", "../../etc/CON: “ü”\u0007", "odd", { mimeType: "audio/mpeg" });
  shelf.put("d", "nul.wav", "");
  shelf.images.set("cover", new Blob(["a picture"], { type: "image/png" }));
  shelf.images.set("one", new Blob(["another"], { type: "image/jpeg" }));
  return shelf;
}

const project = {
  name: "A Letter",
  gapSeconds: 0.25,
  audioRate: 48_000,
  ceilingDb: null,
  clips: [
    { id: "1", assetId: "a", name: "line.wav", lane: 0, scene: "INT. LIGHTHOUSE", metadata: { otio: { rate: 24 } } },
    { id: "2", assetId: "b", name: "LINE.wav", offset: 1.25 },
    { id: "3", assetId: "a", name: "line.wav" },
    { id: "4", assetId: "c", name: "odd" },
    { id: "5", assetId: "d", name: "nul.wav" },
    { id: "6", assetId: "lost", name: "lost.flac" },
  ],
  chapters: [
    { title: "One", offset: 0, image: "one" },
    { title: "Two", offset: 3 },
  ],
  tags: { title: "A Letter", covers: ["cover", "one"] },
  metadata: { other: [1, 2] },
};

test("a project comes back as it was, with its contents, what is known of them, and its pictures", async () => {
  const source = filledShelf();
  const packed = await packProject(project, source.asLibrary);
  assert.equal(packed.type, ARCHIVE_TYPE);
  const target = new Shelf();
  const opened = await openProject(packed);
  assert.deepEqual(await opened.addTo(target.asLibrary), project);
  for (const id of ["a", "b", "c", "d"]) {
    const [before, now] = [source.assets.get(id), target.assets.get(id)];
    const facts = ({ name, text, voice, trim }: Asset) => ({ name, text, voice, trim });
    assert.deepEqual(facts(now?.asset as Asset), facts(before?.asset as Asset));
    assert.equal(await now?.content.text(), await before?.content.text());
  }
  assert.equal(target.assets.has("lost"), false);
  assert.deepEqual(
    [await target.images.get("cover")?.text(), await target.images.get("one")?.text()],
    ["a picture", "another"],
  );
});

test("the same project makes the same bytes, and how far it is is told", async () => {
  const told: number[] = [];
  const once = await packProject(project, filledShelf().asLibrary, { onProgress: (done) => told.push(done) });
  const again = await packProject(project, filledShelf().asLibrary);
  assert.deepEqual(await once.text(), await again.text());
  assert.equal(told.at(-1), 1);
  assert.deepEqual(told, [...told].sort());
  const abort = new AbortController();
  abort.abort();
  await assert.rejects(packProject(project, filledShelf().asLibrary, { signal: abort.signal }), { name: "AbortError" });
});

test("names are safe, and unique wherever they are unpacked", async () => {
  const { paths } = await openProject(await packProject(project, filledShelf().asLibrary));
  assert.deepEqual(paths, [
    "project.json",
    "audio/line.wav",
    "audio/LINE 2.wav",
    "audio/-..-etc-CON- “ü”-.mp3",
    "audio/_nul.wav",
    "pictures/picture.png",
    "pictures/picture.jpg",
  ]);
});

test("what a library has already is not added again, and never replaced by something else", async () => {
  const packed = await packProject(project, filledShelf().asLibrary);
  const target = filledShelf();
  target.put("b", "mine.wav", "something else");
  target.images.set("one", new Blob(["something else"]));
  const { clips, chapters, tags } = await (await openProject(packed)).addTo(target.asLibrary);
  assert.deepEqual(
    clips.map(({ assetId }) => assetId),
    ["a", "made up 1", "a", "c", "d", "lost"],
  );
  assert.equal(await target.assets.get("b")?.content.text(), "something else");
  assert.deepEqual([chapters?.[0]?.image, tags?.covers], ["made up 2", ["cover", "made up 2"]]);
});

test("other programs read the archive, and unpacked it is a project folder", async () => {
  const path = join(folder, "play.secuencia");
  writeFileSync(path, Buffer.from(await (await packProject(project, filledShelf().asLibrary)).arrayBuffer()));
  const script = `
import sys, zipfile
archive = zipfile.ZipFile(sys.argv[1])
assert archive.testzip() is None
assert all(entry.compress_type == zipfile.ZIP_STORED for entry in archive.infolist())
archive.extractall(sys.argv[2])
`;
  python(script, path, join(folder, "unpacked"));
  const file = JSON.parse(readFileSync(join(folder, "unpacked", "project.json"), "utf8"));
  assert.equal(readFileSync(join(folder, "unpacked", file.clips[3].file), "utf8"), "odd");
  assert.equal(readFileSync(join(folder, "unpacked", file.tags.covers[0]), "utf8"), "a picture");
});

test("an archive that another program made is opened: compressed, within a folder, with names in two characters", async () => {
  const path = join(folder, "other.zip");
  const script = `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as archive:
    archive.writestr("__MACOSX/Play/._project.json", "x")
    archive.mkdir("Play") if hasattr(archive, "mkdir") else None
    archive.writestr("Play/notes.json", "{}")
    with archive.open(zipfile.ZipInfo("Play/u\\u0308.wav"), "w", force_zip64=True) as file:
        file.write(b"content" * 10000)
    archive.writestr("Play/project.json", json.dumps({"name": "P", "clips": [{"file": "./\\u00fc.wav"}, {"file": "gone.wav"}]}))
`;
  python(script, path);
  const opened = await openProject(await openAsBlob(path));
  assert.deepEqual([opened.has("ü.wav"), opened.has("gone.wav")], [true, false]);
  assert.equal(await (await opened.file("./ü.wav")).text(), "content".repeat(10_000));
  await assert.rejects(opened.file("gone.wav"), /^ArchiveError: It does not hold “gone\.wav”\.$/);
  const target = new Shelf();
  const { clips } = await opened.addTo(target.asLibrary);
  assert.deepEqual(clips, [{ assetId: "made up 1" }, { assetId: "gone.wav" }]);
});

test("what 32 bits cannot say is said in Zip64, as other programs read it", async () => {
  const sources = Array.from({ length: 5 }, (_, index) => ({
    path: `${index}`,
    content: new Blob(["x".repeat(index * 40)]),
  }));
  const archive = await zip(sources, {}, 100);
  const path = join(folder, "large.zip");
  writeFileSync(path, Buffer.from(await archive.arrayBuffer()));
  python(
    "import sys, zipfile\narchive = zipfile.ZipFile(sys.argv[1])\nassert archive.testzip() is None\nassert len(archive.read('4')) == 160",
    path,
  );
  for (const [index, entry] of (await unzip(archive)).entries()) {
    assert.deepEqual([entry.size, (await (await entry.content()).text()).length], [index * 40, index * 40]);
  }
});

test("a gigabyte is packed and found again, and memory stays flat", async () => {
  const path = join(folder, "sparse");
  writeFileSync(path, "");
  truncateSync(path, 2 ** 30);
  const large = await openAsBlob(path);
  const before = process.memoryUsage().rss;
  const archive = await zip([
    { path: "large", content: large },
    { path: "small", content: new Blob(["behind it"]) },
  ]);
  const [first, second] = await unzip(archive);
  assert.equal(first?.size, 2 ** 30);
  assert.equal(await (await second?.content())?.text(), "behind it");
  const grown = (process.memoryUsage().rss - before) / 2 ** 20;
  assert.ok(grown < 200, `${grown} MiB`);
});

test("what is no archive, is cut short, damaged or hostile is refused in a sentence", async () => {
  const good = new Uint8Array(await (await packProject(project, filledShelf().asLibrary)).arrayBuffer());
  const text = Buffer.from(good).toString("latin1");
  const changed = (from: string, to: string, which = 0) => {
    let at = -1;
    for (let time = 0; time <= which; time += 1) at = text.indexOf(from, at + 1);
    assert.ok(at >= 0);
    const bytes = good.slice();
    bytes.set(Buffer.from(to, "latin1"), at);
    return new Blob([bytes]);
  };
  const json = (content: unknown) => zip([{ path: "project.json", content: new Blob([JSON.stringify(content)]) }]);
  const named = async (path: string) => zip([{ path, content: new Blob(["{}"]) }]);
  const bomb = join(folder, "bomb.zip");
  python(
    "import sys, zipfile\nwith zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED) as archive:\n    for name in ['project.json', 'b.json']: archive.writestr(name, bytes(2 ** 20))",
    bomb,
  );
  const bombText = readFileSync(bomb);
  const liar = Buffer.from(bombText);
  // The sizes in the directory: 2 GiB in one case, a few bytes in the other.
  const central = liar.indexOf("PK\x01\x02", 0, "latin1");
  liar.writeUInt32LE(2 ** 31, central + 24);
  const small = Buffer.from(bombText);
  small.writeUInt32LE(10, central + 24);
  const encrypted = Buffer.from(bombText);
  encrypted.writeUInt16LE(1, central + 8);
  const odd = Buffer.from(bombText);
  odd.writeUInt16LE(93, central + 10);
  const twice = Buffer.from(bombText);
  twice.writeUInt32LE(0, twice.indexOf("PK\x01\x02", central + 4, "latin1") + 42);

  const refusals: [archive: Blob | Promise<Blob>, sentence: RegExp][] = [
    [new Blob([]), /^It is no archive\.$/],
    [new Blob(["hello, I am a text"]), /^It is no archive\.$/],
    [new Blob([good.slice(0, good.length - 30)]), /^It is not whole: its end is missing/],
    [new Blob([good.slice(0, 200)]), /^It is not whole/],
    [new Blob([good.slice(100)]), /is not whole|is not where it should be/],
    [changed("PK\x01\x02", "PK\x01\x03", 2), /^It is damaged: its list of files cannot be read\.$/],
    [changed("PK\x03\x04", "PK\x03\x05"), /“project\.json” is not where it should be/],
    [changed("A Letter", "B Letter"), /^“project\.json” is damaged: its checksum is wrong\.$/],
    [named("../project.json"), /^It holds a file with a path that is not safe: “\.\.\/project\.json”\.$/],
    [named("/project.json"), /not safe/],
    [named("a\\project.json"), /not safe/],
    [named("C:/project.json"), /not safe/],
    [named("a//project.json"), /not safe/],
    [named("a\u0000/project.json"), /not safe/],
    [named("music.wav"), /^It holds no project file\.$/],
    [zip(["a", "b"].map((name) => ({ path: `${name}.json`, content: new Blob(["{}"]) }))), /no project file/],
    [zip(["x", "x"].map((path) => ({ path, content: new Blob() }))), /two files by the name “x”/],
    [new Blob([liar]), /compressed files come to [\d,]+ MB, which is more than is unpacked here/],
    [new Blob([small]), /“project\.json” is damaged: it has not the size that the archive says/],
    [new Blob([encrypted]), /“project\.json” is encrypted/],
    [new Blob([odd]), /“project\.json” is compressed in a way that is not known here/],
    [new Blob([twice]), /is damaged: “.*” is not where it should be/],
    [json("x"), /must hold one JSON object/],
    [json({ clips: [] }), /has no “name”/],
    [json({ name: "x", clips: [{}] }), /“clips” must be a list of objects with a “file”/],
    [json({ name: "x", clips: [], files: [3] }), /“files” must be/],
    [json({ name: "x", clips: [], chapters: 3 }), /“chapters” must be/],
    [json({ name: "x", clips: [], tags: { covers: [3] } }), /“tags” must be/],
    [named("project.json"), /has no “name”/],
    [zip([{ path: "project.json", content: new Blob(["{"]) }]), /is not JSON: /],
  ];
  for (const [archive, sentence] of refusals) {
    const open = async () => (await openProject(await archive)).addTo(new Shelf().asLibrary);
    await assert.rejects(open, (error) => {
      assert.ok(error instanceof ArchiveError, `${sentence}: ${error}`);
      assert.match(error.message, sentence);
      return true;
    });
  }
});

test("every byte of an archive matters, or none: a changed one is refused, or changes nothing", async () => {
  const small = { name: "S", clips: [{ assetId: "a", name: "line.wav" }] };
  const packed = new Uint8Array(await (await packProject(small, filledShelf().asLibrary)).arrayBuffer());
  for (let at = 0; at < packed.length; at += 1) {
    const bytes = packed.slice();
    bytes[at] = (bytes[at] as number) ^ 0x5a;
    const target = new Shelf();
    const opening = (async () => (await openProject(new Blob([bytes]))).addTo(target.asLibrary))();
    try {
      const opened = await opening;
      const content = await target.assets.get(opened.clips[0]?.assetId ?? "")?.content.text();
      assert.deepEqual([opened.clips.length, content ?? "hello"], [1, "hello"], `byte ${at}`);
    } catch (error) {
      assert.ok(error instanceof ArchiveError, `byte ${at}: ${error}`);
    }
  }
});

function python(script: string, ...args: string[]): void {
  execFileSync(".tools/python/bin/python", ["-c", script, ...args], { stdio: ["ignore", "ignore", "inherit"] });
}

/** A content whose read is never answered, as Chromium leaves one whose storage is cleared. */
class Unanswered extends Blob {
  override slice() {
    return this;
  }
  override arrayBuffer() {
    return new Promise<ArrayBuffer>(() => {});
  }
}

test("packing a content whose read is never answered can be cancelled at once, and ends by itself", async (t) => {
  const sources = [{ path: "a.wav", content: new Unanswered(["sound"]) }];
  const controller = new AbortController();
  const cancelled = zip(sources, { signal: controller.signal });
  controller.abort("mine");
  await assert.rejects(cancelled, (reason) => reason === "mine");
  t.mock.timers.enable({ apis: ["setInterval"] });
  const ended = assert.rejects(zip(sources), { name: "ArchiveError", message: "“a.wav” can no longer be read." });
  t.mock.timers.tick(60_000);
  await ended;
});
