/** A finished export of each chapter: the files, and what there is to say about them. */
import { share } from "../studio/destinations.ts";
import type { FinishedChapters } from "../studio/exporting.ts";
import { unreadableInWords } from "../studio/failure.ts";
import { words } from "../words/words.ts";
import { Origin, Remarks } from "./ExportResult.tsx";

export function ChapterFiles({ finished }: { finished: FinishedChapters }) {
  const { results, folder, archive, url, isToShare, project } = finished;
  const { chapterFiles, result: said, formats } = words.value;
  const sum = (of: "durationSeconds" | "bytes") => results.reduce((all, result) => all + result[of], 0);
  const warnings = results.flatMap((result) => result.warnings);
  const unreadable = [
    ...new Map(results.flatMap((result) => result.unreadable.map((one) => [one.clipId, one]))).values(),
  ];
  return (
    <div class="result" id="chapter-files" data-files={JSON.stringify(results.map(({ name }) => name))}>
      <div>
        <p class="dock-title">
          {archive ? (isToShare ? said.ready : said.saved)(archive.name) : chapterFiles.saved(results.length)}
          {folder !== undefined && said.inFolder(folder)}
        </p>
        <Origin project={project} />
        <p class="facts quiet">
          <span>{`${formats.clock(sum("durationSeconds"))}, ${formats.size(sum("bytes"))}`}</span>
          {archive && !isToShare && (
            <a id="download" href={url ?? ""} download={archive.name}>
              {said.downloadAgain}
            </a>
          )}
          {archive && isToShare && (
            <button type="button" class="link" onClick={() => void share(archive)}>
              {said.share}
            </button>
          )}
        </p>
        <details class="remarks">
          <summary>{chapterFiles.list}</summary>
          <ul>
            {results.map(({ name, durationSeconds }) => (
              <li key={name}>
                {name} <span class="quiet">{formats.clock(durationSeconds)}</span>
              </li>
            ))}
          </ul>
        </details>
        <Remarks
          id="unreadable"
          title={said.leftSilent(unreadable.length)}
          remarks={unreadable.map((clip) => ({ clipId: clip.clipId, message: unreadableInWords(clip) }))}
        />
        <Remarks id="warnings" title={said.warnings(warnings.length)} remarks={warnings} />
      </div>
    </div>
  );
}
