/** Starts the page's module and workers, from whichever source has the package's files. */
import type { Source } from "../loading/source.js";
import { WorkerLink } from "./link.js";

type PageModule = typeof import("./page.js");

/** The page's module as it starts, or has started. */
let started: Promise<PageModule> | undefined;

/**
 * Starts the page's module, once: a second start would replace the instance that open libraries use. A start that
 * failed is tried again. `glue` is the module's own JavaScript, which the build puts into this file.
 */
export function startPage(source: Source, glue = () => import("./page.js")): Promise<PageModule> {
  started ??= start(source, glue).catch((error) => {
    started = undefined;
    throw error;
  });
  return started;
}

async function start(source: Source, glue: () => Promise<PageModule>): Promise<PageModule> {
  const [page, module] = await Promise.all([glue(), source.compile("page")]);
  await page.default({ module_or_path: module });
  return page;
}

/** Returns a function that starts workers, each with the compiled engine. */
export function launcher(source: Source): () => WorkerLink {
  return () => new WorkerLink(source.startWorker(), source.compile("engine"));
}
