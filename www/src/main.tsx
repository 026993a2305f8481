/** The entry point of the page. */
import { render } from "preact";
import { App } from "./components/App.tsx";
import { openStudio } from "./studio/start.ts";
import { stayAvailableOffline } from "./studio/updating.ts";

render(<App />, document.getElementById("app") as HTMLElement);
void openStudio();
void stayAvailableOffline();
