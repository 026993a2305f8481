/** The progress of audio that is being added, with the way to stop it. */
import { canStop, stopAdding } from "../studio/adding.ts";
import { arriving, opening } from "../studio/state.ts";
import { words } from "../words/words.ts";

export function AddingProgress() {
  const coming = opening.value === undefined ? arriving.value : undefined;
  const { adding: say } = words.value;
  return (
    <div class="adding">
      <span class="quiet" id="arriving">
        {opening.value !== undefined ? say.opening(opening.value) : coming && inWords(coming)}
      </span>
      {coming && (
        <>
          <progress aria-label={say.title} value={coming.part} />
          {canStop() && (
            <button type="button" id="stop-adding" class="link" onClick={stopAdding}>
              {say.stop}
            </button>
          )}
        </>
      )}
    </div>
  );
}

/** `Adding rain.mp3, 3 of 24, about 5 seconds left`; of one file, its percentage. */
function inWords({ name, done, total, part, secondsLeft }: NonNullable<typeof arriving.value>): string {
  const { adding: say, exporting } = words.value;
  const which = total > 1 ? say.several(name, Math.min(done + 1, total), total) : say.one(name, Math.floor(part * 100));
  return secondsLeft === undefined ? which : `${which}, ${exporting.left(secondsLeft)}`;
}
