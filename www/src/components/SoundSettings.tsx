/** The settings of the timeline, the sound and the file, in their dialog. */
import { AUDIO_LAYOUTS, AUDIO_RATES, BIT_RATE, LOUDNESS_PRESETS, SIDECAR_KINDS } from "secuencia";
import { MAX_GAP_SECONDS, type Settings } from "secuencia/project.js";
import { goalInWords } from "../project/settings.ts";
import type { AllSettings } from "../studio/editing.ts";
import { project } from "../studio/state.ts";
import { laterWords } from "../words/later.ts";
import { words } from "../words/words.ts";

const BIT_RATES = [64_000, 96_000, 128_000, 192_000, BIT_RATE.usual, BIT_RATE.most];
const EDGE_FADES = [0, 0.005];
const LOUDNESSES = [undefined, ...LOUDNESS_PRESETS];

/** The fields. */
export function SoundFields() {
  const settings = project.value;
  const { sound: say } = laterWords.value;
  const { formats, settings: inShort } = words.value;
  const { sidecars = [] } = settings;
  return (
    <>
      <label class="field">
        <span>{say.gap}</span>
        <input
          name="gapSeconds"
          type="number"
          min={0}
          max={MAX_GAP_SECONDS}
          step="any"
          required
          defaultValue={settings.gapSeconds}
        />
      </label>
      <Choice
        name="audioLayout"
        label={say.channels}
        choices={AUDIO_LAYOUTS}
        chosen={settings.audioLayout ?? AUDIO_LAYOUTS[0]}
        words={(layout) => say.layouts[layout]}
      />
      <Choice
        name="audioRate"
        label={say.rate}
        choices={AUDIO_RATES}
        chosen={settings.audioRate ?? AUDIO_RATES[0]}
        words={inShort.kilohertz}
      />
      <Choice
        name="bitRate"
        label={say.bitRate}
        choices={BIT_RATES}
        chosen={settings.bitRate ?? BIT_RATE.usual}
        words={inShort.kilobits}
      />
      <Choice
        name="ceilingDb"
        label={say.ceiling}
        choices={[undefined, null]}
        chosen={settings.ceilingDb}
        words={(ceiling) => {
          if (ceiling === null) return say.noCeiling;
          return ceiling === undefined ? say.usualCeiling : `${formats.number(ceiling)} dBTP`;
        }}
      />
      <Choice
        name="loudness"
        label={say.loudness}
        choices={LOUDNESSES}
        chosen={settings.loudness}
        words={(loudness) => {
          if (!loudness) return say.loudnessUnchanged;
          const name = typeof loudness === "string" ? `${say.loudnesses[loudness]}, ` : "";
          return `${name}${goalInWords(loudness, settings.audioLayout)}`;
        }}
      />
      <Choice
        name="edgeFadeSeconds"
        label={say.edgeFades}
        choices={EDGE_FADES}
        chosen={settings.edgeFadeSeconds ?? 0}
        words={(seconds) => (seconds ? `${formats.number(seconds * 1000)} ms` : say.noEdgeFades)}
      />
      <label class="check wide">
        <input name="trimSilence" type="checkbox" defaultChecked={settings.trimSilence ?? false} />
        {say.trimSilence}
      </label>
      <label class="check wide">
        <input name="onUnreadableClip" type="checkbox" defaultChecked={settings.onUnreadableClip === "silence"} />
        {say.silenceForUnusable}
      </label>
      <fieldset class="wide text-files">
        <legend>{say.textFiles}</legend>
        {SIDECAR_KINDS.map((kind) => (
          <label key={kind} class="check">
            <input name={kind} type="checkbox" defaultChecked={sidecars.includes(kind)} />
            {say.sidecars[kind]}
          </label>
        ))}
      </fieldset>
    </>
  );
}

interface ChoiceProps<Value> {
  name: keyof Settings;
  label: string;
  choices: readonly Value[];
  /** The current value. A project file may have one that is not among the choices; it is added to them. */
  chosen: Value;
  words: (value: Value) => string;
}

function Choice<Value>({ name, label, choices, chosen, words }: ChoiceProps<Value>) {
  const values = new Map([...choices, chosen].map((value) => [written(value), value]));
  return (
    <label class="field">
      <span>{label}</span>
      <select name={name}>
        {[...values].map(([text, value]) => (
          <option key={text} value={text} selected={text === written(chosen)}>
            {words(value)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** A setting as the value of an option. A setting that is left out is empty. */
function written(value: unknown): string {
  return JSON.stringify(value) ?? "";
}

/** The form as settings. Default values are left out. */
export function settingsFrom(form: FormData): AllSettings {
  const read = (name: keyof Settings, usual?: unknown) => {
    const text = String(form.get(name));
    return text === "" || text === written(usual) ? {} : { [name]: JSON.parse(text) };
  };
  const wanted = SIDECAR_KINDS.filter((kind) => form.has(kind));
  return {
    gapSeconds: Number(form.get("gapSeconds")),
    ...read("audioLayout", AUDIO_LAYOUTS[0]),
    ...read("audioRate", AUDIO_RATES[0]),
    ...read("bitRate", BIT_RATE.usual),
    ...read("ceilingDb"),
    ...read("loudness"),
    ...read("edgeFadeSeconds", 0),
    ...(form.has("trimSilence") && { trimSilence: true }),
    ...(form.has("onUnreadableClip") && { onUnreadableClip: "silence" }),
    ...(wanted.length > 0 && { sidecars: wanted }),
  };
}
