/** Says where everything is stored, and how safely. */
import { sizeInWords } from "../format.ts";
import { askToPersist, isInMemory, storage } from "../studio/storage.ts";

export function StorageNote() {
  if (isInMemory.value) {
    return (
      <p class="storage quiet" id="storage">
        Everything stays in this tab, and is gone when you close it.
      </p>
    );
  }
  const { isPersistent, usedBytes } = storage.value;
  const used = usedBytes === undefined ? "" : ` (${sizeInWords(usedBytes)})`;
  return (
    <p class="storage quiet" id="storage" data-persistent={isPersistent}>
      {`Everything stays in this browser, on this device${used}. `}
      {isPersistent === true && "The browser will keep it until you remove it."}
      {isPersistent === false && (
        <>
          {"The browser may delete it when the device runs out of space. "}
          <button type="button" class="link" onClick={() => void askToPersist()}>
            Ask it to keep everything
          </button>
        </>
      )}
    </p>
  );
}
