/**
 * The follow-along player: the sound's controls, its chapters, and its script with the spoken lines marked. The
 * browser parses the WebVTT and reports when cues begin and end; no code here keeps time.
 *
 * The player is in a shadow tree with its own stylesheet, so the page's styles and Content-Security-Policy do not
 * affect it. Only the captions need `media-src blob:`. Custom properties change its colours; they are listed at the
 * top of style.css.
 */
import { ChapterList } from "./chapters.js";
import type { FollowAlong, FollowAlongLabels, FollowAlongOptions } from "./options.js";
import { ScriptList } from "./script.js";
import style from "./style.css";

const LABELS: FollowAlongLabels = {
  script: "Script",
  chapters: "Chapters",
  spoken: "Show the line being spoken",
  noScript: "There is no script to show.",
};

/**
 * Added to a line's start, in seconds. WebVTT truncates times to a millisecond, and each browser rounds a seek to its
 * own unit. With this offset, the line itself is current and the previous one is not.
 */
const INSIDE = 0.0005;

/** Puts a player into an element, after its content. */
export function followAlong(element: Element, options: FollowAlongOptions): FollowAlong {
  const { webvtt, chapters = [], title = "", language = "", voices = [] } = options;
  const labels = { ...LABELS, ...options.labels };
  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [sheet()];
  const frame = document.createElement("section");
  if (title) frame.ariaLabel = title;
  const given = options.audio instanceof HTMLMediaElement ? options.audio : undefined;
  const audio = given ?? ownAudio(title);
  if (!given) frame.append(audio);

  const alive = new AbortController();
  const on = <Target extends EventTarget>(target: Target, types: string, listener: () => void) => {
    for (const type of types.split(" ")) target.addEventListener(type, listener, { signal: alive.signal });
  };
  const jump = (seconds: number) => {
    audio.currentTime = seconds + INSIDE;
  };

  const lists = document.createElement("div");
  lists.className = "lists";
  frame.append(lists);
  if (chapters.length > 0) {
    const list = new ChapterList(chapters, labels.chapters, jump);
    const mark = () => list.mark(audio.currentTime + INSIDE);
    on(audio, "timeupdate seeking durationchange", mark);
    lists.append(list.element);
    mark();
  }

  const script = new ScriptList(labels, voices, jump);
  if (language) script.element.lang = language;
  lists.append(script.element);
  const captions = captionsOf(webvtt, { label: labels.script, language });
  const { track } = captions;
  // A file's last cue may end a fraction after the sound.
  const mark = () => script.mark(audio.ended ? [] : [...(track.activeCues ?? [])]);
  on(captions, "load error", () => {
    URL.revokeObjectURL(captions.src);
    script.fill([...(track.cues ?? [])] as VTTCue[], mark);
  });
  on(track, "cuechange", mark);
  on(audio, "seeked ended play", mark);
  on(audio, "seeking", () => script.follow());
  audio.append(captions);
  // Hidden: the browser follows the cues, and the script shows them.
  track.mode = "hidden";

  const source = given ? "" : addressOf(options.audio as Blob | URL | string);
  if (source) audio.src = source;
  root.append(frame);
  element.append(host);
  return {
    audio,
    destroy() {
      alive.abort();
      script.stop();
      URL.revokeObjectURL(captions.src);
      captions.remove();
      host.remove();
      if (given) return;
      audio.removeAttribute("src");
      // Only this releases the loaded media.
      audio.load();
      if (options.audio instanceof Blob) URL.revokeObjectURL(source);
    },
  };
}

function ownAudio(title: string): HTMLAudioElement {
  const audio = document.createElement("audio");
  audio.controls = true;
  audio.preload = "metadata";
  if (title) audio.ariaLabel = title;
  return audio;
}

function captionsOf(webvtt: string, { label, language }: { label: string; language: string }): HTMLTrackElement {
  const captions = document.createElement("track");
  captions.kind = "captions";
  captions.default = true;
  captions.label = label;
  captions.srclang = language;
  captions.src = URL.createObjectURL(new Blob([webvtt], { type: "text/vtt" }));
  return captions;
}

function addressOf(audio: Blob | URL | string): string {
  return audio instanceof Blob ? URL.createObjectURL(audio) : String(audio);
}

let shared: CSSStyleSheet | undefined;

/** Returns the stylesheet that all players of a page share. */
function sheet(): CSSStyleSheet {
  if (!shared) {
    shared = new CSSStyleSheet();
    shared.replaceSync(style);
  }
  return shared;
}
