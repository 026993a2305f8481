#!/usr/bin/env node
/**
 * The command `secuencia`: exports a project without a browser. Progress goes to standard error. With `--json`,
 * standard output gets the result's facts as one line. Errors are sentences; the exit code is 1 for a failure, 2 for a
 * command that cannot be understood.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { LOUDNESS_PRESETS, QUALITIES, SIDECAR_KINDS } from "../choices.js";
import { type ExportFileOptions, exportFile, ProjectFileError } from "../node.js";
import type { Settings } from "../project/file.js";

const HELP = `Exports a project to one M4A: secuencia PROJECT [OPTION …]

PROJECT is a project file (play.json) or a saved project (play.secuencia).

  -o, --output FILE       the file to write; the project's name and .m4a in this folder if left out
      --sidecars LIST     text files beside it: ${SIDECAR_KINDS.join(",")}
      --bit-rate BITS     bits a second, 32000 to 320000
      --quality QUALITY   ${QUALITIES.join(" or ")}
      --loudness PRESET   ${LOUDNESS_PRESETS.join(", ")}
      --silence           silence in place of clips that cannot be used, instead of an error
      --workers COUNT     the most threads; the file is the same for any number
      --json              print the result's facts as one line of JSON
  -q, --quiet             no progress
  -h, --help              this text
      --version           the version

Options replace the project's own settings.
`;

const OPTIONS = {
  output: { type: "string", short: "o" },
  sidecars: { type: "string" },
  "bit-rate": { type: "string" },
  quality: { type: "string" },
  loudness: { type: "string" },
  silence: { type: "boolean" },
  workers: { type: "string" },
  json: { type: "boolean" },
  quiet: { type: "boolean", short: "q" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean" },
} as const;

process.exitCode = await main();

async function main(): Promise<number> {
  let command: ReturnType<typeof parse>;
  try {
    command = parse();
  } catch (error) {
    return fail([`${(error as Error).message}`, "secuencia --help lists the options."], 2);
  }
  const { values, positionals } = command;
  if (values.help) return print(HELP);
  if (values.version) return print(`${version()}\n`);
  const [project, ...more] = positionals;
  if (project === undefined || more.length > 0) return fail(["Name one project. secuencia --help says how."], 2);

  const stop = new AbortController();
  const interrupted = () => stop.abort();
  process.once("SIGINT", interrupted).once("SIGTERM", interrupted);
  const show = values.quiet ? () => {} : progressOn(process.stderr);
  try {
    const result = await exportFile(project, {
      ...optionsFrom(values),
      signal: stop.signal,
      onProgress: ({ completed, message, secondsLeft }) => show(completed, message, secondsLeft),
    });
    show();
    for (const { message } of [...result.unreadable, ...result.warnings]) process.stderr.write(`Warning: ${message}\n`);
    if (!values.quiet) for (const path of [result.path, ...result.sidecars]) process.stderr.write(`Wrote ${path}\n`);
    if (values.json) print(`${JSON.stringify(result)}\n`);
    return 0;
  } catch (error) {
    show();
    if (stop.signal.aborted) return fail(["The export was cancelled. Nothing was written."], 130);
    return fail(error instanceof ProjectFileError ? error.faults : [(error as Error).message], 1);
  } finally {
    process.off("SIGINT", interrupted).off("SIGTERM", interrupted);
  }
}

function parse() {
  return parseArgs({ options: OPTIONS, allowPositionals: true });
}

/** Turns the command's texts into options. `exportFile` checks their values. */
function optionsFrom(values: ReturnType<typeof parse>["values"]): ExportFileOptions {
  const { output, sidecars, loudness, quality, workers, silence } = values;
  return {
    ...(output !== undefined && { output }),
    ...(sidecars !== undefined && {
      sidecars: sidecars.split(",").filter(Boolean) as NonNullable<Settings["sidecars"]>,
    }),
    ...(values["bit-rate"] !== undefined && { bitRate: Number(values["bit-rate"]) }),
    ...(loudness !== undefined && { loudness: loudness as NonNullable<Settings["loudness"]> }),
    ...(quality !== undefined && { quality: quality as NonNullable<ExportFileOptions["quality"]> }),
    ...(workers !== undefined && { workers: Number(workers) }),
    ...(silence && { onUnreadableClip: "silence" as const }),
  };
}

function version(): string {
  return JSON.parse(readFileSync(new URL("./package.json", import.meta.url), "utf8")).version;
}

/** Shows progress as one changing line on a terminal, and otherwise as a line for each step. */
function progressOn(stream: NodeJS.WriteStream): (completed?: number, message?: string, secondsLeft?: number) => void {
  let last = "";
  return (completed, message, secondsLeft) => {
    if (completed === undefined) {
      if (stream.isTTY && last) stream.write("\r\x1b[K");
    } else if (stream.isTTY) {
      const left = secondsLeft === undefined ? "" : `, ${Math.ceil(secondsLeft)} s left`;
      last = `${completed.toFixed(0).padStart(3)} %  ${message}${left}`;
      stream.write(`\r\x1b[K${last}`);
    } else if (message !== undefined && message.replace(/\d+/g, "") !== last) {
      last = message.replace(/\d+/g, "");
      stream.write(`${message}\n`);
    }
  };
}

function print(text: string): 0 {
  process.stdout.write(text);
  return 0;
}

function fail(sentences: string[], code: number): number {
  process.stderr.write(`${sentences.join("\n")}\n`);
  return code;
}
