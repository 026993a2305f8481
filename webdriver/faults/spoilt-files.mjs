/**
 * Makes spoilt project files, archives and timelines: a valid file of one of many shapes, spoilt in its bytes, in its
 * structure, in its zip's headers, or by payloads in its texts. The same seed gives the same file.
 *
 * @typedef {{ name: string, bytes: Buffer }} Named
 *
 * @typedef {object} Spoilt
 * @property {number} seed
 * @property {string} kind one of `KINDS`
 * @property {string[]} done what was done to it, in words
 * @property {Named[]} files the file itself, and those that are chosen with it
 * @property {string} json the text of the project or the timeline, before its bytes or its archive are spoilt
 * @property {boolean} isItself whether an archive that opens must hold what it held before
 */
import { readdirSync, readFileSync } from "node:fs";
import { timelineToOtio } from "../../dist/secuencia/otio.js";
import { Random, randomFile } from "../../package/otio/random-timelines.ts";
import { zipOf } from "../zip.mjs";
import { randomOf } from "./random.mjs";

export const KINDS = [
  ...["project file", "archive", "timeline (.otio)"].flatMap((format) =>
    ["bytes", "structure", "payloads"].map((level) => `${format}: ${level}`),
  ),
  "archive: zip headers and names",
];

const MEDIA = "tests/data/media";
const SOUNDS = ["pcm-s16-11025-mono.wav", "lame-vbr-48000-mono.mp3", "opus-48000-mono.opus", "aac-24000-mono.m4a"].map(
  (name) => ({ name, bytes: readFileSync(`${MEDIA}/${name}`) }),
);
const PICTURE = { name: "cover.png", bytes: png() };
/** The contents that unspoilt files have, in Base64. The first is a sound. */
export const KNOWN = [...SOUNDS, PICTURE].map(({ bytes }) => bytes.toString("base64"));
const REAL_TIMELINES = readdirSync("tests/data/otio")
  .filter((name) => name.endsWith(".otio"))
  .map((name) => readFileSync(`tests/data/otio/${name}`, "utf8"));

/** @returns {Spoilt} the file of a seed */
export function spoiltFile(seed) {
  const random = randomOf(seed);
  const kind = KINDS[seed % KINDS.length];
  const [format, level] = kind.split(": ");
  const done = [];
  const spoil = { bytes: undefined, structure: spoilStructure, payloads: fillWithPayloads }[level];
  const content = format.startsWith("timeline") ? timelineOf(random) : projectOf(random);
  const spoilt = spoil ? spoil(random, content, done) : content;
  const texts = { json: spoilt.json, beside: spoilt.beside };
  let [extension, main] = ["json", Buffer.from(texts.json)];
  let isItself = false;
  if (format.startsWith("timeline")) extension = "otio";
  if (format === "archive") {
    const how = level === "zip headers and names" ? spoilArchive(random, texts, done) : archiveOf(random, texts);
    extension = random.of(["secuencia", "zip"]);
    main = how.bytes;
    isItself = level === "bytes" || how.isItself;
  }
  if (level === "bytes") main = spoilBytes(random, main, done);
  const name = level === "payloads" && random.below(3) === 0 ? fileNameOf(random.of(PAYLOADS)) : "spoilt";
  const beside = format === "archive" ? [] : texts.beside;
  return {
    seed,
    kind,
    done,
    json: texts.json,
    files: [{ name: `${name}.${extension}`, bytes: main }, ...beside],
    isItself,
  };
}

/** @typedef {{ json: string, beside: Named[] }} Content a text, and the files that it names */

/** A project that opens, with everything that a project file can have. @returns {Content} */
function projectOf(random) {
  const sounds = SOUNDS.slice(0, random.upTo(SOUNDS.length));
  const folder = random.of(["", "audio/", "./a/b/"]);
  const has = () => random.below(2) === 0;
  const clips = Array.from({ length: random.of([1, 2, 3, 5, 12]) }, (_, index) => ({
    file: folder + random.of(sounds).name,
    ...(has() && { id: `clip-${index}`, name: `Clip ${index}` }),
    ...(has() && { text: `Line ${index}, spoken.`, voice: random.of(["ODETTE", "PIP", "Łucja"]) }),
    ...(has() && { scene: `Scene ${index >> 2}` }),
    ...(index > 0 && random.below(4) === 0 && { offset: index / 4, lane: random.below(5) - 2 }),
    ...(random.below(4) === 0 && { duration: 0.125, sourceStart: 0.05, fadeIn: 0.01, fadeOut: 0.02 }),
    ...(random.below(4) === 0 && {
      volumeDb: -6.5,
      pan: -0.5,
      isMuted: false,
      metadata: { host: { level: [1, null] } },
    }),
  }));
  const isPictured = has();
  const project = {
    name: "A spoilt play",
    ...(has() && { gapSeconds: 0.1, edgeFadeSeconds: 0.005, audioLayout: "auto", audioRate: 48000, bitRate: 96000 }),
    ...(has() && { loudness: random.of(["podcast", { rmsDb: -20 }]), ceilingDb: -1, trimSilence: has() }),
    ...(has() && { extension: "m4b", sidecars: ["webvtt", "json"], onUnreadableClip: "silence" }),
    ...(has() && { script: [{ text: "An open line.", voice: "PIP", scene: "One" }] }),
    ...(has() && { metadata: { host: "another", deep: { list: [1, "two", { three: 3 }] } } }),
    ...(has() && {
      chapterSource: "markers",
      chapters: [
        { title: "One", offset: 0, ...(isPictured && { image: PICTURE.name }) },
        { title: "Two", offset: 0.2, metadata: { mark: 1 } },
      ],
    }),
    ...(has() && {
      tags: {
        ...{ title: "Spoilt", artist: "Odette", album: "Letters", genre: "Drama", year: "2026", comment: "None." },
        ...{ description: "A play.", language: "en", narrator: "Pip", track: { number: 1, total: 3 } },
        ...(isPictured && { covers: [PICTURE.name] }),
      },
    }),
    clips,
  };
  return { json: JSON.stringify(project, null, random.of([0, 2])), beside: [...sounds, PICTURE] };
}

/** A timeline that can be read: of this package, of another program's making, or real. @returns {Content} */
function timelineOf(random) {
  const way = random.below(4);
  if (way === 0) return { json: random.of(REAL_TIMELINES), beside: SOUNDS };
  if (way === 1) {
    const file = randomFile(new Random(random.below(1e9)), { isTrimmed: random.below(2) === 0 });
    return { json: JSON.stringify(file), beside: [0, 1, 2, 3].map((one) => ({ ...SOUNDS[0], name: `${one} a.wav` })) };
  }
  const { json } = projectOf(random);
  const { clips, chapters, tags, name } = JSON.parse(json);
  let offset = 0;
  const placed = clips.map(({ file, id, ...clip }, index) => {
    offset += 0.25;
    const usual = { id: id ?? `${index}`, name: "", lane: 0, volumeDb: 0, isMuted: false, fadeIn: 0, fadeOut: 0 };
    const times = { offset: offset - 0.25, duration: 0.25, sourceStart: 0 };
    return { ...usual, ...clip, fadeIn: 0, fadeOut: 0, ...times, assetId: file.slice(file.lastIndexOf("/") + 1) };
  });
  const given = { ...(chapters && { chapters: chapters.map(({ image: _none, ...one }) => one) }) };
  const written = {
    id: "play",
    name,
    audioLayout: "mono",
    audioRate: 44100,
    ...given,
    ...(tags && { tags }),
    clips: placed,
  };
  delete written.tags?.covers;
  const assets = SOUNDS.map(({ name: id }) => ({ id, name: id, durationSeconds: 0.25, sampleRate: 44100 }));
  return { json: timelineToOtio(written, assets), beside: SOUNDS };
}

/** An archive of a project. */
function archiveOf(random, { json, beside }) {
  const folder = random.of(["", "play/"]);
  const paths = pathsIn(json, beside);
  const isStored = random.below(2) === 0;
  const files = [{ path: "project.json", content: json, isStored }];
  for (const [path, { bytes }] of paths) files.push({ path, content: bytes, isStored });
  return { ...zipOf(files.map((file) => ({ ...file, path: folder + file.path }))), isItself: false };
}

/** The files of a project by the paths under which it names them. */
function pathsIn(json, beside) {
  const root = JSON.parse(json);
  const paths = new Map();
  for (const text of placesIn(root).map((place) => valueAt(root, place))) {
    if (typeof text !== "string") continue;
    const file = beside.find(({ name }) => name === text.slice(text.lastIndexOf("/") + 1));
    if (file) paths.set(text.replace(/^(\.\/)+/, ""), file);
  }
  return paths;
}

// Bytes.

/** Changes a file in one to three places. */
function spoilBytes(random, whole, done) {
  let bytes = Buffer.from(whole);
  for (let left = random.of([1, 1, 2]); left > 0; left -= 1) {
    const start = random.below(bytes.length);
    const stop = Math.min(bytes.length, start + random.upTo(random.of([1, 2, 8, 400])));
    const rest = () => bytes.subarray(stop);
    const [name, change] = random.of([
      ["flip a bit", () => (bytes[start] ^= 1 << random.below(8))],
      ["another character", () => (bytes[start] = random.of([...'{}[]",:\\0e-.\n\0\xff\x80']).charCodeAt(0))],
      ["fill", () => bytes.fill(random.of([0, 0x20, 0x7f, 0xff]), start, stop)],
      [
        "noise",
        () =>
          bytes.set(
            bytes.subarray(start, stop).map(() => random.below(256)),
            start,
          ),
      ],
      ["cut off", () => (bytes = bytes.subarray(0, start))],
      ["leave out", () => (bytes = Buffer.concat([bytes.subarray(0, start), rest()]))],
      ["repeat", () => (bytes = Buffer.concat([bytes.subarray(0, stop), bytes.subarray(start)]))],
      [
        "a mark in front",
        () => (bytes = Buffer.concat([Buffer.from(random.of(["\ufeff", "\0", " \n", "//"])), bytes])),
      ],
      ["in UTF-16", () => (bytes = Buffer.from(bytes.toString("latin1"), "utf16le"))],
      ["bytes behind", () => (bytes = Buffer.concat([bytes, bytes.subarray(start, stop)]))],
    ]);
    if (bytes.length === 0) break;
    change();
    done.push(`${name} at ${start}`);
  }
  return bytes;
}

/** What a text says. Timelines may have numbers that JSON has not. */
function contentOf(json) {
  return JSON.parse(json.replaceAll(/(?<=[:\s[,])(?:NaN|-?Inf(?:inity)?)\b/g, "0"));
}

// Structure.

/** Texts of numbers, which JSON allows and programs get wrong. */
const NUMBERS = [
  ..."0 -0 -1 0.5 1e-7 5e-324 1e21 1e308 1e999 -1e999 2147483648 4294967296 9007199254740993 1e5 3600".split(" "),
  "0.1000000000000000055511151231257827",
];
const ODD_TEXTS = [
  "",
  " ",
  "__proto__",
  "constructor",
  "toString",
  "null",
  "NaN",
  "../../etc/passwd",
  "\0",
  "\ud800",
  "a".repeat(1001),
  "a".repeat(100_001),
  "é".normalize("NFD"),
  "CON",
  "https://example.invalid/x",
  "file:///etc/passwd",
];
/** Marks a text that is written without its quotes. */
const RAW = "\u0001";

/** Changes one to three values or keys of a JSON text. @returns {Content} */
function spoilStructure(random, { json, beside }, done) {
  let root = contentOf(json);
  for (let left = random.of([1, 1, 2, 3]); left > 0; left -= 1) {
    const places = placesIn(root);
    const path = random.of(places);
    if (path.length === 0) continue;
    const key = path.at(-1);
    const [name, change] = random.of([
      ["a number", () => replaced(root, path, () => RAW + random.of(NUMBERS))],
      ["a number", () => replaced(root, path, () => RAW + random.of(NUMBERS))],
      ["a text", () => replaced(root, path, () => random.of(ODD_TEXTS))],
      [
        "another kind",
        () => replaced(root, path, () => random.of([null, true, [], {}, [[]], [null], 7, { toString: 1 }])),
      ],
      ["nothing", () => replaced(root, path, () => undefined)],
      ["another name", () => renamed(root, path, random.of([...ODD_TEXTS, "Name", "file", "clips"]))],
      ["nesting", () => replaced(root, path, () => nestedDeep(random.of([150, 199, 260, 5000])))],
      ["repeated", () => replaced(root, path, (value) => manyOf(value, random.of([2, 3, 200])))],
      ["another place’s", () => replaced(root, path, () => valueAt(root, random.of(places)))],
    ]);
    root = change();
    done.push(`${name} at ${path.join(".").slice(0, 60)}`);
    if (root === undefined) root = null;
    if (typeof key === "string" && random.below(8) === 0) done.push("a key twice");
  }
  let text = withRaw(JSON.stringify(root));
  if (done.includes("a key twice")) text = text.replace(/"(\w+)":("[^"]*"|[\d.]+)/, `$&,"$1":${random.of(NUMBERS)}`);
  return { json: text, beside };
}

const withRaw = (json) => json.replaceAll(/"\\u0001([^"]*)"/g, "$1");
const nestedDeep = (levels) => `${RAW}${"[".repeat(levels)}1${"]".repeat(levels)}`;
const manyOf = (value, times) => (Array.isArray(value) ? Array.from({ length: times }, () => value).flat() : value);

/** The paths of all values, from the root. */
function placesIn(value, path = [], found = []) {
  found.push(path);
  if (typeof value !== "object" || value === null || path.length > 40) return found;
  for (const [key, one] of Object.entries(value))
    placesIn(one, [...path, Array.isArray(value) ? Number(key) : key], found);
  return found;
}

function valueAt(root, path) {
  return path.reduce((value, key) => value?.[key], root);
}

/** The root with another value at a path; `undefined` leaves it out. */
function replaced(root, [key, ...rest], make) {
  if (key === undefined) return make(root);
  const each = Object.entries(root).map(([name, value]) => [
    name,
    name === String(key) ? replaced(value, rest, make) : value,
  ]);
  const left = each.filter(([, value]) => value !== undefined);
  return Array.isArray(root) ? left.map(([, value]) => value) : Object.fromEntries(left);
}

function renamed(root, path, name) {
  return replaced(root, path.slice(0, -1), (owner) =>
    Array.isArray(owner)
      ? owner
      : Object.fromEntries(Object.entries(owner).map(([key, value]) => [key === path.at(-1) ? name : key, value])),
  );
}

// Payloads.

/** Markup, scripts and marks. Each calls `trap`, if anything runs it. */
export const PAYLOADS = [
  ...[
    "<script>trap()</script>",
    "</script><script>trap()</script>",
    "<img src=x onerror=trap()>",
    "</style><script>trap()</script>",
  ],
  ...[
    "<svg onload=trap()>",
    "<svg><script>trap()</script></svg>",
    "<svg><animate onbegin=trap() attributeName=x dur=1s>",
  ],
  ...[
    '"><img src=x onerror=trap()>',
    "'><svg/onload=trap()>",
    '" autofocus onfocus="trap()" x="',
    "' onmouseover='trap()' x='",
  ],
  ...[
    "javascript:trap()",
    "JaVaScRiPt\t:trap()",
    "data:text/html,<script>parent.trap()</script>",
    "<a href=javascript:trap()>x</a>",
  ],
  ...[
    "<iframe srcdoc='<script>parent.trap()</script>'>",
    "<iframe src=javascript:parent.trap()>",
    "<object data=javascript:trap()>",
  ],
  ...[
    "<details open ontoggle=trap()>",
    "<video><source onerror=trap()></video>",
    "<body onload=trap()>",
    "<input autofocus onfocus=trap()>",
  ],
  ...[
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror=trap()&gt;'>",
    "<!--<script>",
    "]]>",
    "<![CDATA[",
  ],
  ...[
    "<noscript><p title='</noscript><img src=x onerror=trap()>'>",
    "</title><script>trap()</script>",
    "</textarea><script>trap()</script>",
  ],
  ...[
    "<template><script>trap()</script></template>",
    "<base href=javascript:trap()//>",
    "<meta http-equiv=refresh content='0;url=javascript:trap()'>",
  ],
  ...[
    "{{constructor.constructor('trap()')()}}",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a payload
    "${trap()}",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a payload
    "`${trap()}`",
    "#{trap()}",
    "<%= trap() %>",
    "');trap();//",
    '";trap();//',
    "\\');trap();//",
  ],
  ...[
    "&lt;img src=x onerror=trap()&gt;",
    "&#60;img src=x onerror=trap()&#62;",
    "&amp;",
    "&",
    "\\u003cimg src=x onerror=trap()\\u003e",
    "%3Cscript%3Etrap()%3C/script%3E",
  ],
  ...[
    "</style><style>*{background:url(https://example.invalid/)}",
    "x;background:url(javascript:trap())",
    "expression(trap())",
    "@import 'https://example.invalid/'",
  ],
  ...[
    "a\n\n00:00.000 --> 00:10.000\n<c.x onclick=trap()>b",
    "-->",
    "--&gt;",
    "NOTE trap()",
    "STYLE\n::cue { background: url(https://example.invalid/) }",
    "<v <script>trap()</script>>x",
  ],
  ...[
    "<v Odette>x</v>",
    "<00:00:00.100>",
    "<c.red>x",
    "</v>",
    "WEBVTT\n\n",
    "\r\n\r\n1\n00:00:00.000 --> 00:00:01.000\nfalse",
  ],
  ...[
    "\u202egpj.exe",
    "\u2066a\u2069",
    "\u200f\u05d0\u200e",
    "\u2028trap()\u2029",
    "\ud800",
    "\udc00a",
    "\u0000",
    "\u0007\u001b[2J",
    "\ufeff",
    "e\u0301".repeat(40),
    "👩‍👩‍👧",
    "\u0130\u0131ſK",
  ],
  ...[
    "<xmp><script>trap()</script>",
    "<plaintext>",
    "<svg><use href='data:image/svg+xml,<svg id=x xmlns=http://www.w3.org/2000/svg><script>trap()</script></svg>#x'>",
    "<link rel=stylesheet href=https://example.invalid/>",
  ],
  ...[
    "<form action=javascript:trap()><button autofocus>x",
    "<button popovertarget=x onbeforetoggle=trap()>",
    "<x contenteditable onblur=trap() onfocusin=trap() autofocus tabindex=1>",
  ],
];

/** The fields whose texts are anybody's, in each format. Others decide what a file is. */
const FREE =
  /^(?:name|text|voice|scene|title|artist|album|genre|year|comment|description|narrator|language|composer|copyright|host|odd|token|of|effect_name|generator_kind|transition_type|color)$/;

/** Puts payloads into the texts of a JSON text, and into the names of its files. @returns {Content} */
function fillWithPayloads(random, { json, beside }, done) {
  const share = random.of([1, 2, 4]);
  const filled = (text) => {
    const payload = random.of(PAYLOADS);
    done.push(payload);
    return random.of([payload, text + payload, payload + text, `${payload}${random.of(PAYLOADS)}`]);
  };
  const names = new Map();
  for (const { name } of beside) {
    const end = name.slice(name.lastIndexOf("."));
    if (random.below(2) === 0) names.set(name, fileNameOf(`${random.of(PAYLOADS)}${names.size}`) + end);
  }
  const visit = (value, key = "") => {
    if (typeof value === "string") {
      const base = value.slice(value.lastIndexOf("/") + 1);
      if (names.has(base) && /^(?:file|image|covers)$/.test(key)) return value.slice(0, -base.length) + names.get(base);
      return FREE.test(key) && random.below(share) === 0 ? filled(value) : value;
    }
    if (Array.isArray(value)) return value.map((one) => visit(one, key));
    if (typeof value !== "object" || value === null) return value;
    const each = Object.entries(value).map(([name, one]) => [name, visit(one, name)]);
    if (key === "metadata") each.push([filled("key"), filled("value")]);
    return Object.fromEntries(each);
  };
  const text = JSON.stringify(visit(contentOf(json)));
  const isTimeline = text.includes("OTIO_SCHEMA");
  const spoilPicture = random.below(2) === 0;
  return {
    json: text,
    beside: beside.map(({ name, bytes }) => ({
      name: isTimeline ? name : (names.get(name) ?? name),
      bytes: name === PICTURE.name && spoilPicture ? random.of(PICTURES) : bytes,
    })),
  };
}

/** Contents under a picture's name. */
const PICTURES = [
  Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="trap()"><script>trap()</script></svg>'),
  Buffer.from("<!doctype html><script>parent.trap()</script>"),
  Buffer.concat([PICTURE.bytes, Buffer.from("<script>trap()</script>")]),
  Buffer.from("GIF89a/*\0\0\0*/=1;trap()"),
];

/** A name that can be given to a file. */
function fileNameOf(payload) {
  return payload
    .toWellFormed()
    .replaceAll(/[/\\:\p{Cc}]/gu, "_")
    .slice(0, 120);
}

// Zips.

/** Spoils the headers, the names or the list of files of an archive. */
function spoilArchive(random, { json, beside }, done) {
  const files = [
    { path: "project.json", content: json },
    ...[...pathsIn(json, beside)].map(([path, { bytes }]) => ({
      path,
      content: bytes,
      isStored: random.below(2) === 0,
    })),
  ];
  const at = random.below(files.length);
  const file = files[at];
  const other = (path) => () => (files[at] = { ...file, path });
  const listing = [
    ["leads out of its folder", other(`../${file.path}`)],
    ["leads to the root", other(`/${file.path}`)],
    ["leads to a drive", other(`C:\\${file.path}`)],
    ["has a control character", other(`a\0${file.path}`)],
    ["has no UTF-8", other(Buffer.from([0xff, 0xfe, ...Buffer.from(file.path)]))],
    ["is long", other(`${"a".repeat(2000)}${file.path}`)],
    ["is deep", other(`${"a/".repeat(random.of([20, 40]))}${file.path}`)],
    ["is a folder’s", other(`${file.path}/`)],
    ["is empty", other("")],
    ["is in other letters", other(file.path.toUpperCase())],
    ["is a script", other(`${random.of(PAYLOADS)}.json`)],
    ["comes twice", () => files.push(file)],
    ["comes twice, composed and not", () => files.push({ ...file, path: "é.wav" }, { ...file, path: "e\u0301.wav" })],
    ["is missing", () => files.splice(at, 1)],
    [
      "is a second project",
      () => files.push({ path: random.of(["other.json", "a/project.json", "project.JSON"]), content: json }),
    ],
    ["is an archive", () => files.push({ path: "inner.zip", content: zipOf(files).bytes })],
    ["is much", () => files.push({ path: "zeros.wav", content: Buffer.alloc(random.of([1, 90]) << 20) })],
    [
      "is a Mac’s",
      () => files.push({ path: "__MACOSX/._project.json", content: "{}" }, { path: ".DS_Store", content: "" }),
    ],
    ["is another", () => (files[at] = { ...file, content: random.of(SOUNDS).bytes })],
  ];
  if (random.below(2) === 0) {
    const [name, change] = random.of(listing);
    change();
    done.push(`a file ${name}: ${file.path}`);
    return { ...zipOf(files), isItself: false };
  }
  const { bytes, fields } = zipOf(files);
  for (let left = random.upTo(2); left > 0; left -= 1) {
    const { name, at: start, size } = random.of(fields);
    const most = 2 ** (8 * size) - 1;
    const now = bytes.readUIntLE(start, size);
    const value = random.of([0, 1, most, most - 1, now + 1, now - 1, now * 2, random.below(most)]);
    bytes.writeUIntLE(Math.max(0, Math.min(most, value)), start, size);
    done.push(`${name} is ${value} in place of ${now}`);
  }
  return { bytes, isItself: true };
}

/** A picture of one pixel. */
function png() {
  return Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "base64",
  );
}
