/** The studio's own database, beside the library: the saved project with its history, and the studio's records. */
import { createStore } from "idb-keyval";

export const store = createStore("studio", "documents");

/** The key of each record. The numbers of saves and the history's steps have keys of their own: see autosave.ts. */
export const KEYS = {
  project: "project",
  /** The number of the last save. */
  saves: "saves",
  /** Which of the steps lead to the project. */
  bookmark: "bookmark",
  /** A step of the history, with its number. */
  step: "step",
  /** Work that was under way when the page was last open. */
  unfinished: "unfinished",
  /** The steps that opened the project that was being opened. */
  incoming: "incoming",
  /** How many visits in a row went on with an import, and how many files were left at the last. */
  goneOn: "gone on",
  /** Since when nothing has used an asset or a picture, by its ID. */
  unused: "unused",
  /** The IDs of what is being moved from the old library to the new one. */
  moving: "moving",
} as const;
