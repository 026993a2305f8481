/**
 * Reads an MP4 with four independent readers: readers.mjs FILE prints their results as one line of JSON.
 *
 * mutagen (Python) comes from .tools/python, where scripts/setup.sh installs it; ffprobe and MediaInfo from Debian;
 * music-metadata from npm.
 */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { parseFile } from "music-metadata";

const run = promisify(execFile);
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const python = here("../../../.tools/python/bin/python");

/**
 * Returns the tags by their names in the file, covers as `{ type, data }` in base64, and the chapters of Nero's list.
 */
export async function mutagen(file) {
  return json(python, [here("mutagen_facts.py"), file]);
}

/** Returns ffprobe's own report: `format.tags`, `streams`, `chapters`. Fails if ffprobe fails. */
export function ffprobe(file) {
  return json("ffprobe", ["-v", "error", "-show_format", "-show_streams", "-show_chapters", "-of", "json", file]);
}

/** Returns the tags by their names in the file, and the chapters of the chapter track, in samples. */
export async function musicMetadata(file) {
  const { native, format, quality } = await parseFile(file, { includeChapters: true, duration: true });
  const tags = {};
  for (const { id, value } of native.iTunes ?? []) {
    const { format: type, data } = value;
    const plain = data ? { type, data: Buffer.from(data).toString("base64") } : value;
    tags[id] = [...(tags[id] ?? []), plain];
  }
  const chapters = (format.chapters ?? []).map(({ title, start, timeScale }) => ({ title, start, timeScale }));
  return { tags, chapters, languages: format.trackInfo.map(({ language }) => language), warnings: quality.warnings };
}

/** Returns the general track's fields, including the unnamed ones, and the chapters of each menu in its order. */
export async function mediaInfo(file) {
  const { media } = await json("mediainfo", ["--Output=JSON", file]);
  const [{ extra, ...general }] = media.track;
  const menus = media.track.filter((track) => track["@type"] === "Menu").map((menu) => menuChapters(menu.extra ?? {}));
  return { tags: { ...general, ...extra }, menus: menus.filter((chapters) => chapters.length > 0) };
}

/** Parses a menu's chapters: `"_00_01_02_345": "Title"` starts at that millisecond. */
function menuChapters(extra) {
  return Object.entries(extra).flatMap(([key, title]) => {
    const time = /^_(\d+)_(\d\d)_(\d\d)_(\d\d\d)$/.exec(key)?.slice(1).map(Number);
    return time ? [{ title, milliseconds: ((time[0] * 60 + time[1]) * 60 + time[2]) * 1000 + time[3] }] : [];
  });
}

async function json(command, args) {
  const { stdout } = await run(command, args, { maxBuffer: 1 << 28 });
  return JSON.parse(stdout);
}

/** Returns the results of all four. */
export async function readAll(file) {
  const readers = [mutagen(file), ffprobe(file), musicMetadata(file), mediaInfo(file)];
  const [ofMutagen, ofFfprobe, ofMusicMetadata, ofMediaInfo] = await Promise.all(readers);
  return { mutagen: ofMutagen, ffprobe: ofFfprobe, musicMetadata: ofMusicMetadata, mediaInfo: ofMediaInfo };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(JSON.stringify(await readAll(process.argv[2])));
