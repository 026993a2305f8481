/**
 * The package as one file: `index.js` with the modules and the worker inside. It needs no other file and no setting,
 * and loads a megabyte at once. It exports what `index.js` does.
 *
 * @module secuencia/inline.js
 */
export * from "./index.js";
/** @internal */
export { files } from "./loading/own-inline.js";
