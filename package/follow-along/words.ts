/** Converts a cue's text and voices to elements. The browser parses the cue's markup. */

/** The number of voice colours in style.css. More voices share them, and differ by name. */
const COLOURS = 6;

/** Numbers the voices: the given ones first, the others as they occur. */
export class Voices {
  readonly #numbers = new Map<string, number>();

  constructor(first: readonly string[]) {
    for (const name of first) this.numberOf(name);
  }

  /** Returns the number of a voice's colour. */
  numberOf(name: string): number {
    const number = this.#numbers.get(name) ?? (this.#numbers.size % COLOURS) + 1;
    this.#numbers.set(name, number);
    return number;
  }
}

/** Matches a voice tag: its classes, and its name (WebVTT, 4.2.2). */
const VOICE_TAG = /<v((?:\.[^\s>]*)?)(?:\s([^>]*))?>/g;

/** Returns a cue's words, with each voice's name before its words. */
export function wordsOf(cue: VTTCue, voices: Voices): DocumentFragment {
  // A voice becomes a span with its name as title (WebVTT, 6.4); no other span has a title. But for names with a
  // character reference, such as “Tom &amp; Jerry”, Firefox returns other characters, and WebKit no voice. So numbers
  // replace the names while the browser parses.
  const names: string[] = [];
  const numbered = cue.text.replace(VOICE_TAG, (_tag, classes: string, name = "") => {
    names.push(plainTextOf(name));
    return `<v${classes} ${names.length - 1}>`;
  });
  const words = parsed(numbered);
  for (const span of words.querySelectorAll<HTMLElement>("span[title]")) {
    const name = names[Number(span.title)];
    const label = name ? [labelOf(name, voices.numberOf(name)), " "] : [];
    span.replaceWith(...label, ...span.childNodes);
  }
  return words;
}

/** Resolves the character references in a name, as the browser does in a cue's text. */
function plainTextOf(name: string): string {
  return name.includes("&") ? (parsed(name.replaceAll("<", "&lt;")).textContent ?? "").trim() : name.trim();
}

function parsed(cueText: string): DocumentFragment {
  return new VTTCue(0, 0, cueText).getCueAsHTML();
}

function labelOf(name: string, number: number): HTMLElement {
  // Isolated, so that the name's script does not affect the direction of the surrounding text.
  const label = document.createElement("bdi");
  label.className = "voice";
  label.dataset.voice = String(number);
  label.textContent = `${name}:`;
  return label;
}
