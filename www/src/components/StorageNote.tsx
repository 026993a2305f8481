/** Says where everything is stored, and how safely. */
import { askToPersist, isInMemory, storage } from "../studio/storage.ts";
import { words } from "../words/words.ts";

export function StorageNote() {
  const { storage: say } = words.value;
  if (isInMemory.value) {
    return (
      <p class="storage quiet" id="storage">
        {say.inMemory}
      </p>
    );
  }
  const { isPersistent, usedBytes } = storage.value;
  return (
    <p class="storage quiet" id="storage" data-persistent={isPersistent}>
      {say.inBrowser(usedBytes)}
      {isPersistent === true && say.isKept}
      {isPersistent === false && (
        <>
          {say.mayBeDeleted}
          <button type="button" class="link" onClick={() => void askToPersist()}>
            {say.askToKeep}
          </button>
        </>
      )}
    </p>
  );
}
