/** The script's text and settings, and what was found in it. */
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
import { laterWords } from "../words/later.ts";
import { words } from "../words/words.ts";
import { FileButton } from "./FileButton.tsx";

/** A longer text is not shown in a text field: that would block the page, and nobody edits it there. */
const LONGEST_TYPED = 50_000;

/** How many voices and faults are listed. The rest are counted. */
const MOST_VOICES = 60;
const MOST_FAULTS = 6;

export function ScriptSource() {
  return (
    <div class="script-source">
      {view.value === "project" ? <OfProject /> : <OfText />}
      <Voices />
    </div>
  );
}

function OfProject() {
  const { script: say } = laterWords.value;
  return (
    <>
      <p>{say.linesOfProject(lines.value.length)}</p>
      <button type="button" id="script-other" class="button" onClick={startOver}>
        {say.another}
      </button>
    </>
  );
}

function OfText() {
  const { text, name } = source.value;
  const { format, faults } = script.value;
  const { script: say } = laterWords.value;
  const found = say.found(sceneCount(script.value.lines), lines.value.length);
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
        label={say.choose}
        accept={`${SCRIPT_FILES},text/plain,${AUDIO_FILES}`}
        onFiles={takeFiles}
      />
      <label class="field">
        <span>{say.format}</span>
        <select
          id="script-format"
          value={format}
          onChange={({ currentTarget }) => setFormat(currentTarget.value as Format)}
        >
          {Object.entries(say.formats).map(([value, name]) => (
            <option key={value} value={value}>
              {name}
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
        {say.keepDirections}
      </label>
      <Place />
      <div role="status" class="script-found">
        <p id="script-found">{isReading.value ? say.reading : text.trim() ? found : say.noText}</p>
        {faults.length > 0 && (
          <ul id="script-faults" class="quiet">
            {faults.slice(0, MOST_FAULTS).map((fault) => (
              <li key={fault}>{fault}</li>
            ))}
            {faults.length > MOST_FAULTS && <li>{say.moreFaults(faults.length - MOST_FAULTS)}</li>}
          </ul>
        )}
      </div>
    </>
  );
}

function TextField({ text }: { text: string }) {
  const { script: say } = laterWords.value;
  return (
    <label class="field">
      <span>{say.write}</span>
      <textarea
        id="script-text"
        rows={8}
        placeholder={say.example}
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
  const { script: say } = laterWords.value;
  return (
    <div class="script-document">
      <p id="script-name">{name ?? say.pasted}</p>
      <p class="quiet">{say.length(text.length)}</p>
      <button type="button" id="script-other" class="button" onClick={startOver}>
        {say.another}
      </button>
    </div>
  );
}

function Place() {
  const clips = project.value.clips.length;
  const { script: say } = laterWords.value;
  return (
    <fieldset class="script-place">
      <legend class="visually-hidden">{say.place}</legend>
      <label class="check">
        <input type="radio" name="place" checked={place.value === "new"} onChange={() => setPlace("new")} />
        {say.placeNew}
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
        {say.placeHere(clips)}
      </label>
    </fieldset>
  );
}

function Voices() {
  const voices = [...voicesOf(lines.value)];
  const { script: say } = laterWords.value;
  const { number } = words.value.formats;
  if (voices.length === 0) return null;
  return (
    <section aria-labelledby="script-voices-title">
      <h3 id="script-voices-title">
        {say.voices} <span class="quiet">{number(voices.length)}</span>
      </h3>
      <ul id="script-voices" class="script-voices">
        {voices.slice(0, MOST_VOICES).map(([voice, spoken]) => (
          <li key={voice} class={`voice-${voiceNumber(voice)}`}>
            <span class="voice">{voice || say.unnamedVoice}</span>
            <span class="quiet">{number(spoken)}</span>
          </li>
        ))}
        {voices.length > MOST_VOICES && <li class="quiet">{say.moreVoices(voices.length - MOST_VOICES)}</li>}
      </ul>
    </section>
  );
}
