/**
 * `make demo`: exports without a display. Headless Chromium loads the real page, opens a project as a user would and
 * exports it; the download becomes the file.
 *
 * PROJECT names a project file, a saved project or a timeline (default: the page's sample), OUT the file to write
 * (default: target/demo/{name}.m4a). SIDECARS, a comma-separated list of webvtt, json, srt, chapters, show-notes and
 * labels, overrides the project's text files. Progress goes to standard error; standard output has one line, the
 * result's facts as JSON. Errors are sentences, with a non-zero exit code. A page that shows no change for a minute
 * counts as failed.
 */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { sidecarName } from "../package/sidecars.ts";
import { readAnyProject } from "./project.mjs";
import { startSession } from "./session.mjs";

/** The project that the page opens by default. */
const SAMPLE = "www/sample/project.json";

/**
 * Exports a project through the page.
 *
 * @param {object} options
 * @param {string} [options.project] the project's path; the page's sample by default
 * @param {string} [options.out] the path for the result
 * @param {object} [options.settings] overrides for the project's settings
 * @param {(line: string) => void} [options.onLine] receives lines of progress
 * @param {(browser: { pid: number }) => void} [options.onExport] is called just before the export itself
 * @param {() => void} [options.onExported] is called when the export has ended
 * @returns {Promise<object>} the result's facts
 */
export async function exportThroughPage({
  project,
  out,
  settings = {},
  onLine = () => {},
  onExport = () => {},
  onExported = () => {},
}) {
  const isChanged = Object.keys(settings).length > 0;
  const read = project || isChanged ? await readAnyProject(project ?? SAMPLE, settings) : undefined;
  const { site, browser, studio, folder, close } = await startSession();
  try {
    onLine("Loading the page");
    await studio.open(site.url);
    if (read) {
      const [file, ...others] = read.files;
      const changed = join(folder, basename(file));
      if (isChanged) await writeFile(changed, typeof read.content === "string" ? read.content : read.content.stream());
      const files = [isChanged ? changed : file, ...others];
      await studio.openProject(files, ({ arriving }) => arriving && onLine(arriving));
    }
    const { problems } = await studio.view();
    if (problems.length > 0) throw new ExportError(problems);

    onExport(browser);
    const { state, error, result, warnings, unreadable } = await studio.export(({ completed, message, timeLeft }) => {
      if (message) onLine(`${completed.toFixed(0).padStart(3)}%  ${message}${timeLeft && `, ${timeLeft}`}`);
    });
    onExported();
    if (state !== "done") throw new ExportError([error?.text ?? "The export was cancelled."]);
    for (const clip of unreadable) onLine(`Silent: ${clip}`);
    for (const warning of warnings) onLine(`Warning: ${warning}`);

    const download = await browser.take(result.name, 60_000);
    const file = resolve(out ?? join("target", "demo", result.name));
    mkdirSync(dirname(file), { recursive: true });
    copyFileSync(download, file);
    onLine(`Wrote ${file}`);
    const sidecars = [];
    if (result.sidecars.length > 0) await studio.openResult();
    for (const sidecar of result.sidecars) {
      await studio.pressDownload(sidecar.kind);
      const text = readFileSync(await browser.take(sidecar.name), "utf8");
      const path = join(dirname(file), sidecarName(sidecar.kind, basename(file)));
      writeFileSync(path, naming(basename(file), text));
      sidecars.push(basename(path));
      onLine(`Wrote ${path}`);
    }
    const { name, bytes, durationSeconds, sampleRate, channels, loudness, stats } = result;
    const silent = result.unreadable.map(({ clipId }) => clipId);
    return { name, bytes, durationSeconds, sampleRate, channels, loudness, silent, sidecars, ...stats };
  } finally {
    await close();
  }
}

/** Corrects the audio's name in a sidecar: the page does not know OUT. */
function naming(audioName, text) {
  if (!text.startsWith("{")) return text;
  const sidecar = JSON.parse(text);
  for (const field of ["audioFile", "fileName"]) if (field in sidecar) sidecar[field] = audioName;
  return `${JSON.stringify(sidecar, null, 2)}\n`;
}

/** The page's sentences about a failure. */
export class ExportError extends Error {
  constructor(sentences) {
    super(sentences.join(" "));
    this.faults = sentences;
  }
}

/** Returns a function that shows progress: as one changing line on a terminal, else as a line per tenth or new word. */
function progressTo(stream) {
  let last = "";
  return (line) => {
    if (stream.isTTY) {
      stream.write(`\r\x1b[K${line}${/^(Wrote|Warning|Silent)/.test(line) ? "\n" : ""}`);
    } else {
      const gist = line.replace(/\d%.*|[\d.]+/g, "");
      if (gist !== last) stream.write(`${line}\n`);
      last = gist;
    }
  };
}

if (import.meta.filename === process.argv[1]) {
  const { PROJECT: project, OUT: out, SIDECARS: sidecars } = process.env;
  const settings = sidecars ? { sidecars: sidecars.split(",") } : {};
  try {
    const facts = await exportThroughPage({ project, out, settings, onLine: progressTo(process.stderr) });
    process.stdout.write(`${JSON.stringify(facts)}\n`);
  } catch (error) {
    process.stderr.write(`${process.stderr.isTTY ? "\n" : ""}${(error.faults ?? [error.message]).join("\n")}\n`);
    process.exitCode = 1;
  }
}
