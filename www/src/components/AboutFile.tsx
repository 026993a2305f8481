/** The facts about the exported file, in its dialog: tags, pictures, chapters and the extension. */
import { useState } from "preact/hooks";
import { type ChapterSource, MEDIA_TYPES, type Tags } from "secuencia";
import { type About, TEXT_TAGS } from "secuencia/project.js";
import { isSame } from "../project/difference.ts";
import { withReason } from "../studio/failure.ts";
import { addPicture } from "../studio/library.ts";
import { project, said } from "../studio/state.ts";
import { laterWords } from "../words/later.ts";
import { ChapterList, type DraftChapter, draftOf, markersOf } from "./ChapterList.tsx";
import { CoverList } from "./CoverList.tsx";

/** Matches a BCP 47 language tag, as far as a pattern can. */
const LANGUAGE_PATTERN = "[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*";

/** The dialog's pictures and chapters, which are no fields of its form. */
export interface AboutDraft {
  covers: string[];
  drafts: DraftChapter[];
  source: ChapterSource;
  /** A sentence about a picture that could not be added. */
  fault: string;
  isChanged: boolean;
  setCovers: (covers: string[]) => void;
  setDrafts: (change: (drafts: DraftChapter[]) => DraftChapter[]) => void;
  setSource: (source: ChapterSource) => void;
  /** Adds pictures one by one, and reports those that cannot be read. Returns their IDs. */
  add: (files: File[]) => Promise<string[]>;
  addCovers: (files: File[]) => Promise<void>;
}

/** Begins to edit the project’s pictures and chapters. */
export function useAboutDraft(): AboutDraft {
  const { tags = {}, chapters = [], chapterSource = "markers" } = project.value;
  const [covers, setCovers] = useState(tags.covers ?? []);
  const [first] = useState(() => chapters.map(draftOf));
  const [drafts, setDrafts] = useState(first);
  const [source, setSource] = useState<ChapterSource>(chapterSource);
  const [fault, setFault] = useState("");
  const add = async (files: File[]): Promise<string[]> => {
    const added: string[] = [];
    setFault("");
    for (const file of files) {
      try {
        added.push(await addPicture(file));
      } catch (error) {
        const { pictureFailed, unnamedPicture } = laterWords.value.about;
        setFault(withReason(pictureFailed(file.name || unnamedPicture), error));
      }
    }
    return added;
  };
  const addCovers = async (files: File[]) => {
    const added = await add(files);
    setCovers((before) => [...before, ...added]);
    if (added.length > 0) said.value = laterWords.value.about.picturesAdded(added.length);
  };
  const isChanged = drafts !== first || !isSame(covers, tags.covers ?? []) || source !== chapterSource;
  return { covers, drafts, source, fault, isChanged, setCovers, setDrafts, setSource, add, addCovers };
}

/** The fields, the pictures and the chapters. */
export function AboutFields({ draft }: { draft: AboutDraft }) {
  const { name, tags = {}, extension } = project.value;
  const { covers, drafts, source, setCovers, setDrafts, setSource, add, addCovers } = draft;
  return (
    <>
      <TagFields tags={tags} name={name} />
      <label class="check wide">
        <input name="isAudiobook" type="checkbox" defaultChecked={extension === "m4b"} />
        {laterWords.value.about.isAudiobook}
      </label>
      <CoverList covers={covers} onChange={setCovers} onAdd={addCovers} />
      <ChapterList
        source={source}
        drafts={drafts}
        onSource={setSource}
        onDrafts={setDrafts}
        onPicture={async (file) => (await add([file]))[0]}
      />
    </>
  );
}

function TagFields({ tags, name }: { tags: Tags; name: string }) {
  const { about: say } = laterWords.value;
  return (
    <>
      <TextField name="title" label={say.title} tags={tags} hint={name} isWide />
      <TextField name="artist" label={say.artist} tags={tags} />
      <TextField name="album" label={say.album} tags={tags} />
      <TextField name="narrator" label={say.narrator} tags={tags} />
      <TextField name="genre" label={say.genre} tags={tags} />
      <TextField name="year" label={say.year} tags={tags} />
      <label class="field">
        <span>{say.kind}</span>
        <select name="mediaType">
          <option value="">{say.noKind}</option>
          {MEDIA_TYPES.map((type) => (
            <option key={type} value={type} selected={type === tags.mediaType}>
              {say.kinds[type]}
            </option>
          ))}
        </select>
      </label>
      <label class="field wide">
        <span>{say.description}</span>
        <textarea name="description" rows={2} defaultValue={tags.description} />
      </label>
      <details class="wide" id="more-tags">
        <summary>{say.more}</summary>
        <div class="fields">
          <TextField name="albumArtist" label={say.albumArtist} tags={tags} />
          <TextField name="composer" label={say.composer} tags={tags} hint={tags.narrator ?? ""} />
          <PartField name="track" numberLabel={say.trackNumber} totalLabel={say.trackTotal} part={tags.track} />
          <PartField name="disc" numberLabel={say.discNumber} totalLabel={say.discTotal} part={tags.disc} />
          <label class="field">
            <span>{say.language}</span>
            <input
              name="language"
              autocomplete="off"
              pattern={LANGUAGE_PATTERN}
              title={say.languageHint}
              placeholder="en"
              defaultValue={tags.language}
            />
          </label>
          <TextField name="grouping" label={say.grouping} tags={tags} />
          <TextField name="copyright" label={say.copyright} tags={tags} isWide />
          <TextField name="comment" label={say.comment} tags={tags} isWide />
          <label class="field wide">
            <span>{say.longDescription}</span>
            <textarea name="longDescription" rows={4} defaultValue={tags.longDescription} />
          </label>
        </div>
      </details>
    </>
  );
}

interface TextFieldProps {
  name: (typeof TEXT_TAGS)[number];
  label: string;
  tags: Tags;
  /** The value that an empty field has. */
  hint?: string;
  isWide?: boolean;
}

function TextField({ name, label, tags, hint = "", isWide = false }: TextFieldProps) {
  return (
    <label class={isWide ? "field wide" : "field"}>
      <span>{label}</span>
      <input name={name} autocomplete="off" placeholder={hint} defaultValue={tags[name]} />
    </label>
  );
}

interface PartFieldProps {
  name: "track" | "disc";
  numberLabel: string;
  totalLabel: string;
  part: Tags["track"];
}

/** A number and a total, such as track 3 of 12. */
function PartField({ name, numberLabel, totalLabel, part }: PartFieldProps) {
  const field = (suffix: string, label: string, value: number | undefined) => (
    <label class="field">
      <span>{label}</span>
      <input name={`${name}${suffix}`} type="number" min={1} max={65_535} step={1} defaultValue={value ?? ""} />
    </label>
  );
  return (
    <div class="part">
      {field("Number", numberLabel, part?.number)}
      {field("Total", totalLabel, part?.total)}
    </div>
  );
}

/** Handles files that are dragged over the dialog here, so that the page behind it does not. */
export function takeOver(event: DragEvent): boolean {
  if (!event.dataTransfer?.types.includes("Files")) return false;
  event.preventDefault();
  event.stopPropagation();
  return true;
}

/** The pictures among pasted or dropped files. */
export function pictureFiles(data: DataTransfer | null): File[] {
  return [...(data?.files ?? [])].filter(({ type }) => type.startsWith("image/"));
}

/** The form and the lists beside it. Empty fields are left out. */
export function aboutFrom(form: FormData, { covers, drafts, source }: AboutDraft): About {
  const text = (name: string) => String(form.get(name) ?? "").trim();
  const part = (name: string) => {
    const [number, total] = [Number(text(`${name}Number`)), Number(text(`${name}Total`))];
    return number ? { [name]: { number, ...(total && { total }) } } : {};
  };
  const tags = {
    ...Object.fromEntries(TEXT_TAGS.flatMap((name) => (text(name) ? [[name, text(name)]] : []))),
    ...part("track"),
    ...part("disc"),
    ...(text("mediaType") && { mediaType: text("mediaType") as (typeof MEDIA_TYPES)[number] }),
    ...(covers.length > 0 && { covers }),
  };
  const chapters = markersOf(drafts);
  return {
    ...(Object.keys(tags).length > 0 && { tags }),
    ...(chapters.length > 0 && { chapters }),
    ...(source !== "markers" && { chapterSource: source }),
    ...(form.has("isAudiobook") && { extension: "m4b" }),
  };
}
