/**
 * Fails if an item of the package's public API has no doc comment: anything that an entry point exports, or any member
 * of it. It also fails if a public item refers to a type that no entry point exports.
 */
import { fileURLToPath } from "node:url";
import { undocumented } from "./api.mjs";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const problems = await undocumented();
for (const problem of problems) console.error(`check-docs: ${problem}`);
if (problems.length > 0) process.exitCode = 1;
