/** Where the user wants an export: a file that was picked, or a folder in which it makes new ones. */
import { cancelled, SecuenciaError } from "./errors.js";
import { sidecarName } from "./sidecars.js";
import type { ExportWarning, FileExtension, Sidecar, SidecarKind } from "./types.js";

/** Chromium's, and not yet in TypeScript's DOM. */
type RemovableFile = FileSystemFileHandle & { remove?(): Promise<void> };

/**
 * Clears away what a save dialog leaves behind: it makes its file, empty, before anything is exported. `exportAudio`
 * does so itself where it fails; call this where a job fails before that. It does nothing where the file has content,
 * or the browser does not let us, nor to a folder: a dialog leaves nothing in one.
 *
 * A worker that was ended lets go of its file late: that is tried again for some seconds, and not waited for.
 */
export async function discardIfEmpty(
  destination: RemovableFile | FileSystemDirectoryHandle | undefined,
): Promise<void> {
  if (destination?.kind !== "file" || !destination.remove) return;
  const discard = { file: destination, isOver: false };
  discards.add(discard);
  const { tried, ended } = onceUnlocked(async () => {
    const isEmpty = !discard.isOver && (await destination.getFile()).size === 0;
    if (isEmpty && !discard.isOver) await destination.remove?.();
  });
  void ended.then(() => discards.delete(discard));
  await tried;
}

/** Says that a file is written anew: it is no longer to be cleared away. */
export async function keepFile(file: FileSystemFileHandle): Promise<void> {
  for (const discard of discards) {
    if (await file.isSameEntry(discard.file).catch(() => false)) discard.isOver = true;
  }
}

/** What is still to be cleared away. */
const discards = new Set<{ file: FileSystemFileHandle; isOver: boolean }>();

/** How long a file may stay locked, and the time to the next attempt, in milliseconds. */
const LOCKED_MS = 10_000;
const NEXT_MS = 100;

/** Removes something, and tries again while it is locked: when it was tried for the first time, and for the last. */
function onceUnlocked(remove: () => Promise<void>): { tried: Promise<unknown>; ended: Promise<unknown> } {
  const isLocked = () =>
    remove().then(
      () => false,
      // For any other reason, it is gone already, or not ours to remove.
      ({ name }: DOMException) => name === "NoModificationAllowedError",
    );
  const tried = isLocked();
  const goOn = async () => {
    const end = Date.now() + LOCKED_MS;
    for (let locked = await tried; locked && Date.now() < end; locked = await isLocked()) {
      await new Promise((resolve) => setTimeout(resolve, NEXT_MS));
    }
  };
  return { tried, ended: goOn() };
}

/** What an export puts into a folder: its audio first, then the sidecars. Nothing that is there is touched. */
export class FolderExport {
  /** The audio, still empty. */
  readonly audio: FileSystemFileHandle;
  readonly #folder: FileSystemDirectoryHandle;
  readonly #made: string[];

  private constructor(folder: FileSystemDirectoryHandle, audio: FileSystemFileHandle) {
    this.#folder = folder;
    this.audio = audio;
    this.#made = [audio.name];
  }

  /**
   * Makes the audio's file, under the first of `{stem}.m4a`, `{stem} 2.m4a`, … that is free, and whose sidecars' names
   * are.
   */
  static begin(
    folder: FileSystemDirectoryHandle,
    stem: string,
    extension: FileExtension,
    kinds: SidecarKind[],
  ): Promise<FolderExport> {
    const made = naming.then(async () => {
      for (let count = 1; ; count++) {
        const name = `${count === 1 ? stem : `${stem} ${count}`}.${extension}`;
        const names = [name, ...kinds.map((kind) => sidecarName(kind, name))];
        const taken = await Promise.all(names.map((name) => isTaken(folder, name)));
        if (taken.includes(true)) continue;
        return new FolderExport(folder, await folder.getFileHandle(name, { create: true }));
      }
    });
    naming = made.then(
      () => {},
      () => {},
    );
    return made.catch((error) => {
      throw unwritable(error);
    });
  }

  /**
   * Saves the sidecars beside the audio. Each that cannot be is a warning. An abort leaves nothing, not even the audio.
   */
  async save(sidecars: readonly Sidecar[], signal: AbortSignal | undefined): Promise<ExportWarning[]> {
    const warnings: ExportWarning[] = [];
    for (const sidecar of sidecars) {
      try {
        await this.#write(sidecar);
      } catch (error) {
        warnings.push({ message: `${sidecar.name} could not be saved: ${(error as Error).message}` });
      }
      if (signal?.aborted) {
        await this.discard();
        throw cancelled();
      }
    }
    return warnings;
  }

  /** The names of what was made, the audio's first. */
  get names(): string[] {
    return [...this.#made];
  }

  /** Removes what was made. */
  async discard(): Promise<void> {
    for (const name of this.#made.splice(0)) await onceUnlocked(() => this.#folder.removeEntry(name)).tried;
  }

  async #write({ name, text }: Sidecar): Promise<void> {
    if (await isTaken(this.#folder, name)) throw new Error("there is such a file already");
    const file = await this.#folder.getFileHandle(name, { create: true });
    this.#made.push(name);
    try {
      const stream = await file.createWritable();
      await stream.write(text);
      await stream.close();
    } catch (error) {
      await this.#folder.removeEntry(name).catch(() => {});
      throw error;
    }
  }
}

/** Names are looked for one after the other: two exports at once must not find the same one free. */
let naming: Promise<void> = Promise.resolve();

async function isTaken(folder: FileSystemDirectoryHandle, name: string): Promise<boolean> {
  try {
    await folder.getFileHandle(name);
    return true;
  } catch (error) {
    const { name: reason } = error as DOMException;
    if (reason === "NotFoundError") return false;
    // A folder of that name.
    if (reason === "TypeMismatchError") return true;
    throw error;
  }
}

function unwritable(error: Error): SecuenciaError {
  if (error.name === "QuotaExceededError") {
    return new SecuenciaError(
      "quota-exceeded",
      "There is not enough room to save the file. Free some space and try again.",
    );
  }
  return new SecuenciaError("export-failed", `Export failed: the file could not be written: ${error.message}`);
}
