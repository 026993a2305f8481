/** The settings of the timeline, the sound and the file, in their dialog. */
import { AUDIO_LAYOUTS, AUDIO_RATES, BIT_RATE, LOUDNESS_PRESETS, SIDECAR_KINDS } from "secuencia";
import { MAX_GAP_SECONDS, type Settings } from "secuencia/project.js";
import { bitRateInWords, goalInWords, level, rateInWords, SIDECAR_NAMES } from "../project/settings.ts";
import type { AllSettings } from "../studio/editing.ts";
import { project } from "../studio/state.ts";

const BIT_RATES = [64_000, 96_000, 128_000, 192_000, BIT_RATE.usual, BIT_RATE.most];
const EDGE_FADES = [0, 0.005];
const LAYOUT_NAMES = { stereo: "Stereo", mono: "Mono", auto: "Mono if nothing is lost" };
const LOUDNESS_NAMES = {
  podcast: "Podcast",
  "podcast-mono": "Podcast in mono",
  broadcast: "Broadcast",
  audiobook: "Audiobook (ACX)",
};
const LOUDNESSES = [undefined, ...LOUDNESS_PRESETS];

/** The fields. */
export function SoundFields() {
  const settings = project.value;
  const { sidecars = [] } = settings;
  return (
    <>
      <label class="field">
        <span>Gap between clips (s)</span>
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
        label="Channels"
        choices={AUDIO_LAYOUTS}
        chosen={settings.audioLayout ?? AUDIO_LAYOUTS[0]}
        words={(layout) => LAYOUT_NAMES[layout]}
      />
      <Choice
        name="audioRate"
        label="Sample rate"
        choices={AUDIO_RATES}
        chosen={settings.audioRate ?? AUDIO_RATES[0]}
        words={rateInWords}
      />
      <Choice
        name="bitRate"
        label="Bit rate"
        choices={BIT_RATES}
        chosen={settings.bitRate ?? BIT_RATE.usual}
        words={bitRateInWords}
      />
      <Choice
        name="ceilingDb"
        label="Peak limit"
        choices={[undefined, null]}
        chosen={settings.ceilingDb}
        words={(ceiling) => {
          if (ceiling === null) return "No limit";
          return ceiling === undefined ? "−1 dBTP (−3 for ACX)" : `${level(ceiling)} dBTP`;
        }}
      />
      <Choice
        name="loudness"
        label="Loudness"
        choices={LOUDNESSES}
        chosen={settings.loudness}
        words={(loudness) => {
          if (!loudness) return "Unchanged";
          const name = typeof loudness === "string" ? `${LOUDNESS_NAMES[loudness]}, ` : "";
          return `${name}${goalInWords(loudness, settings.audioLayout)}`;
        }}
      />
      <Choice
        name="edgeFadeSeconds"
        label="Edge fades against clicks"
        choices={EDGE_FADES}
        chosen={settings.edgeFadeSeconds ?? 0}
        words={(seconds) => (seconds ? `${Number((seconds * 1000).toFixed(3))} ms` : "None")}
      />
      <label class="check wide">
        <input name="trimSilence" type="checkbox" defaultChecked={settings.trimSilence ?? false} />
        Trim silence from the ends of audio added from now on
      </label>
      <label class="check wide">
        <input name="onUnreadableClip" type="checkbox" defaultChecked={settings.onUnreadableClip === "silence"} />
        If a clip cannot be used, export silence in its place
      </label>
      <fieldset class="wide text-files">
        <legend>Text files to export with the audio</legend>
        {SIDECAR_KINDS.map((kind) => (
          <label key={kind} class="check">
            <input name={kind} type="checkbox" defaultChecked={sidecars.includes(kind)} />
            {SIDECAR_NAMES[kind]}
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
