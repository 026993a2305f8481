/** The buttons at the end of a dialog's form: Cancel and Save. */

export function DialogButtons() {
  return (
    <div class="buttons wide">
      <button type="button" class="button" onClick={(event) => event.currentTarget.closest("dialog")?.close()}>
        Cancel
      </button>
      <button type="submit" class="button primary">
        Save
      </button>
    </div>
  );
}
