/** What is said in a cue, and by whom, as elements. The browser reads the cue's own markup. */

/** So many voices have a colour of their own; see style.css. Their names tell them apart as well. */
const COLOURS = 6;

/** Numbers the voices: some in a given order, the others as they come. */
export class Voices {
  readonly #numbers = new Map<string, number>();

  constructor(first: readonly string[]) {
    for (const name of first) this.numberOf(name);
  }

  /** The number of a voice's colour. */
  numberOf(name: string): number {
    const number = this.#numbers.get(name) ?? (this.#numbers.size % COLOURS) + 1;
    this.#numbers.set(name, number);
    return number;
  }
}

/** A voice's tag: its classes, and its name (WebVTT, 4.2.2). */
const VOICE_TAG = /<v((?:\.[^\s>]*)?)(?:\s([^>]*))?>/g;

/** A cue's words, with the name of each voice before what it says. */
export function wordsOf(cue: VTTCue, voices: Voices): DocumentFragment {
  // A voice becomes a span whose title is its name (WebVTT, 6.4), and nothing else has one. But of a name with a
  // character reference, such as “Tom &amp; Jerry”, Firefox makes other characters, and WebKit no voice at all. So a
  // number stands for each name meanwhile.
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

/** A name with its character references read: the browser does so in a cue's text. */
function plainTextOf(name: string): string {
  return name.includes("&") ? (parsed(name.replaceAll("<", "&lt;")).textContent ?? "").trim() : name.trim();
}

function parsed(cueText: string): DocumentFragment {
  return new VTTCue(0, 0, cueText).getCueAsHTML();
}

function labelOf(name: string, number: number): HTMLElement {
  // Apart from the text around it, so that its script does not decide which way a line runs.
  const label = document.createElement("bdi");
  label.className = "voice";
  label.dataset.voice = String(number);
  label.textContent = `${name}:`;
  return label;
}
