/**
 * The build that each of the package's files comes from. Files of two builds do not work together: a module's functions
 * and a worker's messages are those of its own build. A cache, or a server in the middle of an update, may mix them.
 */
import { loadFailed } from "./failures.js";

/** The name, from the build. The sources, which tests run, have none. */
declare const PACKAGE_BUILD: string | undefined;

/** The name of this file's build. */
export const build = typeof PACKAGE_BUILD === "string" ? PACKAGE_BUILD : undefined;

/** Why a file is refused: the `cause` of its error. */
export class OtherBuild extends Error {}

/** Returns the error about a file of another build, if it is one. `its` is its build's name, if it has any. */
export function otherBuild(file: string | URL, its: string | undefined) {
  if (build === undefined || its === build) return undefined;
  return loadFailed(
    `${file} is of another version than this code: it was replaced meanwhile, or a cache holds an old copy. Reload ` +
      "the page. If that does not help, the copies of the package differ: install or upload all of its files again.",
    new OtherBuild(`its build is ${its ?? "unknown"}, this code's is ${build}`),
  );
}

/** Returns the name of a module's build, which is in a custom section. */
export function buildOf(module: WebAssembly.Module): string | undefined {
  const [section] = WebAssembly.Module.customSections(module, "secuencia");
  return section && new TextDecoder().decode(section);
}
