/** The script's lines, each with its audio. */
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Match } from "../script/match.ts";
import { AUDIO_FILES } from "../studio/file-types.ts";
import {
  type Audio,
  audio,
  choices,
  choose,
  chooseNothing,
  lineOf,
  lines,
  match,
  takeFiles,
  told,
} from "../studio/script-import.ts";
import { voiceNumber } from "../studio/voices.ts";
import { laterWords } from "../words/later.ts";
import { words } from "../words/words.ts";
import { FileButton } from "./FileButton.tsx";

/** Lines are built in blocks, and only near the visible part: a script has thousands. */
const LINES_A_BLOCK = 20;

/** The assumed height of a line that has not been shown yet, in pixels. */
const LINE_HEIGHT = 58;

const NONE: readonly Audio[] = [];

/** How many unused files are named. */
const MOST_NAMES = 5;

export function ScriptLines() {
  const [onlyOpen, setOnlyOpen] = useState(false);
  const said = lines.value;
  const { script: say } = laterWords.value;
  const open = said.reduce((sum, _, line) => (choices.value[line] ? sum : sum + 1), 0);
  const shown = [...said.keys()].filter((line) => !onlyOpen || !choices.value[line]);
  const blocks = Array.from({ length: Math.ceil(shown.length / LINES_A_BLOCK) }, (_, at) => at * LINES_A_BLOCK);
  return (
    <section class="script-lines" aria-labelledby="script-lines-title">
      <header>
        <h3 id="script-lines-title">
          {say.lines} <span class="quiet">{words.value.formats.number(said.length)}</span>
        </h3>
        <FileButton
          id="script-audio"
          icon="add"
          label={words.value.scriptNote.addAudio}
          accept={AUDIO_FILES}
          onFiles={takeFiles}
        />
        <span class="script-match">
          <span class="quiet">{say.match}</span>
          <button type="button" id="match-name" class="button" onClick={() => void match("name")}>
            {say.byName}
          </button>
          <button type="button" id="match-order" class="button" onClick={() => void match("order")}>
            {say.byOrder}
          </button>
          <button type="button" id="match-none" class="button" onClick={chooseNothing}>
            {say.clear}
          </button>
        </span>
        <label class="check">
          <input
            id="script-open-only"
            type="checkbox"
            checked={onlyOpen}
            onChange={({ currentTarget }) => setOnlyOpen(currentTarget.checked)}
          />
          {say.onlyOpen}
        </label>
        <p role="status" class="quiet" id="script-state">
          {stateInWords(open)}
        </p>
      </header>
      {said.length === 0 ? (
        <p class="empty">{say.noLinesYet}</p>
      ) : (
        <div id="script-lines" class="script-blocks">
          {blocks.map((start) => (
            <Block key={start} start={start} shown={shown} />
          ))}
        </div>
      )}
    </section>
  );
}

/** A block of the lines that are shown. */
function Block({ start, shown }: { start: number; shown: readonly number[] }) {
  const [isNear, setIsNear] = useState(start === 0);
  const list = useRef<HTMLOListElement>(null);
  const height = useRef<number | undefined>(undefined);
  const own = shown.slice(start, start + LINES_A_BLOCK);
  useLayoutEffect(() => {
    const element = list.current as HTMLOListElement;
    const see = ([entry]: IntersectionObserverEntry[]) => {
      if (!entry?.isIntersecting && element.contains(document.activeElement)) return;
      if (!entry?.isIntersecting) height.current = element.offsetHeight;
      setIsNear(entry?.isIntersecting ?? true);
    };
    const observer = new IntersectionObserver(see, { root: scrollerOf(element), rootMargin: "600px 0px" });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const room = isNear ? undefined : { height: `${height.current ?? own.length * LINE_HEIGHT}px` };
  return (
    <ol
      ref={list}
      start={start + 1}
      style={room}
      aria-label={laterWords.value.script.block(start + 1, start + own.length)}
    >
      {isNear &&
        own.map((line, place) => {
          const { voice, text, scene } = lines.value[line] as (typeof lines.value)[number];
          const before = lines.value[shown[start + place - 1] ?? -1];
          const choice = choices.value[line];
          return (
            <LineRow
              key={line}
              line={line}
              voice={voice}
              text={text}
              colour={voiceNumber(voice)}
              heading={scene === before?.scene ? undefined : scene}
              audioId={choice?.audio.id ?? ""}
              audioName={choice?.audio.name ?? ""}
              reason={choice ? reasonInWords(choice) : ""}
            />
          );
        })}
    </ol>
  );
}

/** The element that scrolls the lines: their list or, in a narrow window, the whole dialog. */
function scrollerOf(element: HTMLElement): Element | null {
  const list = element.parentElement as HTMLElement;
  return getComputedStyle(list).overflowY === "auto" ? list : element.closest("form");
}

interface LineRowProps {
  line: number;
  voice: string;
  text: string;
  colour: number;
  /** The heading of the scene that starts here. */
  heading: string | undefined;
  audioId: string;
  audioName: string;
  reason: string;
}

function LineRow(props: LineRowProps) {
  const { line, voice, text, colour, heading, audioId, audioName, reason } = props;
  const { script: say } = laterWords.value;
  // A row lists all audio only while the user chooses. Otherwise there would be millions of options.
  const [isListed, setIsListed] = useState(false);
  const list = () => setIsListed(true);
  const others = isListed ? audio.value : NONE;
  const used = isListed ? lineOf.value : undefined;
  const row = () => (
    <li class={`script-line voice-${colour}`} data-line={line + 1} data-reason={reason}>
      {heading !== undefined && <h4>{heading}</h4>}
      <span class="number" aria-hidden="true">
        {line + 1}
      </span>
      <div class="words">
        {voice && <span class="voice">{voice}</span>}
        <span class="text">{text}</span>
      </div>
      <select
        aria-label={say.audioFor(line + 1, voice)}
        value={audioId}
        onFocus={list}
        onPointerDown={list}
        onBlur={() => setIsListed(false)}
        onChange={({ currentTarget }) => choose(line, currentTarget.value)}
      >
        <option value="">{say.noAudio}</option>
        {!isListed && audioId && <option value={audioId}>{audioName}</option>}
        {others.map(({ id, name }) => (
          <option key={id} value={id}>
            {used?.has(id) && used.get(id) !== line ? say.ofLine(name, (used.get(id) ?? 0) + 1) : name}
          </option>
        ))}
      </select>
      <span class="reason quiet">{reason}</span>
    </li>
  );
  // A script may have thousands of lines, so only rows that changed are built again.
  return useMemo(row, [line, voice, text, colour, heading, audioId, audioName, reason, others, used, say]);
}

/** The reason for a match, such as `by words`. If several lines fitted, it says how many. */
function reasonInWords({ reason, among }: Pick<Match, "reason" | "among">): string {
  const { reasons, firstFree } = laterWords.value.script;
  return among === undefined ? reasons[reason] : firstFree(reasons[reason], among);
}

/** `3 lines have no audio. 2 audio files are not used: a.wav, b.wav.` */
function stateInWords(open: number): string {
  const pieces = audio.value.filter(({ isAside }) => !isAside);
  if (lines.value.length === 0) return told.value;
  const left = pieces.filter(({ id }) => !lineOf.value.has(id)).map(({ name }) => name);
  const { script: say } = laterWords.value;
  const sentences = [
    told.value,
    open === 0 ? say.allHaveAudio : say.openLines(open),
    left.length > 0 && say.unused(left.length, left.slice(0, MOST_NAMES)),
  ];
  return sentences.filter(Boolean).join(" ");
}
