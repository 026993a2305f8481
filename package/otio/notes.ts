/** Collects what cannot be represented, and describes it: one sentence per kind, with the first names. */

const SENTENCES = {
  collection: (names: string) => `The file holds more timelines than this one: ${names}. They are kept, and not shown.`,
  wrapped: (names: string) => `The file holds no timeline, but ${names}. A timeline was made around it.`,
  noAudio: (names: string) => `No track is for audio, so what the others play is heard: ${names}.`,
  tracks: (names: string) => `Tracks that are not for audio are kept, and not heard: ${names}.`,
  generators: (names: string) => `Clips that play no audio file are kept, and not heard: ${names}.`,
  endless: (names: string) => `Clips that do not say how long they last are kept, and not heard: ${names}.`,
  hidden: (names: string) => `Parts outside the played range are kept, and not heard: ${names}.`,
  early: (names: string) => `Clips that start before their audio does now start with it: ${names}.`,
  fades: (names: string) => `Fades that were longer than their clip are shorter now: ${names}.`,
  transitions: (names: string) => `Transitions are kept, and not heard: ${names}.`,
  effects: (names: string) => `Effects are kept, and not heard: ${names}.`,
  markers: (names: string) => `Markers outside of the timeline are kept, and are no chapters: ${names}.`,
  strangers: (names: string) => `What is of an unknown kind is kept, and not heard: ${names}.`,
} as const;

/** The most names in a sentence. */
const MOST_NAMES = 3;

export class Notes {
  readonly #names = new Map<keyof typeof SENTENCES, Map<string, number>>();

  add(kind: keyof typeof SENTENCES, name: string): void {
    const names = this.#names.get(kind) ?? new Map<string, number>();
    names.set(name, (names.get(name) ?? 0) + 1);
    this.#names.set(kind, names);
  }

  sentences(): string[] {
    return [...this.#names].map(([kind, names]) => SENTENCES[kind](listed([...names])));
  }
}

/** `“One”, “Two” (3 times) and 5 more` */
function listed(names: [name: string, times: number][]): string {
  const told = names.slice(0, MOST_NAMES).map(([name, times]) => {
    const words = name ? `“${name}”` : "unnamed";
    return times > 1 ? `${words} (${times} times)` : words;
  });
  const more = names.slice(MOST_NAMES).reduce((sum, [, times]) => sum + times, 0);
  return more > 0 ? `${told.join(", ")} and ${more} more` : told.join(", ");
}
