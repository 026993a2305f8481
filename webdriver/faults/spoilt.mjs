/**
 * Opens spoilt project files, archives and timelines with the built package and in the studio, and holds them to their
 * promises (docs/reliability.md):
 *
 *     node --import tsx webdriver/faults/spoilt.mjs [--first 0] [--files 1000] [--write]
 *
 * Each file is refused in a sentence, and the open project stays; or it opens, is saved again, exported if it is short,
 * and its follow-along page is opened. Nothing in it may run, in any page. A file is made from its number alone, so one
 * that fails can be tried alone. `--write` updates the table in the document.
 */
import { parseArgs } from "node:util";
import { startSession } from "../session.mjs";
import { beforeLoad } from "../studio.mjs";
import { RAW } from "./campaign.mjs";
import { writeBetween } from "./document.mjs";
import { serveWithFaults } from "./site.mjs";
import { KINDS, KNOWN, spoiltFile } from "./spoilt-files.mjs";
import { install, isArmed, openAll, TRAP, tryAll } from "./spoilt-page.mjs";

/** The longest that a file may take, in milliseconds. */
const MOST_MS = 10_000;
/** The number of files per call, which stays below the driver's script timeout. */
const BATCH = 20;

/**
 * @param {{ first?: number, files?: number, onFile?: (line: string) => void }} [options]
 * @returns {Promise<{ seed: number, kind: string, end: string, inStudio: string, milliseconds: number, wrong:
 *   string[] }[]>} each file: how it ended, and all that was wrong about it
 */
export async function openSpoilt({ first = 0, files = 1000, onFile = () => {} } = {}) {
  const session = await startSession();
  // Without a policy of its own, so that only the follow-along page's own one holds there.
  const site = await serveWithFaults();
  const found = [];
  try {
    await beforeLoad(session.driver, TRAP);
    for (const [visit, run] of [
      [() => visitPackage(session.driver, site.url), tryAll],
      [() => session.studio.open(session.site.url), openAll],
    ]) {
      await visit();
      if (!(await session.driver.executeAsyncScript(isArmed))) throw new Error("No script is noticed.");
      for (let at = 0; at < files; ) {
        const batch = Array.from({ length: Math.min(BATCH, files - at) }, (_, index) => spoiltFile(first + at + index));
        const rows = await session.driver.executeAsyncScript(run, batch.map(asSent), MOST_MS);
        for (const [index, row] of rows.entries()) {
          const { seed, kind, done } = batch[index];
          const wrong = wrongOf(row);
          const isFirst = run === tryAll;
          const entry = isFirst
            ? { seed, kind, end: row.end, inStudio: "", milliseconds: 0, wrong: [] }
            : found[at + index];
          if (isFirst) found.push(entry);
          else entry.inStudio = row.end;
          entry.wrong.push(...wrong);
          entry.milliseconds = Math.max(entry.milliseconds, row.milliseconds);
          const words =
            wrong.length > 0 ? `WRONG: ${wrong.join("; ")} (${done.join("; ")})` : row.says.join(" ").slice(0, 200);
          onFile(`${seed}\t${kind}\t${isFirst ? "package" : "studio"}: ${row.end}\t${row.milliseconds} ms\t${words}`);
        }
        at += rows.length;
        if (rows.at(-1).end === "hangs") await visit();
      }
      if (run === tryAll && !(await session.driver.executeAsyncScript("window.spoilt.isWhole().then(arguments[0])"))) {
        throw new Error("The project that was open all the time is exported with other bytes.");
      }
    }
  } finally {
    await session.close();
    await site.close();
  }
  return found;
}

async function visitPackage(driver, url) {
  await driver.get(`${url}/blank`);
  await driver.executeAsyncScript(install, KNOWN);
}

function asSent({ files, json, isItself }) {
  return { json, isItself, files: files.map(({ name, bytes }) => ({ name, base64: bytes.toString("base64") })) };
}

function wrongOf({ end, says, wrong, ran }) {
  // A sentence may quote the file's own words.
  const raw = says.filter((sentence) => RAW.test(sentence.replaceAll(/“[^”]*”|"(?:[^"\\]|\\.)*"/g, "")));
  return [
    ...wrong,
    ...ran.map((what) => `it ran: ${what}`),
    ...raw.map((sentence) => `its sentence is raw: ${sentence}`),
    ...(end === "hangs" ? ["it takes more than ten seconds"] : []),
    ...(end === "refused" && says.every((sentence) => !sentence.trim()) ? ["it is refused without a word"] : []),
  ];
}

/** Summarizes by kind, as a table in Markdown. */
export function tableOf(found) {
  const rows = [
    "| spoilt | files | refused | opened, not exported | exported | opened in the studio | slowest | wrong |",
    "|---|---:|---:|---:|---:|---:|---:|---:|",
  ];
  for (const kind of [...KINDS, "all"]) {
    const ours = found.filter((row) => kind === "all" || row.kind === kind);
    const count = (isCounted) => ours.filter(isCounted).length;
    const ends = ["refused", "opened", "exported"].map((end) => count((row) => row.end === end));
    const slowest = (Math.max(0, ...ours.map(({ milliseconds }) => milliseconds)) / 1000).toFixed(1);
    const inStudio = count((row) => row.inStudio === "opened");
    const wrong = count((row) => row.wrong.length > 0);
    rows.push(`| ${[kind, ours.length, ...ends, inStudio, `${slowest} s`, wrong].join(" | ")} |`);
  }
  return rows.join("\n");
}

if (import.meta.filename === process.argv[1]) {
  const { values } = parseArgs({
    options: {
      first: { type: "string", default: "0" },
      files: { type: "string", default: "1000" },
      write: { type: "boolean", default: false },
    },
  });
  const options = { first: Number(values.first), files: Number(values.files) };
  const found = await openSpoilt({ ...options, onFile: (line) => console.log(line) });
  const table = tableOf(found);
  console.log(`\n${table}`);
  if (values.write) writeBetween("spoilt files", table);
  process.exitCode = found.some(({ wrong }) => wrong.length > 0) ? 1 : 0;
}
