/**
 * The file's chapters: the user's own list, or chapters that the export makes. The user can start a list from those.
 */
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { type ChapterMarker, type ChapterSource, LEAST_CHAPTER_SECONDS } from "secuencia";
import { clockTime, count } from "../format.ts";
import { chaptersMadeOf } from "../project/chapter-preview.ts";
import { clockText, secondsFrom } from "../project/clock.ts";
import { type Library, library } from "../studio/library.ts";
import { assets, project } from "../studio/state.ts";
import { Icon } from "./Icon.tsx";
import { Picture } from "./Picture.tsx";

/** A chapter while it is being edited. */
export interface DraftChapter {
  /** Identifies its row. */
  key: string;
  title: string;
  /** The text of the time field. The offset changes only when the text does. */
  time: string;
  offset: number;
  image?: string | undefined;
  metadata?: ChapterMarker["metadata"] | undefined;
}

/** Starts to edit a chapter. */
export function draftOf({ title, offset, image, metadata }: ChapterMarker): DraftChapter {
  return { key: crypto.randomUUID(), title, offset, image, metadata, time: clockText(offset) };
}

/** The edited chapters, in order of time. */
export function markersOf(drafts: DraftChapter[]): ChapterMarker[] {
  const markers = drafts.map(({ title, offset, image, metadata }) => ({
    title: title.trim(),
    offset,
    ...(image !== undefined && { image }),
    ...(metadata !== undefined && { metadata }),
  }));
  return markers.sort((a, b) => a.offset - b.offset);
}

interface ChapterListProps {
  source: ChapterSource;
  drafts: DraftChapter[];
  onSource: (source: ChapterSource) => void;
  onDrafts: (change: (drafts: DraftChapter[]) => DraftChapter[]) => void;
  /** Adds a picture and returns its ID, or nothing if it cannot be read. */
  onPicture: (file: File) => Promise<string | undefined>;
}

const USUAL_MINUTES = 10;

export function ChapterList({ source, drafts, onSource, onDrafts, onPicture }: ChapterListProps) {
  const isPeriod = typeof source === "object";
  const made = useMade(source);
  const choose = (words: string) => {
    onSource(words === "period" ? { everySeconds: USUAL_MINUTES * 60 } : (words as ChapterSource));
  };
  return (
    <fieldset class="wide">
      <legend>Chapters</legend>
      <div class="chapter-source">
        <label class="field">
          <span>Chapters from</span>
          <select
            id="chapter-source"
            value={isPeriod ? "period" : source}
            onChange={({ currentTarget }) => choose(currentTarget.value)}
          >
            <option value="markers">my own list</option>
            <option value="clips">each clip</option>
            <option value="scenes">each scene</option>
            <option value="period">every few minutes</option>
            <option value="none">none</option>
          </select>
        </label>
        {isPeriod && (
          <label class="field">
            <span>Minutes</span>
            <input
              id="chapter-minutes"
              type="number"
              required
              step="any"
              min={LEAST_CHAPTER_SECONDS / 60}
              defaultValue={source.everySeconds / 60}
              onInput={({ currentTarget: { valueAsNumber: minutes } }) => {
                const everySeconds = Math.round(minutes * 60_000) / 1000;
                if (everySeconds >= LEAST_CHAPTER_SECONDS) onSource({ everySeconds });
              }}
            />
          </label>
        )}
        {source !== "markers" && source !== "none" && (
          <button
            type="button"
            class="button"
            id="list-chapters"
            disabled={made.length === 0}
            onClick={() => {
              onDrafts(() => made.map(draftOf));
              onSource("markers");
            }}
          >
            Edit as a list
          </button>
        )}
      </div>
      {source === "markers" ? (
        <OwnList drafts={drafts} onDrafts={onDrafts} onPicture={onPicture} />
      ) : (
        <p class="quiet" id="chapter-outlook">
          {source === "none" ? "The file will have no chapters." : outlook(made)}
        </p>
      )}
    </fieldset>
  );
}

/** Returns the chapters that the source makes of the project's clips; none until the library is open. */
function useMade(source: ChapterSource): ChapterMarker[] {
  const [open, setOpen] = useState<Library>();
  useEffect(() => {
    // Without a library there is nothing to export either, and the page says so elsewhere.
    library().then(setOpen, () => {});
  }, []);
  const [whole, known] = [project.value, assets.value];
  return useMemo(
    () => (open ? chaptersMadeOf(open, whole, source, (assetId) => known.get(assetId)) : []),
    [open, whole, source, known],
  );
}

/** `12 chapters from these clips: 0:03.2 KITCHEN, 1:20.0 HALL, …` */
function outlook(made: ChapterMarker[]): string {
  if (made.length === 0) return "These clips make no chapters.";
  const first = made.slice(0, 3).map(({ title, offset }) => `${clockTime(offset)} ${title}`);
  const rest = made.length > first.length ? ", …" : "";
  return `${count(made.length, "chapter")} from these clips: ${first.join(", ")}${rest}`;
}

type OwnListProps = Pick<ChapterListProps, "drafts" | "onDrafts" | "onPicture">;

function OwnList({ drafts, onDrafts, onPicture }: OwnListProps) {
  const list = useRef<HTMLOListElement>(null);
  const fresh = useRef<string | undefined>(undefined);
  useLayoutEffect(() => {
    if (!fresh.current) return;
    list.current?.querySelector<HTMLInputElement>(`[data-key="${fresh.current}"] input`)?.select();
    fresh.current = undefined;
  }, [drafts]);

  const change = (key: string, fields: Partial<DraftChapter>) =>
    onDrafts((all) => all.map((draft) => (draft.key === key ? { ...draft, ...fields } : draft)));
  const add = () => {
    const draft = draftOf({ title: "", offset: playhead() ?? Math.max(0, ...drafts.map(({ offset }) => offset)) });
    fresh.current = draft.key;
    onDrafts((all) => [...all, draft]);
  };
  const remove = (event: MouseEvent, key: string) => {
    const row = (event.currentTarget as HTMLElement).closest("li");
    const next = row?.nextElementSibling ?? row?.previousElementSibling;
    const focused = next?.querySelector("input") ?? document.getElementById("add-chapter");
    onDrafts((all) => all.filter((draft) => draft.key !== key));
    focused?.focus();
  };

  return (
    <>
      <ol class="chapters" id="chapters" ref={list} aria-label="Chapters">
        {drafts.map(({ key, title, time, image }, index) => {
          const name = `chapter ${index + 1}`;
          return (
            <li key={key} data-key={key}>
              <input
                class="chapter-time"
                aria-label={`Start of ${name}`}
                inputMode="numeric"
                autocomplete="off"
                value={time}
                onInput={({ currentTarget: input }) => {
                  const offset = secondsFrom(input.value);
                  input.setCustomValidity(offset === undefined ? "Enter a time, such as 1:02:03.5." : "");
                  change(key, { time: input.value, ...(offset !== undefined && { offset }) });
                }}
              />
              <input
                class="chapter-title"
                aria-label={`Title of ${name}`}
                autocomplete="off"
                placeholder={`Chapter ${index + 1}`}
                value={title}
                onInput={({ currentTarget }) => change(key, { title: currentTarget.value })}
              />
              <PictureChoice
                name={name}
                image={image}
                onFile={async (file) => {
                  const id = await onPicture(file);
                  if (id) change(key, { image: id });
                }}
                onRemove={() => change(key, { image: undefined })}
              />
              <span class="actions">
                <button type="button" aria-label={`Remove ${name}`} onClick={(event) => remove(event, key)}>
                  <Icon name="remove" />
                </button>
              </span>
            </li>
          );
        })}
      </ol>
      <button type="button" class="button" id="add-chapter" onClick={add}>
        <Icon name="add" />
        Add a chapter
      </button>
    </>
  );
}

interface PictureChoiceProps {
  name: string;
  image: string | undefined;
  onFile: (file: File) => Promise<void>;
  onRemove: () => void;
}

/** A chapter's picture. It can be picked or dropped; a click removes it. */
function PictureChoice({ name, image, onFile, onRemove }: PictureChoiceProps) {
  if (image !== undefined) {
    return (
      <button type="button" class="picture-choice" aria-label={`Remove the picture for ${name}`} onClick={onRemove}>
        <Picture id={image} alt="" />
      </button>
    );
  }
  const take = (files: FileList | null | undefined) => {
    const file = [...(files ?? [])].find(({ type }) => type.startsWith("image/"));
    if (file) void onFile(file);
  };
  return (
    <label
      class="picture-choice"
      onDrop={(event) => {
        event.preventDefault();
        event.stopPropagation();
        take(event.dataTransfer?.files);
      }}
    >
      <Icon name="picture" />
      <input
        class="visually-hidden"
        type="file"
        accept="image/*"
        aria-label={`Picture for ${name}`}
        onChange={({ currentTarget: input }) => {
          take(input.files);
          input.value = "";
        }}
      />
    </label>
  );
}

/** The position in the last export, if it has been played. */
function playhead(): number | undefined {
  const player = document.querySelector<HTMLAudioElement>("#player");
  return player && player.currentTime > 0 ? player.currentTime : undefined;
}
