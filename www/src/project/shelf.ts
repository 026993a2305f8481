/**
 * The shelf: all projects but the open one, each with its whole history. One that is deleted stays on it for a while,
 * and can be put back.
 */
import { contentOf, currentStep, type History, withStep } from "./history.ts";
import { historyFrom, type StoredHistory, storedOf } from "./history-log.ts";

/** The facts about a project, without its clips. */
export interface Summary {
  id: string;
  name: string;
  /** How long it is. Undefined if that was not known yet. */
  seconds?: number | undefined;
  clips: number;
  /** The IDs of all audio and pictures that a step of its history needs. */
  content: readonly string[];
  /** When it was last changed, in milliseconds since 1970. */
  changedAt: number;
  /** When it was deleted, in milliseconds since 1970, if it was. */
  deletedAt?: number;
}

/** A project on the shelf. */
export interface Shelved {
  summary: Summary;
  whole: StoredHistory;
}

/** A project in the list. */
export interface Listed extends Summary {
  seconds: number;
  /** The size of its content. */
  bytes: number;
}

/** All projects. */
export interface Listing {
  /** The open one and those on the shelf, the one that was changed last first. */
  projects: readonly Listed[];
  /** Those that can be put back, the one that was deleted last first. */
  deleted: readonly Listed[];
  /** The size of the content of all, in which content that they share counts once. */
  bytes: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** How long a deleted project can be put back, in days. */
export const KEPT_DAYS = 30;

/** The facts about a project with its history. */
export function summaryOf(
  history: History,
  { id, seconds, changedAt }: Pick<Summary, "id" | "seconds" | "changedAt">,
): Summary {
  const { name, clips } = currentStep(history).project;
  return { id, name, seconds, clips: clips.length, content: [...contentOf(history)], changedAt };
}

/** All projects, with their sizes by those of their content. What has been deleted for too long is left out. */
export function listingOf(
  open: Summary,
  shelved: readonly Summary[],
  bytesOf: ReadonlyMap<string, number>,
  now: number,
): Listing {
  const sizeOf = (ids: Iterable<string>) => [...ids].reduce((sum, id) => sum + (bytesOf.get(id) ?? 0), 0);
  const all = [open, ...shelved.filter((summary) => !isExpired(summary, now))];
  const listed = all.map((summary) => ({ ...summary, seconds: summary.seconds ?? 0, bytes: sizeOf(summary.content) }));
  return {
    projects: listed
      .filter(({ deletedAt }) => deletedAt === undefined)
      .sort((one, other) => other.changedAt - one.changedAt),
    deleted: listed
      .filter(({ deletedAt }) => deletedAt !== undefined)
      .sort((one, other) => (other.deletedAt ?? 0) - (one.deletedAt ?? 0)),
    bytes: sizeOf(new Set(all.flatMap(({ content }) => content))),
  };
}

/** In how many days a deleted project is removed for good: 1 on the last of them. */
export function daysLeft({ deletedAt = 0 }: Summary, now: number): number {
  // A clock that was wrong must not keep it for longer.
  const days = Math.ceil((deletedAt - now) / DAY_MS) + KEPT_DAYS;
  return Math.max(1, Math.min(days, KEPT_DAYS));
}

/** Whether a project has been deleted for so long that it can no longer be put back. */
export function isExpired({ deletedAt }: Summary, now: number): boolean {
  return deletedAt !== undefined && now - deletedAt >= KEPT_DAYS * DAY_MS;
}

/** The project with another name, as a step of its history. It was changed now. */
export function renamed({ summary, whole }: Shelved, name: string, label: string, now: number): Shelved {
  const before = historyFrom(whole.project, whole.bookmark, whole.steps);
  const after = withStep(before, { label, project: { ...whole.project, name } });
  if (after === before) return { summary, whole };
  return { summary: summaryOf(after, { ...summary, changedAt: now }), whole: storedOf(after) };
}

/** A name for a copy that no other project has: the first that is free. `nameAt` gives the candidates, from 1. */
export function nameOfCopy(nameAt: (place: number) => string, taken: ReadonlySet<string>): string {
  for (let place = 1; ; place += 1) {
    const name = nameAt(place);
    if (!taken.has(name)) return name;
  }
}
