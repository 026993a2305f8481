/** The script's text and settings, and what was found in it. */
import { count, sizeInWords } from "../format.ts";
import { type Format, sceneCount, voicesOf } from "../script/script.ts";
import { AUDIO_FILES, SCRIPT_FILES } from "../studio/file-types.ts";
import {
  isReading,
  keepsDirections,
  lines,
  place,
  type Source,
  script,
  setFormat,
  setPlace,
  setText,
  source,
  startOver,
  takeFiles,
  view,
} from "../studio/script-import.ts";
import { project } from "../studio/state.ts";
import { voiceNumber } from "../studio/voices.ts";
import { FileButton } from "./FileButton.tsx";

/** A longer text is not shown in a text field: that would block the page, and nobody edits it there. */
const LONGEST_TYPED = 50_000;

/** How many voices and faults are listed. The rest are counted. */
const MOST_VOICES = 60;
const MOST_FAULTS = 6;

const FORMAT_NAMES: Record<Format, string> = { plain: "Plain text (NAME: words)", fountain: "Fountain screenplay" };

const EXAMPLE = `SCENE 1: The lighthouse

ODETTE: Who knocks?
BRAM: (wet) The post, ma’am.`;

export function ScriptSource() {
  return (
    <div class="script-source">
      {view.value === "project" ? <OfProject /> : <OfText />}
      <Voices />
    </div>
  );
}

function OfProject() {
  return (
    <>
      <p>{`${count(lines.value.length, "line")}. For lines without audio, add files or choose from the clips.`}</p>
      <button type="button" id="script-other" class="button" onClick={startOver}>
        Another script…
      </button>
    </>
  );
}

function OfText() {
  const { text, name } = source.value;
  const { format, faults } = script.value;
  const scenes = sceneCount(script.value.lines);
  const found = [scenes > 0 && count(scenes, "scene"), count(lines.value.length, "line")].filter(Boolean).join(", ");
  return (
    <>
      {name !== undefined || text.length > LONGEST_TYPED ? (
        <Document source={source.value} />
      ) : (
        <TextField text={text} />
      )}
      <FileButton
        id="script-files"
        icon="open"
        label="Choose a script and its audio…"
        accept={`${SCRIPT_FILES},text/plain,${AUDIO_FILES}`}
        onFiles={takeFiles}
      />
      <label class="field">
        <span>Format</span>
        <select
          id="script-format"
          value={format}
          onChange={({ currentTarget }) => setFormat(currentTarget.value as Format)}
        >
          {Object.entries(FORMAT_NAMES).map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </select>
      </label>
      <label class="check">
        <input
          id="script-directions"
          type="checkbox"
          checked={keepsDirections.value}
          onChange={({ currentTarget }) => {
            keepsDirections.value = currentTarget.checked;
          }}
        />
        Keep (directions) in the text
      </label>
      <Place />
      <div role="status" class="script-found">
        <p id="script-found">{isReading.value ? "Reading…" : text.trim() ? found : "No text yet"}</p>
        {faults.length > 0 && (
          <ul id="script-faults" class="quiet">
            {faults.slice(0, MOST_FAULTS).map((fault) => (
              <li key={fault}>{fault}</li>
            ))}
            {faults.length > MOST_FAULTS && <li>{`And ${faults.length - MOST_FAULTS} more.`}</li>}
          </ul>
        )}
      </div>
    </>
  );
}

function TextField({ text }: { text: string }) {
  return (
    <label class="field">
      <span>Paste or write the script</span>
      <textarea
        id="script-text"
        rows={8}
        placeholder={EXAMPLE}
        spellcheck={false}
        defaultValue={text}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
        onPaste={(event) => {
          const pasted = event.clipboardData?.getData("text/plain") ?? "";
          if (pasted.length <= LONGEST_TYPED) return;
          event.preventDefault();
          setText(pasted);
        }}
      />
    </label>
  );
}

/** A text that comes from a file, or is too long to be edited here. */
function Document({ source: { name, text } }: { source: Source }) {
  return (
    <div class="script-document">
      <p id="script-name">{name ?? "Pasted text"}</p>
      <p class="quiet">{sizeInWords(text.length).replace("bytes", "characters")}</p>
      <button type="button" id="script-other" class="button" onClick={startOver}>
        Another script…
      </button>
    </div>
  );
}

function Place() {
  const clips = project.value.clips.length;
  return (
    <fieldset class="script-place">
      <legend class="visually-hidden">What to do with the script</legend>
      <label class="check">
        <input type="radio" name="place" checked={place.value === "new"} onChange={() => setPlace("new")} />
        Create a new project
      </label>
      <label class="check">
        <input
          type="radio"
          name="place"
          value="here"
          disabled={clips === 0}
          checked={place.value === "here"}
          onChange={() => setPlace("here")}
        />
        {`Apply it to the ${count(clips, "clip")} in this project`}
      </label>
    </fieldset>
  );
}

function Voices() {
  const voices = [...voicesOf(lines.value)];
  if (voices.length === 0) return null;
  return (
    <section aria-labelledby="script-voices-title">
      <h3 id="script-voices-title">
        Voices <span class="quiet">{voices.length.toLocaleString("en")}</span>
      </h3>
      <ul id="script-voices" class="script-voices">
        {voices.slice(0, MOST_VOICES).map(([voice, spoken]) => (
          <li key={voice} class={`voice-${voiceNumber(voice)}`}>
            <span class="voice">{voice || "Unnamed"}</span>
            <span class="quiet">{spoken.toLocaleString("en")}</span>
          </li>
        ))}
        {voices.length > MOST_VOICES && <li class="quiet">{`and ${voices.length - MOST_VOICES} more`}</li>}
      </ul>
    </section>
  );
}
