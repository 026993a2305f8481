/**
 * Previews the chapters that the export will make of the clips, for the user to see and to edit as a list. The export
 * makes its own.
 */
import type { ChapterMarker, ChapterSource } from "secuencia";
import type { PlacedClip } from "./placement.ts";

/** A chapter takes its title from a line, cut to this many characters. */
const MAX_LINE = 60;

/** The chapters that a source makes of the placed clips, in a project that lasts so many seconds. */
export function chaptersMadeOf(source: ChapterSource, placed: PlacedClip[], seconds: number): ChapterMarker[] {
  if (source === "markers" || source === "none") return [];
  if (typeof source === "object") {
    const count = Math.max(0, Math.ceil(seconds / source.everySeconds));
    return Array.from({ length: count }, (_, index) => ({
      title: `Chapter ${index + 1}`,
      offset: index * source.everySeconds,
    }));
  }
  const heard = placed
    .filter(({ clip, length }) => !clip.isMuted && length > 0)
    .sort((a, b) => a.start - b.start || Math.abs(a.clip.lane) - Math.abs(b.clip.lane));
  const chapters: ChapterMarker[] = [];
  let scene = "";
  for (const { clip, start } of heard) {
    if (source === "scenes") {
      if (!clip.scene?.trim() || clip.scene === scene) continue;
      scene = clip.scene;
    }
    if (chapters.at(-1)?.offset === start) continue;
    chapters.push({ title: source === "scenes" ? scene : beginningOf(clip.text || stemOf(clip.name)), offset: start });
  }
  return chapters;
}

/** A file's name without its extension. */
function stemOf(file: string): string {
  return file.replace(/(?<=.)\.[^.]*$/, "");
}

/** A line's first words. */
function beginningOf(line: string): string {
  const words = line.trim().replace(/\s+/g, " ");
  if (words.length <= MAX_LINE) return words;
  const cut = words.slice(0, MAX_LINE);
  return `${cut.slice(0, cut.lastIndexOf(" ") + 1 || MAX_LINE).replace(/[\s\p{P}]+$/u, "")}…`;
}
