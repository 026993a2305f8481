/**
 * Reads fields that projects had before 0.1.0 into today's. Every saved project goes through here, be it a file or the
 * page's own record; new ones are written without these fields.
 */
import type { SidecarKind } from "../choices.js";

/** The sidecars that each value of `timing` asked for, beside those of `sidecars`. */
const TIMINGS: Record<string, readonly SidecarKind[]> = {
  none: [],
  webvtt: ["webvtt"],
  json: ["json"],
  both: ["webvtt", "json"],
};

/** The project with `timing` read into `sidecars`. A `timing` that never meant anything stays, to be refused. */
export function withoutOldFields<Whole extends object>(project: Whole): Whole {
  const { timing, ...rest } = project as Whole & { timing?: unknown; sidecars?: unknown };
  if (typeof timing !== "string" || !Object.hasOwn(TIMINGS, timing)) return project;
  const { sidecars = [] } = rest;
  const kinds = Array.isArray(sidecars) ? [...new Set([...(TIMINGS[timing] ?? []), ...sidecars])] : sidecars;
  const isEmpty = Array.isArray(kinds) && kinds.length === 0;
  return (isEmpty ? rest : { ...rest, sidecars: kinds }) as Whole;
}
