/**
 * `make demo`: the page's job with no display. Headless Chromium loads the real page, opens a project as a user would,
 * exports it, and the download becomes the file.
 *
 * PROJECT names a project file (the page's sample, if left out), OUT the file to write (target/demo/{name}.m4a).
 * Progress goes to standard error; the one line on standard output is the result's facts as JSON. Whatever goes wrong is
 * said in sentences, with a non-zero exit; nothing waits for ever: a page that shows no change for a minute has failed.
 */
import { copyFileSync, mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { readProject } from "./project.mjs";
import { startSession } from "./session.mjs";

/**
 * Exports a project through the page.
 *
 * @param {object} options
 * @param {string} [options.project] the project file's path; the page's sample, if left out
 * @param {string} [options.out] where to put the result
 * @param {(line: string) => void} [options.onLine] hears how it goes
 * @param {(browser: { pid: number }) => void} [options.onExport] hears when the export itself is about to begin
 * @param {() => void} [options.onExported] hears when it has ended
 * @returns {Promise<object>} the result's facts
 */
export async function exportThroughPage({
  project,
  out,
  onLine = () => {},
  onExport = () => {},
  onExported = () => {},
}) {
  const files = project && readProject(project).files;
  const { site, browser, studio, close } = await startSession();
  try {
    onLine("Loading the page");
    await studio.open(site.url);
    if (files) await studio.openProject(files, ({ arriving }) => arriving && onLine(arriving));
    const { problems } = await studio.view();
    if (problems.length > 0) throw new ExportError(problems);

    onExport(browser);
    const { state, error, result, warnings, unreadable } = await studio.export(({ completed, message, timeLeft }) => {
      if (message) onLine(`${completed.toFixed(0).padStart(3)} %  ${message}${timeLeft && `, ${timeLeft}`}`);
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
    const { name, bytes, durationSeconds, sampleRate, channels, loudness, stats } = result;
    const silent = result.unreadable.map(({ clipId }) => clipId);
    return { name, bytes, durationSeconds, sampleRate, channels, loudness, silent, ...stats };
  } finally {
    await close();
  }
}

/** What the page said when it could not do it. */
export class ExportError extends Error {
  constructor(sentences) {
    super(sentences.join(" "));
    this.faults = sentences;
  }
}

/** Shows progress: on a terminal as one line that changes, elsewhere as a line now and then: for each tenth and each new word. */
function progressTo(stream) {
  let last = "";
  return (line) => {
    if (stream.isTTY) {
      stream.write(`\r\x1b[K${line}${/^(Wrote|Warning|Silent)/.test(line) ? "\n" : ""}`);
    } else {
      const gist = line.replace(/\d %.*|[\d.]+/g, "");
      if (gist !== last) stream.write(`${line}\n`);
      last = gist;
    }
  };
}

if (import.meta.filename === process.argv[1]) {
  const { PROJECT: project, OUT: out } = process.env;
  try {
    const facts = await exportThroughPage({ project, out, onLine: progressTo(process.stderr) });
    process.stdout.write(`${JSON.stringify(facts)}\n`);
  } catch (error) {
    process.stderr.write(`${process.stderr.isTTY ? "\n" : ""}${(error.faults ?? [error.message]).join("\n")}\n`);
    process.exitCode = 1;
  }
}
