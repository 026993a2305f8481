/** The progress of audio that is being added, with the way to stop it. */
import { timeLeftInWords } from "../format.ts";
import { canStop, stopAdding } from "../studio/adding.ts";
import { arriving, opening } from "../studio/state.ts";

export function AddingProgress() {
  const coming = opening.value === undefined ? arriving.value : undefined;
  return (
    <div class="adding">
      <span class="quiet" id="arriving">
        {opening.value !== undefined ? `Opening ${opening.value}` : coming && inWords(coming)}
      </span>
      {coming && (
        <>
          <progress aria-label="Adding audio" value={coming.part} />
          {canStop() && (
            <button type="button" id="stop-adding" class="link" onClick={stopAdding}>
              Stop
            </button>
          )}
        </>
      )}
    </div>
  );
}

/** `Adding rain.mp3, 3 of 24, about 5 seconds left`; of one file, its percentage. */
function inWords({ name, done, total, part, secondsLeft }: NonNullable<typeof arriving.value>): string {
  const place = total > 1 ? `${Math.min(done + 1, total)} of ${total}` : `${Math.floor(part * 100)} %`;
  return [`Adding ${name}`, place, ...(secondsLeft === undefined ? [] : [timeLeftInWords(secondsLeft)])].join(", ");
}
