/** The destination of an export: a picked file, or a folder in which it creates files. */
import type { FileExtension, SidecarKind } from "./choices.js";
import { SecuenciaError } from "./errors.js";
import { sidecarName } from "./sidecars.js";
import type { ExportWarning, Sidecar } from "./types.js";

/** `remove` exists only in Chromium so far, and not in TypeScript's DOM types. */
type RemovableFile = FileSystemFileHandle & { remove(): Promise<void> };

function isRemovable(handle: FileSystemHandle | undefined): handle is RemovableFile {
  return handle?.kind === "file" && "remove" in handle;
}

/**
 * Removes the empty file that a save dialog leaves behind: the dialog creates the file before anything is exported.
 * `exportAudio` does this itself when it fails; call this if a job fails before `exportAudio` is called. Does nothing
 * if the file has content, if the browser cannot remove it, or if it is a folder.
 *
 * A file may stay locked by a worker that was ended. The removal is then tried again for ten seconds, and this resolves
 * after the first try.
 */
export async function discardIfEmpty(
  destination: FileSystemFileHandle | FileSystemDirectoryHandle | undefined,
): Promise<void> {
  if (!isRemovable(destination)) return;
  const discard = { file: destination, isOver: false };
  discards.add(discard);
  const { tried, ended } = onceUnlocked(async () => {
    const isEmpty = !discard.isOver && (await destination.getFile()).size === 0;
    if (isEmpty && !discard.isOver) await destination.remove();
  });
  void ended.then(() => discards.delete(discard));
  await tried;
}

/** Stops the removal of a file that is now being written. */
export async function keepFile(file: FileSystemFileHandle): Promise<void> {
  for (const discard of discards) {
    if (await file.isSameEntry(discard.file).catch(() => false)) discard.isOver = true;
  }
}

/** Asks the user whether the page may write to a file or a folder that was kept from an earlier visit. */
export async function isPermitted(kept: FileSystemHandle): Promise<boolean> {
  // Only Chromium asks, and TypeScript's DOM types do not know it. Elsewhere, writing tells.
  const { requestPermission } = kept as { requestPermission?(options: { mode: string }): Promise<PermissionState> };
  const answer = await requestPermission?.call(kept, { mode: "readwrite" }).catch(() => "denied" as const);
  return answer === undefined || answer === "granted";
}

/** The files that are still to be removed. */
const discards = new Set<{ file: FileSystemFileHandle; isOver: boolean }>();

/** The longest time that a file may stay locked, and the time between attempts, in milliseconds. */
const LOCKED_MS = 10_000;
const NEXT_MS = 100;

/**
 * Removes a file, and tries again while it is locked. `tried` settles after the first attempt, `ended` after the last.
 */
function onceUnlocked(remove: () => Promise<void>): { tried: Promise<unknown>; ended: Promise<unknown> } {
  const isLocked = () =>
    remove().then(
      () => false,
      // Any other reason means that it is already gone, or is not ours to remove.
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

/** The files of an export in a folder: the audio first, then the sidecars. Existing files are never changed. */
export class FolderExport {
  /** The audio's file, still empty. */
  readonly audio: FileSystemFileHandle;
  readonly #folder: FileSystemDirectoryHandle;
  readonly #kinds: readonly SidecarKind[];
  readonly #made: string[];

  private constructor(folder: FileSystemDirectoryHandle, audio: FileSystemFileHandle, kinds: readonly SidecarKind[]) {
    this.#folder = folder;
    this.audio = audio;
    this.#kinds = kinds;
    this.#made = [audio.name];
  }

  /**
   * Creates the audio's file as `{stem}.m4a`, `{stem} 2.m4a`, …: the first name that is free together with its
   * sidecars' names.
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
        return new FolderExport(folder, await folder.getFileHandle(name, { create: true }), kinds);
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

  /** Takes up an interrupted export, whose audio has that name. */
  static async resume(
    folder: FileSystemDirectoryHandle,
    name: string,
    kinds: readonly SidecarKind[],
  ): Promise<FolderExport> {
    return new FolderExport(folder, await folder.getFileHandle(name, { create: true }), kinds);
  }

  /**
   * Saves those sidecars beside the audio that belong there. A failed one becomes a warning. An abort removes all
   * files, even the audio.
   */
  async save(sidecars: readonly Sidecar[], signal: AbortSignal | undefined): Promise<ExportWarning[]> {
    const warnings: ExportWarning[] = [];
    for (const sidecar of sidecars.filter(({ kind }) => this.#kinds.includes(kind))) {
      try {
        await this.#write(sidecar);
      } catch (error) {
        warnings.push({ message: `${sidecar.name} could not be saved: ${(error as Error).message}` });
      }
      if (signal?.aborted) {
        await this.discard();
        throw signal.reason;
      }
    }
    return warnings;
  }

  /** The names of the created files, the audio's first. */
  get names(): string[] {
    return [...this.#made];
  }

  /** Removes the created files. */
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

/** Serialises the search for names, so that two exports at once cannot choose the same one. */
let naming: Promise<void> = Promise.resolve();

async function isTaken(folder: FileSystemDirectoryHandle, name: string): Promise<boolean> {
  try {
    await folder.getFileHandle(name);
    return true;
  } catch (error) {
    const { name: reason } = error as DOMException;
    if (reason === "NotFoundError") return false;
    // A folder has this name.
    if (reason === "TypeMismatchError") return true;
    throw error;
  }
}

function unwritable(error: Error): SecuenciaError {
  if (error.name === "QuotaExceededError") {
    return new SecuenciaError(
      "quota-exceeded",
      "There is not enough space to save the file. Free some space, then try again.",
      { cause: error },
    );
  }
  return new SecuenciaError("export-failed", `Export failed: the file could not be written: ${error.message}`, {
    cause: error,
  });
}
