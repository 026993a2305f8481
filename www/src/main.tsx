/** The entry point of the page. */
import { render } from "preact";
import { App } from "./components/App.tsx";
import { logUnhandledErrors } from "./studio/error-log.ts";
import { openStudio } from "./studio/start.ts";
import { keepTitle } from "./studio/title.ts";
import { stayAvailableOffline } from "./studio/updating.ts";
import { beginWords } from "./words/words.ts";

logUnhandledErrors();
void beginWords().then(() => {
  render(<App />, document.getElementById("app") as HTMLElement);
  keepTitle();
  void openStudio();
  void stayAvailableOffline();
});
