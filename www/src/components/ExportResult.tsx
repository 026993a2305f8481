/** A finished export: the file's facts, a player, and what was not quite as the sources promised. */
import { clockTime, count, sizeInWords, timeInWords } from "../format.ts";
import { clipTitle } from "../project/model.ts";
import type { Finished } from "../studio/exporting.ts";
import { focusClip } from "../studio/focus.ts";
import { share } from "../studio/saving.ts";
import { project } from "../studio/state.ts";

export function ExportResult({ finished }: { finished: Finished }) {
  const { result, file, url, saved, tookSeconds } = finished;
  const { file: _file, ...facts } = result;
  const speed = result.durationSeconds / tookSeconds;
  return (
    <div class="result" id="result" data-result={JSON.stringify({ ...facts, name: file.name, tookSeconds })}>
      <div>
        <p class="dock-title">{saved === "share" ? `${file.name} is ready` : `Saved ${file.name}`}</p>
        <dl class="facts quiet">
          <dt class="visually-hidden">Length</dt>
          <dd>{clockTime(result.durationSeconds)}</dd>
          <dt class="visually-hidden">Size</dt>
          <dd>{sizeInWords(result.bytes)}</dd>
          <dt class="visually-hidden">Took</dt>
          <dd>{`made in ${timeInWords(tookSeconds)}, ${speed.toFixed(speed < 10 ? 1 : 0)} × real time`}</dd>
          {saved === "download" && (
            <dd>
              <a id="download" href={url} download={file.name}>
                Download again
              </a>
            </dd>
          )}
          {saved === "share" && (
            <dd>
              <button type="button" class="link" onClick={() => void share(file)}>
                Share or save…
              </button>
            </dd>
          )}
        </dl>
        <Warnings warnings={result.warnings} />
      </div>
      {/* biome-ignore lint/a11y/useMediaCaption: the lines are listed above, in the project */}
      <audio id="player" controls src={url} aria-label={`Play ${file.name}`} />
    </div>
  );
}

function Warnings({ warnings }: { warnings: Finished["result"]["warnings"] }) {
  if (warnings.length === 0) return null;
  return (
    <details class="warnings" id="warnings">
      <summary>{count(warnings.length, "warning")}</summary>
      <ul>
        {warnings.map(({ clipId, message }) => {
          const clip = project.value.clips.find(({ id }) => id === clipId);
          return (
            <li key={`${clipId} ${message}`} data-clip-id={clipId}>
              {clip && (
                <button type="button" class="link" onClick={() => focusClip(clipId)}>
                  {clipTitle(clip)}
                </button>
              )}{" "}
              {message}
            </li>
          );
        })}
      </ul>
    </details>
  );
}
