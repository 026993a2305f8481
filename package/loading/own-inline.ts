/** The package's own files in `inline.js`, whose build takes this module instead of `own.ts`: they are in the code. */
import { type EmbeddedFiles, embedded } from "./embedded.js";
import { compilingOnce } from "./source.js";

/** The files, from the build. */
declare const FILES: EmbeddedFiles;

/** @internal */
export const files = FILES;

export const own = compilingOnce(embedded(files));
