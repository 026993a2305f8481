/**
 * The studio's own database, beside the library: the open project with its history, the other projects, and the
 * studio's records.
 */
import { createStore } from "idb-keyval";

export const store = createStore("studio", "documents");

/**
 * The key of each record. The numbers of saves, the history's steps and the projects on the shelf have keys of their
 * own: see autosave.ts and shelf-records.ts.
 */
export const KEYS = {
  project: "project",
  /** The number of the last save. */
  saves: "saves",
  /** Which of the steps lead to the project. */
  bookmark: "bookmark",
  /** A step of the history, with its number. */
  step: "step",
  /** Which project it is. */
  open: "open",
  /** The facts about a project on the shelf, by its ID. */
  shelved: "shelved",
  /** The history of a project on the shelf, by its ID. */
  shelvedWhole: "shelved whole",
  /** The audio that was still being added when the page was last open. */
  unfinished: "unfinished",
  /** Of earlier versions: the steps that opened the project that was being opened. */
  incoming: "incoming",
  /** How many visits in a row went on with an import, and how many files were left at the last. */
  goneOn: "gone on",
  /** Since when nothing has used an asset or a picture, by its ID. */
  unused: "unused",
  /** The IDs of what is being moved from the old library to the new one. */
  moving: "moving",
} as const;
