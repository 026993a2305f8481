/**
 * Exports without a browser, in Node 20 or newer: the same engine in threads, and the same bytes.
 *
 * @module secuencia/node
 */
export { SecuenciaError } from "./errors.js";
export { type ExportFileOptions, type ExportFileResult, exportFile } from "./node/export-file.js";
export { type ProjectFile, ProjectFileError } from "./project/file.js";
