/**
 * Gives a thread of Node the parts of a browser's worker that the worker's script uses: its messages, its errors and
 * `FileReaderSync`. This module must be evaluated first.
 */
import { parentPort, type TransferListItem } from "node:worker_threads";
import type { SyncBlob } from "./sync-blob.js";

type Listener = (event: object) => void;

const listeners = { message: [], error: [], unhandledrejection: [] } as Record<string, Listener[]>;
const dispatch = (type: string, event: object) => {
  for (const listener of listeners[type] ?? []) listener(event);
};

parentPort?.on("message", (data: unknown) => dispatch("message", { data }));
process.on("uncaughtException", ({ message }: Error) => dispatch("error", { message }));
process.on("unhandledRejection", (reason: unknown) => dispatch("unhandledrejection", { reason }));

Object.assign(globalThis, {
  addEventListener: (type: string, listener: Listener) => listeners[type]?.push(listener),
  postMessage: (message: unknown, transfer?: readonly TransferListItem[]) => parentPort?.postMessage(message, transfer),
  /** Reads the Blobs of `sync-blob.ts`; a thread gets no others. */
  FileReaderSync: class FileReaderSync {
    readAsArrayBuffer(content: SyncBlob): ArrayBuffer {
      return content.readSync();
    }
  },
});
