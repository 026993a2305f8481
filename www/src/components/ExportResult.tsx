/**
 * A finished export: facts about the file, a player, warnings, and a button that opens the script and the downloads.
 * Words say whether it is loud enough; the figures open on demand.
 */
import { useRef } from "preact/hooks";
import { loudnessInWords, verdictOn } from "../project/loudness.ts";
import type { Project } from "../project/model.ts";
import { share } from "../studio/destinations.ts";
import { exportedElsewhere, type Finished } from "../studio/exporting.ts";
import { unreadableInWords } from "../studio/failure.ts";
import { project as current } from "../studio/state.ts";
import { words } from "../words/words.ts";
import { ClipRemark } from "./ClipRemark.tsx";
import { Icon } from "./Icon.tsx";
import { useLoadedLater } from "./loaded-later.ts";

const loadPanel = async () => (await import("./ResultPanel.tsx")).ResultPanel;

export function ExportResult({ finished }: { finished: Finished }) {
  const { result, file, url, saved, asked, folder, project, tookSeconds } = finished;
  const { file: _file, ...facts } = result;
  const named = result.sidecars.filter(({ kind }) => asked.includes(kind)).map(({ kind, name }) => ({ kind, name }));
  const [, ...savedBeside] = result.saved ?? [];
  const toSave = named.filter(({ name }) => !savedBeside.includes(name));
  const { result: say, formats } = words.value;
  const player = useRef<HTMLAudioElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const { Shown: Panel, show, hide } = useLoadedLater(loadPanel, words.value.result.notShown);
  const close = () => {
    hide();
    opener.current?.focus();
  };
  const toggle = () => (Panel ? close() : void show());
  const speed = result.durationSeconds / tookSeconds;
  const verdict = verdictOn(result.loudness, project.loudness, result.audioLayout);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes what its button opened, from anywhere in here
    <div
      class="result"
      id="result"
      data-result={JSON.stringify({ ...facts, sidecars: named, name: file.name, tookSeconds })}
      onKeyDown={({ key }) => Panel && key === "Escape" && close()}
    >
      <div>
        <p class="dock-title">
          {saved === "share" ? say.ready(file.name) : say.saved(file.name)}
          {folder !== undefined && say.inFolder(folder)}
        </p>
        <Origin project={project} />
        <dl class="facts quiet">
          <dt class="visually-hidden">{say.length}</dt>
          <dd>{formats.clock(result.durationSeconds)}</dd>
          <dt class="visually-hidden">{say.channels}</dt>
          <dd id="channels">{words.value.settings.layouts[result.audioLayout]}</dd>
          <dt class="visually-hidden">{say.size}</dt>
          <dd>{formats.size(result.bytes)}</dd>
          <dt class="visually-hidden">{say.loudness}</dt>
          <dd id="verdict" class={verdict.isGood ? "good" : ""}>
            {verdict.words}
            {verdict.isGood && <span aria-hidden="true"> ✓</span>}
          </dd>
          {saved === "download" && (
            <dd>
              <a id="download" href={url} download={file.name}>
                {say.downloadAgain}
              </a>
            </dd>
          )}
          {savedBeside.length > 0 && (
            <dd id="saved-beside" title={savedBeside.join("\n")}>
              {say.withTexts(savedBeside.length)}
            </dd>
          )}
          {toSave.length > 0 && !Panel && (
            <dd>
              <button type="button" id="to-save" class="link" onClick={toggle}>
                {say.textsToSave(toSave.length)}
              </button>
            </dd>
          )}
          {saved === "share" && (
            <dd>
              <button type="button" class="link" onClick={() => void share(file)}>
                {say.share}
              </button>
            </dd>
          )}
        </dl>
        <details class="remarks" id="figures">
          <summary>{say.figures}</summary>
          <p id="loudness">{loudnessInWords(result.loudness)}</p>
          <p>{say.speed(tookSeconds, speed)}</p>
        </details>
        <Remarks
          id="unreadable"
          title={say.leftSilent(result.unreadable.length)}
          remarks={result.unreadable.map((clip) => ({ clipId: clip.clipId, message: unreadableInWords(clip) }))}
        />
        <Remarks id="warnings" title={say.warnings(result.warnings.length)} remarks={result.warnings} />
      </div>
      <div class="result-player">
        {/* biome-ignore lint/a11y/useMediaCaption: the lines are in the script, which follows it */}
        <audio id="player" ref={player} controls src={url} aria-label={say.player(file.name)} />
        <button
          type="button"
          id="follow"
          class="button"
          ref={opener}
          aria-expanded={Panel !== undefined}
          aria-controls={Panel && "result-panel"}
          onClick={toggle}
        >
          <Icon name="script" />
          <span>
            {say.script}
            <span class="where-there-is-room">{say.andDownloads}</span>
          </span>
        </button>
      </div>
      {Panel && <Panel finished={finished} player={player} onClose={close} />}
    </div>
  );
}

/** Says which project an export is from, if it is not the open one as it is now. */
export function Origin({ project }: { project: Project }) {
  const elsewhere = exportedElsewhere.value;
  const { isFrom, changedSince } = words.value.result;
  if (elsewhere !== undefined) return <p id="exported-elsewhere">{isFrom(elsewhere)}</p>;
  return current.value === project ? null : <p id="changed-since">{changedSince}</p>;
}

interface RemarksProps {
  id: string;
  title: string;
  remarks: { clipId?: string; message: string }[];
}

export function Remarks({ id, title, remarks }: RemarksProps) {
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
