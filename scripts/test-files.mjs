/**
 * Runs files of end-to-end tests, some at once: node scripts/test-files.mjs AT_ONCE FILE …
 *
 * The output of each file is printed when it has ended. Browsers share what may be two cores, so a file that fails is
 * run once more, alone. The last lines name the files that passed only then: there is a wait in them, or in the
 * product, that a busy machine breaks. A file that fails alone fails the run.
 */
import { spawn } from "node:child_process";

/** Runs a file, prints its output, and resolves with whether it passed. */
function passes(file) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["--import", "tsx", "--test", file], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const output = [];
    child.stdout.on("data", (part) => output.push(part));
    child.on("close", (code) => {
      console.log(`\n-- ${file}`);
      process.stdout.write(Buffer.concat(output));
      resolve(code === 0);
    });
  });
}

/** Runs files, so many at once. Returns those that failed. */
async function failuresOf(files, atOnce) {
  const [waiting, failed] = [[...files], []];
  const work = async () => {
    for (let file = waiting.shift(); file; file = waiting.shift()) if (!(await passes(file))) failed.push(file);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return failed;
}

const [atOnce, ...files] = process.argv.slice(2);
const first = await failuresOf(files, Number(atOnce));
const failed = await failuresOf(first, 1);
console.log(`\n${files.length} files, ${failed.length} failed`);
for (const file of first) console.log(failed.includes(file) ? `FAILED ${file}` : `passed only alone: ${file}`);
process.exitCode = failed.length > 0 ? 1 : 0;
