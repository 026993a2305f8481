/**
 * Converts a project to a timeline of the package, for other editors, and back. What a timeline cannot hold is stored
 * under `studio` in the metadata of the timeline, its clips and its chapters: the settings, the script, the trimmed
 * silence, and which of a clip's times are stated and which are implied. A time that another editor changes becomes a
 * stated one.
 */
import {
  AUDIO_LAYOUTS,
  AUDIO_RATES,
  type ChapterMarker,
  type Metadata,
  type Timeline,
  type TimelineClip,
} from "secuencia";
import type { FileClip } from "secuencia/archive.js";
import type { OtioTimeline } from "secuencia/otio.js";
import { checkProject, type ProjectFile } from "secuencia/project.js";
import { emptyProject, type Project, type ProjectClip } from "./model.ts";
import { type Extent, placeClips } from "./placement.ts";

const OURS = "studio";

/** Seconds. A file's times are rounded to billionths, and nobody moves a clip by a millionth. */
const TOLERANCE = 1e-6;

/** The times that a clip may state, or leave to its neighbours, its audio and the project. */
const TIMES = ["duration", "sourceStart", "fadeIn", "fadeOut"] as const;
type Times = { [Field in "offset" | (typeof TIMES)[number]]?: number };

/** The metadata of a clip. */
interface KeptClip extends Pick<ProjectClip, "volumeDb" | "isMuted"> {
  stated: Times;
  /** The times that were not stated, except those of 0. */
  implied: Times;
}

/** The project as a timeline. `extentOf` gives the facts about an asset. */
export function timelineOf(
  project: Project,
  extentOf: (assetId: string) => Extent | undefined,
): Omit<Timeline, "durationSeconds"> {
  const { name, clips: _placed, tags, chapters, metadata, ...rest } = project;
  const { audioLayout = AUDIO_LAYOUTS[0], audioRate = AUDIO_RATES[0], edgeFadeSeconds = 0 } = project;
  const trims = new Map(project.clips.map(({ assetId }) => [assetId, extentOf(assetId)?.trim]));
  return {
    id: crypto.randomUUID(),
    name: name.trim() ? name : "Untitled",
    audioLayout,
    audioRate,
    ...(tags && { tags }),
    ...(chapters && { chapters: chapters.map(markerOf) }),
    metadata: { ...metadata, [OURS]: { ...rest, trims: Object.fromEntries(trims) } },
    clips: placeClips(project, extentOf).map(({ clip, start, sourceStart, length }) => {
      const { metadata: others, volumeDb, isMuted, ...said } = clip;
      const times = { duration: length, sourceStart, ...fadesOf(clip, length, edgeFadeSeconds) };
      const isStated = (field: keyof Times) => clip[field] !== undefined;
      const implied = TIMES.filter((field) => !isStated(field) && times[field] !== 0);
      const kept: KeptClip = {
        stated: pick(clip, ["offset", ...TIMES].filter((field) => isStated(field as keyof Times)) as (keyof Times)[]),
        implied: pick(times, implied),
        ...(volumeDb !== undefined && { volumeDb }),
        ...(isMuted !== undefined && { isMuted }),
      };
      return {
        ...said,
        offset: start,
        ...times,
        volumeDb: volumeDb ?? 0,
        isMuted: isMuted ?? false,
        metadata: { ...others, [OURS]: kept },
      };
    }),
  };
}

function markerOf({ metadata, ...marker }: ChapterMarker): ChapterMarker {
  return { ...marker, metadata: { ...metadata, [OURS]: { offset: marker.offset } } };
}

/** A clip's fades: as stated, or else the edge fade, cut to fit. */
function fadesOf({ fadeIn, fadeOut }: ProjectClip, length: number, edgeFade: number) {
  const atMost = (other: number | undefined) =>
    Math.min(edgeFade, Math.max(0, other === undefined ? length / 2 : length - other));
  return { fadeIn: fadeIn ?? atMost(fadeOut), fadeOut: fadeOut ?? atMost(fadeIn) };
}

/**
 * The project of a timeline. The `file` of each clip is the ID of its asset. Throws a `ProjectFileError`, because other
 * programs may have written anything into the file.
 */
export function projectOf({ timeline, media }: Pick<OtioTimeline, "timeline" | "media">, name: string): ProjectFile {
  const { kept, others } = taken(timeline.metadata);
  const known = new Map(media.map((one) => [one.assetId, one]));
  const { audioLayout, audioRate, trims, ...settings } = kept ?? {};
  const { gapSeconds = emptyProject().gapSeconds } = settings;
  const laneEnds = new Map<number, number>();
  const clips = timeline.clips.map((clip) => {
    const before = laneEnds.get(clip.lane);
    laneEnds.set(clip.lane, clip.offset + clip.duration);
    const follows = before === undefined ? 0 : before + Number(gapSeconds);
    return clipOf(clip, follows, known.get(clip.assetId));
  });
  return checkProject({
    ...settings,
    name: timeline.name.trim() ? timeline.name : name,
    ...unlessUsual("audioLayout", timeline.audioLayout, audioLayout, AUDIO_LAYOUTS[0]),
    ...unlessUsual("audioRate", timeline.audioRate, audioRate, AUDIO_RATES[0]),
    ...(timeline.tags && { tags: timeline.tags }),
    ...(timeline.chapters && { chapters: timeline.chapters.map(chapterOf) }),
    ...(others && { metadata: others }),
    files: media.map(({ assetId, name: mediaName, text, voice }) => ({
      file: assetId,
      name: mediaName,
      ...(text !== undefined && { text }),
      ...(voice !== undefined && { voice }),
      ...(Object.hasOwn(record(trims), assetId) && { trim: record(trims)[assetId] }),
    })),
    clips,
  });
}

function clipOf(clip: TimelineClip, follows: number, medium: OtioTimeline["media"][number] | undefined): FileClip {
  const { assetId, name, metadata, lane, volumeDb, isMuted, pan, scene, ...said } = clip;
  const { kept, others } = taken(metadata);
  const [stated, implied] = [record(kept?.stated), record(kept?.implied)];
  const { text = medium?.text, voice = medium?.voice } = said;
  const times: Times = {};
  for (const field of TIMES) {
    const isTime = field === "duration" || field === "sourceStart";
    const time = timeOf(clip[field] ?? 0, stated[field], kept || !isTime ? (implied[field] ?? 0) : undefined);
    if (time !== undefined) times[field] = time;
  }
  const offset = timeOf(clip.offset, stated.offset, kept ? follows : undefined);
  return {
    file: assetId,
    id: clip.id,
    name: name || (medium?.name ?? ""),
    ...(text !== undefined && { text }),
    ...(voice !== undefined && { voice }),
    ...(lane !== 0 && { lane }),
    ...(offset !== undefined && { offset }),
    ...times,
    ...unlessUsual("volumeDb", volumeDb, kept?.volumeDb, 0),
    ...unlessUsual("isMuted", isMuted, kept?.isMuted, false),
    ...(pan !== undefined && { pan }),
    ...(scene !== undefined && { scene }),
    ...(others && { metadata: others }),
  };
}

/** A time as it was stated; undefined if it was implied and has not changed; otherwise the time itself. */
function timeOf(time: number, stated: unknown, implied: unknown): number | undefined {
  const is = (other: unknown) => typeof other === "number" && Math.abs(time - other) <= TOLERANCE;
  if (stated !== undefined) return is(stated) ? (stated as number) : time;
  return is(implied) ? undefined : time;
}

/** A field, unless it has its default value and was not stated. */
function unlessUsual<Name extends string, Value>(name: Name, value: Value, stated: unknown, usual: Value) {
  return (value === usual && stated !== value ? {} : { [name]: value }) as { [Field in Name]?: Value };
}

function chapterOf({ metadata, ...marker }: ChapterMarker): ChapterMarker {
  const { kept, others } = taken(metadata);
  const offset = timeOf(marker.offset, kept?.offset, undefined) ?? marker.offset;
  return { ...marker, offset, ...(others && { metadata: others }) };
}

/** Splits metadata into the studio's part and the rest. */
function taken(metadata: Metadata | undefined): { kept?: Metadata; others?: Metadata } {
  const { [OURS]: kept, ...others } = metadata ?? {};
  return {
    ...(isRecord(kept) && { kept }),
    ...(Object.keys(others).length > 0 && { others }),
  };
}

function pick<Whole extends object, Field extends keyof Whole>(whole: Whole, fields: Field[]): Pick<Whole, Field> {
  return Object.fromEntries(fields.map((field) => [field, whole[field]])) as Pick<Whole, Field>;
}

function record(value: unknown): Metadata {
  return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is Metadata {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
