/** The field that finds clips by their words. Enter goes to the next one, Shift and Enter to the one before. */

import { find, found, look, query } from "../studio/finding.ts";
import { clipElementId } from "../studio/focus.ts";
import { words } from "../words/words.ts";

export function FindField() {
  const { number, total } = found.value;
  const { clips: say } = words.value;
  return (
    <search class="find">
      <input
        id="find"
        type="search"
        aria-label={say.findLabel}
        placeholder={say.find}
        autocomplete="off"
        value={query.value}
        onInput={({ currentTarget }) => show(look(currentTarget.value))}
        onKeyDown={(event) => {
          if (event.key !== "Enter") return;
          event.preventDefault();
          show(find(event.shiftKey ? -1 : 1));
        }}
      />
      <output class="quiet" for="find" id="found">
        {query.value.trim() !== "" && (total === 0 ? say.notFound : say.foundOf(number, total))}
      </output>
    </search>
  );
}

/** Scrolls to a row. Its height, and those of the rows around it, are known only once it is in sight. */
function show(clipId: string | undefined): void {
  const scroll = () =>
    clipId !== undefined && document.getElementById(clipElementId(clipId))?.scrollIntoView({ block: "center" });
  scroll();
  requestAnimationFrame(() => requestAnimationFrame(scroll));
}
