/** What a dialog's form ends with: leave all as it was, or save. */

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
