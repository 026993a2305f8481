/** The file that the user picked, before there is anything in it. */

/**
 * Clears away what a save dialog leaves behind: it makes its file, empty, before anything is exported. `exportAudio`
 * does so itself where it fails; call this where a job fails before that. It does nothing where the file has content,
 * or the browser does not let us.
 */
export async function discardIfEmpty(
  destination: (FileSystemFileHandle & { remove?(): Promise<void> }) | undefined,
): Promise<void> {
  try {
    if (destination?.remove && (await destination.getFile()).size === 0) await destination.remove();
  } catch {
    // It is gone already, or not ours to remove.
  }
}
