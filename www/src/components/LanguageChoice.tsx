/** The choice of the page's language. Each language is named in itself, so that its readers find it. */
import { reportFailure } from "../studio/failure.ts";
import { chooseLanguage, LANGUAGES, type Language, language, words } from "../words/words.ts";

const NAMES = Object.entries(LANGUAGES) as [Language, string][];

export function LanguageChoice() {
  const choose = (wanted: Language) =>
    chooseLanguage(wanted).catch((error) => reportFailure(words.value.page.notLoaded, error));
  return (
    <fieldset class="languages quiet" aria-label={words.value.page.language}>
      {NAMES.map(([id, name]) => (
        <button
          key={id}
          type="button"
          class="link"
          lang={id}
          aria-pressed={id === language.value}
          onClick={() => void choose(id)}
        >
          {name}
        </button>
      ))}
    </fieldset>
  );
}
