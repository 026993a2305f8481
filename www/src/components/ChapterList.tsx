/**
 * The file's chapters: the user's own list, or chapters that the export makes. The user can start a list from those.
 */
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { type ChapterMarker, type ChapterSource, LEAST_CHAPTER_SECONDS } from "secuencia";
import { chaptersMadeOf } from "../project/chapter-preview.ts";
import { clockText, secondsFrom } from "../project/clock.ts";
import { type Library, library } from "../studio/library.ts";
import { assets, project } from "../studio/state.ts";
import { laterWords } from "../words/later.ts";
import { words } from "../words/words.ts";
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
  const { chapters: say } = laterWords.value;
  const choose = (name: string) => {
    onSource(name === "period" ? { everySeconds: USUAL_MINUTES * 60 } : (name as ChapterSource));
  };
  return (
    <fieldset class="wide">
      <legend>{say.title}</legend>
      <div class="chapter-source">
        <label class="field">
          <span>{say.from}</span>
          <select
            id="chapter-source"
            value={isPeriod ? "period" : source}
            onChange={({ currentTarget }) => choose(currentTarget.value)}
          >
            {Object.entries(say.sources).map(([name, words]) => (
              <option key={name} value={name}>
                {words}
              </option>
            ))}
          </select>
        </label>
        {isPeriod && (
          <label class="field">
            <span>{say.minutes}</span>
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
            {say.editAsList}
          </button>
        )}
      </div>
      {source === "markers" ? (
        <OwnList drafts={drafts} onDrafts={onDrafts} onPicture={onPicture} />
      ) : (
        <p class="quiet" id="chapter-outlook">
          {source === "none" ? say.noneInFile : outlook(made)}
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
  const { noneMade, made: say } = laterWords.value.chapters;
  if (made.length === 0) return noneMade;
  const first = made.slice(0, 3).map(({ title, offset }) => `${words.value.formats.clock(offset)} ${title}`);
  return say(made.length, first.join(", "), made.length > first.length);
}

type OwnListProps = Pick<ChapterListProps, "drafts" | "onDrafts" | "onPicture">;

function OwnList({ drafts, onDrafts, onPicture }: OwnListProps) {
  const { chapters: say } = laterWords.value;
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
      <ol class="chapters" id="chapters" ref={list} aria-label={say.title}>
        {drafts.map(({ key, title, time, image }, index) => {
          const chapter = index + 1;
          return (
            <li key={key} data-key={key}>
              <input
                class="chapter-time"
                aria-label={say.start(chapter)}
                inputMode="numeric"
                autocomplete="off"
                value={time}
                onInput={({ currentTarget: input }) => {
                  const offset = secondsFrom(input.value);
                  input.setCustomValidity(offset === undefined ? say.noTime : "");
                  change(key, { time: input.value, ...(offset !== undefined && { offset }) });
                }}
              />
              <input
                class="chapter-title"
                aria-label={say.titleOf(chapter)}
                autocomplete="off"
                placeholder={say.unnamed(chapter)}
                value={title}
                onInput={({ currentTarget }) => change(key, { title: currentTarget.value })}
              />
              <PictureChoice
                chapter={chapter}
                image={image}
                onFile={async (file) => {
                  const id = await onPicture(file);
                  if (id) change(key, { image: id });
                }}
                onRemove={() => change(key, { image: undefined })}
              />
              <span class="actions">
                <button type="button" aria-label={say.remove(chapter)} onClick={(event) => remove(event, key)}>
                  <Icon name="remove" />
                </button>
              </span>
            </li>
          );
        })}
      </ol>
      <button type="button" class="button" id="add-chapter" onClick={add}>
        <Icon name="add" />
        {say.add}
      </button>
    </>
  );
}

interface PictureChoiceProps {
  /** The number of the chapter. */
  chapter: number;
  image: string | undefined;
  onFile: (file: File) => Promise<void>;
  onRemove: () => void;
}

/** A chapter's picture. It can be picked or dropped; a click removes it. */
function PictureChoice({ chapter, image, onFile, onRemove }: PictureChoiceProps) {
  const { chapters: say } = laterWords.value;
  if (image !== undefined) {
    return (
      <button type="button" class="picture-choice" aria-label={say.removePicture(chapter)} onClick={onRemove}>
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
        aria-label={say.picture(chapter)}
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
