/**
 * The words of the page in the language in use, for every component and module: `words.value.clips.title`. A component
 * that reads them is shown anew when the language changes. English is part of the page; another language is loaded when
 * it is chosen, before the first look at the page or later.
 */
import { batch, signal } from "@preact/signals";
import { en, type Words } from "./en.ts";
import type { LaterWords } from "./en-later.ts";

/** The languages, each named in itself. */
export const LANGUAGES = { en: "English", es: "Español" } as const;

export type Language = keyof typeof LANGUAGES;

/** A catalogue. That of English has the words of dialogs in a file that is loaded with them (later.ts). */
interface Catalogue {
  words: Words;
  later?: LaterWords;
}

const CATALOGUES: Record<Language, () => Promise<Catalogue>> = {
  en: async () => ({ words: en }),
  es: async () => (await import("./es.ts")).spanish,
};

/** The language in use. */
export const language = signal<Language>("en");

/** The words in that language. Do not read them while a module loads: the language is not known by then. */
export const words = signal<Words>(en);

/** The words of dialogs, if the language has them in the same file. Read them from later.ts. */
export const wordsBeside = signal<LaterWords | undefined>(undefined);

/** The key of the user's choice in the storage of texts. */
const CHOSEN = "studio: language";

/** Speaks the user's language: the chosen one, or else the first of the browser's languages that the studio knows. */
export async function beginWords(): Promise<void> {
  // A catalogue that cannot be loaded must not keep anybody from the page.
  await speak(firstKnown([chosen() ?? "", ...navigator.languages])).catch(() => speak("en"));
}

/** Changes to another language, and remembers it. Rejects if its words cannot be loaded. */
export async function chooseLanguage(wanted: Language): Promise<void> {
  await speak(wanted);
  try {
    localStorage.setItem(CHOSEN, wanted);
  } catch {
    // Such storage is forbidden. The choice holds for this visit.
  }
}

/** The first language that the studio knows among language tags, such as `es-MX`. */
export function firstKnown(tags: readonly string[]): Language {
  const known = tags.map((tag) => tag.toLowerCase().split("-", 1)[0] ?? "");
  return (known.find((name) => Object.hasOwn(LANGUAGES, name)) as Language | undefined) ?? "en";
}

async function speak(wanted: Language): Promise<void> {
  const catalogue = await CATALOGUES[wanted]();
  batch(() => {
    words.value = catalogue.words;
    wordsBeside.value = catalogue.later;
    language.value = wanted;
  });
  document.documentElement.lang = wanted;
}

function chosen(): string | null {
  try {
    return localStorage.getItem(CHOSEN);
  } catch {
    return null;
  }
}
