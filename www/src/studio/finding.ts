/** Finds clips by the words in their text, voice, scene or file name. Case does not matter. */
import { computed, signal } from "@preact/signals";
import { composed } from "secuencia/project.js";
import { project, whenLeft } from "./state.ts";

/** The words to find. */
export const query = signal("");

/** The clip that was found last. */
const foundId = signal<string | undefined>(undefined);

/** The IDs of all clips that have the words, in order. Empty without words. */
const matches = computed((): string[] => {
  const words = folded(query.value.trim());
  if (words === "") return [];
  const has = (text = "") => folded(text).includes(words);
  return project.value.clips
    .filter(({ text, voice, scene, name }) => has(text) || has(voice) || has(scene) || has(name))
    .map(({ id }) => id);
});

/** Which of the clips that have the words is shown, from 1, and how many there are. */
export const found = computed(() => {
  const at = matches.value.indexOf(foundId.value ?? "");
  return { id: matches.value[at], number: at + 1, total: matches.value.length };
});

/** Goes to the next clip that has the words, or to the one before: from the last one found, and around the ends. */
export function find(step: 1 | -1): string | undefined {
  const ids = matches.peek();
  const at = ids.indexOf(foundId.peek() ?? "");
  foundId.value = at < 0 ? ids.at(step > 0 ? 0 : -1) : ids.at((at + step) % ids.length);
  return foundId.value;
}

/** Looks for other words. A clip that was found and has these too stays. */
export function look(words: string): string | undefined {
  query.value = words;
  const { id } = found.peek();
  return id ?? find(1);
}

whenLeft(() => {
  query.value = "";
});

function folded(text: string): string {
  return composed(text).toLocaleLowerCase();
}
