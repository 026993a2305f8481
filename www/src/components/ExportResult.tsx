/** A finished export: the file's facts, a player, and what was not quite as the sources promised. */
import type { Loudness } from "secuencia";
import { clockTime, count, decibels, sizeInWords, timeInWords } from "../format.ts";
import type { Finished } from "../studio/exporting.ts";
import { unreadableInWords } from "../studio/failure.ts";
import { share } from "../studio/saving.ts";
import { ClipRemark } from "./ClipRemark.tsx";

export function ExportResult({ finished }: { finished: Finished }) {
  const { result, file, url, sidecars, saved, tookSeconds } = finished;
  const { file: _file, webvtt: _webvtt, json: _json, ...facts } = result;
  const named = result.sidecars.map(({ kind, name }) => ({ kind, name }));
  const speed = result.durationSeconds / tookSeconds;
  return (
    <div
      class="result"
      id="result"
      data-result={JSON.stringify({ ...facts, sidecars: named, name: file.name, tookSeconds })}
    >
      <div>
        <p class="dock-title">{saved === "share" ? `${file.name} is ready` : `Saved ${file.name}`}</p>
        <dl class="facts quiet">
          <dt class="visually-hidden">Length</dt>
          <dd>{clockTime(result.durationSeconds)}</dd>
          <dt class="visually-hidden">Size</dt>
          <dd>{sizeInWords(result.bytes)}</dd>
          <dt class="visually-hidden">Took</dt>
          <dd>{`made in ${timeInWords(tookSeconds)}, ${speed.toFixed(speed < 10 ? 1 : 0)} × real time`}</dd>
          <dt class="visually-hidden">Loudness</dt>
          <dd id="loudness">{loudnessInWords(result.loudness)}</dd>
          {saved === "download" && (
            <dd>
              <a id="download" href={url} download={file.name}>
                Download again
              </a>
            </dd>
          )}
          {sidecars.map(({ name, url }) => (
            <dd key={name}>
              <a href={url} download={name}>
                {name}
              </a>
            </dd>
          ))}
          {saved === "share" && (
            <dd>
              <button type="button" class="link" onClick={() => void share(file)}>
                Share or save…
              </button>
            </dd>
          )}
        </dl>
        <Remarks
          id="unreadable"
          title={`${count(result.unreadable.length, "clip")} left silent`}
          remarks={result.unreadable.map((clip) => ({ clipId: clip.clipId, message: unreadableInWords(clip) }))}
        />
        <Remarks id="warnings" title={count(result.warnings.length, "warning")} remarks={result.warnings} />
      </div>
      {/* biome-ignore lint/a11y/useMediaCaption: the lines are listed above, in the project */}
      <audio id="player" controls src={url} aria-label={`Play ${file.name}`} />
    </div>
  );
}

interface RemarksProps {
  id: string;
  title: string;
  remarks: { clipId?: string; message: string }[];
}

function Remarks({ id, title, remarks }: RemarksProps) {
  if (remarks.length === 0) return null;
  return (
    <details class="remarks" id={id}>
      <summary>{title}</summary>
      <ul>
        {remarks.map(({ clipId, message }) => (
          <ClipRemark key={`${clipId} ${message}`} clipId={clipId} remark={message} />
        ))}
      </ul>
    </details>
  );
}

/** `−16.0 LUFS, peak −1.2 dBTP, range 5.1 LU, +3.4 dB applied`. Silence, and what is too short, has no level. */
function loudnessInWords({ integratedLufs, truePeakDb, rangeLu, gainDb }: Loudness): string {
  const words = [];
  if (integratedLufs !== undefined) words.push(`${decibels(integratedLufs)} LUFS`);
  if (truePeakDb !== undefined) words.push(`peak ${decibels(truePeakDb)} dBTP`);
  if (integratedLufs !== undefined) words.push(`range ${decibels(rangeLu)} LU`);
  if (gainDb !== 0) words.push(`${gainDb > 0 ? "+" : ""}${decibels(gainDb)} dB applied`);
  return words.join(", ") || "silence";
}
