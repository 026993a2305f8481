/** Adds the clips to an empty library, as a page does before it exports. The result is an empty file. */
import { openLibrary } from "/secuencia/index.js";

export async function prepare({ clips }) {
  const library = await openLibrary();
  return async () => {
    const outcomes = await library.addAssets(clips);
    const failed = outcomes.find(({ error }) => error);
    if (failed) throw failed.error;
    return { file: new Blob() };
  };
}
