/** The built `inline.js`, as far as `index.js` uses it. */
import type { EmbeddedFiles } from "./embedded.js";

export const files: EmbeddedFiles;
