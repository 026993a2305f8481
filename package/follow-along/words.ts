/** What is said in a cue, and by whom, as elements. The browser reads the cue's own markup. */

/** So many voices have a colour of their own; see style.css. Their names tell them apart as well. */
const COLOURS = 6;

/** Numbers the voices as they come. */
export class Voices {
  readonly #numbers = new Map<string, number>();

  /** The number of a voice's colour. */
  numberOf(name: string): number {
    const number = this.#numbers.get(name) ?? (this.#numbers.size % COLOURS) + 1;
    this.#numbers.set(name, number);
    return number;
  }
}

/** A cue's words, with the name of each voice before what it says. */
export function wordsOf(cue: VTTCue, voices: Voices): DocumentFragment {
  const words = cue.getCueAsHTML();
  // A voice is a span whose title is its name (WebVTT, 6.4): no other part of a cue has one.
  for (const span of words.querySelectorAll<HTMLElement>("span[title]")) {
    const label = span.title ? [labelOf(span.title, voices.numberOf(span.title)), " "] : [];
    span.replaceWith(...label, ...span.childNodes);
  }
  return words;
}

function labelOf(name: string, number: number): HTMLElement {
  // Apart from the text around it, so that its script does not decide which way a line runs.
  const label = document.createElement("bdi");
  label.className = "voice";
  label.dataset.voice = String(number);
  label.textContent = `${name}:`;
  return label;
}
