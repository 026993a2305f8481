/**
 * A finished export's script, which follows the dock's player, and all that the export can be had as. It lies over the
 * page above the dock, and is closed by its button, by Escape, or by the button that opened it.
 */
import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { FollowAlong } from "secuencia/follow-along.js";
import { type Download, downloadsOf } from "../studio/downloads.ts";
import type { Finished } from "../studio/exporting.ts";
import { give } from "../studio/saving.ts";
import { problems, said } from "../studio/state.ts";
import { Icon } from "./Icon.tsx";

interface ResultPanelProps {
  finished: Finished;
  player: RefObject<HTMLAudioElement>;
  onClose: () => void;
}

export function ResultPanel({ finished, player, onClose }: ResultPanelProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let shown: FollowAlong | undefined;
    let isGone = false;
    const { webvtt = "", chapters } = finished.result;
    import("secuencia/follow-along.js").then(
      ({ followAlong }) => {
        if (isGone || !place.current || !player.current) return;
        shown = followAlong(place.current, { audio: player.current, webvtt, chapters, ...finished.about });
      },
      (error: Error) => tell(`The script could not be shown: ${error.message}`),
    );
    return () => {
      isGone = true;
      shown?.destroy();
    };
  }, [finished, player]);

  return (
    <section
      class="result-panel"
      id="result-panel"
      aria-labelledby="result-panel-title"
      onKeyDown={(event) => event.key === "Escape" && onClose()}
    >
      <h2 id="result-panel-title">{finished.about.title}</h2>
      <button type="button" class="quiet-button" aria-label="Close the script" onClick={onClose}>
        <Icon name="remove" />
      </button>
      <div class="script-place" ref={place} />
      <Downloads downloads={downloadsOf(finished)} />
    </section>
  );
}

function Downloads({ downloads }: { downloads: Download[] }) {
  const [making, setMaking] = useState<Download["id"] | undefined>(undefined);
  const press = async ({ id, make }: Download) => {
    if (making) return;
    setMaking(id);
    try {
      const file = await make();
      await give(file);
      said.value = `${file.name} is ready.`;
    } catch (error) {
      tell(`The file could not be made: ${(error as Error).message}`);
    }
    setMaking(undefined);
  };
  return (
    <div class="downloads">
      <h3 id="downloads-title">Downloads</h3>
      <ul aria-labelledby="downloads-title">
        {downloads.map((download) => (
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
            {making === download.id && <span class="quiet"> …</span>}
          </li>
        ))}
      </ul>
    </div>
  );
}

function tell(sentence: string): void {
  problems.value = [...problems.value, sentence];
}
