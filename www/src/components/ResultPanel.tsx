/**
 * The panel of a finished export: the script, which follows the dock's player, and the downloads. It overlays the page
 * above the dock, and is loaded when it is first opened.
 */
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { FollowAlong } from "secuencia/follow-along.js";
import { give } from "../studio/destinations.ts";
import { type Download, downloadsOf, scriptOf } from "../studio/downloads.ts";
import type { Finished } from "../studio/exporting.ts";
import { reportFailure } from "../studio/failure.ts";
import { reportProblems, said } from "../studio/state.ts";
import { loadStyles } from "../studio/styles.ts";
import { laterWords } from "../words/later.ts";
import { words } from "../words/words.ts";
import { Icon } from "./Icon.tsx";

await loadStyles("result.css");

export interface ResultPanelProps {
  finished: Finished;
  player: RefObject<HTMLAudioElement | null>;
  onClose: () => void;
}

export function ResultPanel({ finished, player, onClose }: ResultPanelProps) {
  const title = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => title.current?.focus(), []);
  return (
    <section class="result-panel" id="result-panel" aria-labelledby="result-panel-title">
      <h2 id="result-panel-title" ref={title} tabIndex={-1} dir="auto">
        {finished.about.title}
      </h2>
      <button
        type="button"
        class="quiet-button"
        aria-label={laterWords.value.resultPanel.closeScript}
        title={words.value.dialog.close}
        onClick={onClose}
      >
        <Icon name="remove" />
      </button>
      <Script finished={finished} player={player} />
      <Downloads finished={finished} />
    </section>
  );
}

function Script({ finished, player }: Pick<ResultPanelProps, "finished" | "player">) {
  const { resultPanel: say } = laterWords.value;
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let shown: FollowAlong | undefined;
    let isGone = false;
    const { chapters } = finished.result;
    const webvtt = scriptOf(finished.result);
    const noScript = webvtt === undefined ? say.scriptNotMade : say.noScript;
    const labels = { script: say.scriptLines, chapters: say.scriptChapters, spoken: say.spoken, noScript };
    import("secuencia/follow-along.js").then(
      ({ followAlong }) => {
        if (isGone || !place.current || !player.current) return;
        const { cover: _cover, ...about } = finished.about;
        const options = { webvtt: webvtt ?? "", chapters, ...about, labels };
        shown = followAlong(place.current, { audio: player.current, ...options });
      },
      (error: unknown) => reportFailure(words.value.result.notShown, error),
    );
    return () => {
      isGone = true;
      shown?.destroy();
    };
  }, [finished, player, say]);
  return <div class="result-script" ref={place} />;
}

function Downloads({ finished }: { finished: Finished }) {
  const { resultPanel: say } = laterWords.value;
  const [making, setMaking] = useState<Download["id"] | undefined>(undefined);
  // If a file takes too long, the browser no longer links it to the click. It is kept for the next click.
  const made = useRef<{ id: Download["id"]; file: File }>(undefined);
  const press = async ({ id, make }: Download) => {
    if (making) return;
    setMaking(id);
    try {
      if (made.current?.id !== id) made.current = { id, file: await make() };
      const { file } = made.current;
      await give(file);
      said.value = say.isReady(file.name);
    } catch (error) {
      const isLate = (error as DOMException).name === "NotAllowedError";
      if (isLate) reportProblems(say.pressAgain);
      else reportFailure(say.notMade, error);
    }
    setMaking(undefined);
  };
  return (
    <div class="result-downloads">
      <h3 id="downloads-title">{say.title}</h3>
      <ul aria-labelledby="downloads-title">
        {downloadsOf(finished).map((download) => (
          <li key={download.id}>
            <button
              type="button"
              class="link"
              data-download={download.id}
              aria-disabled={making !== undefined}
              onClick={() => void press(download)}
            >
              {download.label}
            </button>
            <span class="quiet">{making === download.id ? say.preparing : download.isSaved ? say.isSaved : ""}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
