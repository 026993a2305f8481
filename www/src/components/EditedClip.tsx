/** Shows the dialog of the clip that is edited. Its code is loaded with its first use. */
import { useEffect } from "preact/hooks";
import { editedClipId } from "../studio/state.ts";
import { words } from "../words/words.ts";
import { useLoadedLater } from "./loaded-later.ts";

async function load() {
  try {
    return (await import("./ClipEditor.tsx")).ClipEditor;
  } catch (error) {
    // The next press tries again.
    editedClipId.value = undefined;
    throw error;
  }
}

export function EditedClip() {
  const { Shown: Dialog, show } = useLoadedLater(load, words.value.clip.notOpened);
  const isEdited = editedClipId.value !== undefined;
  useEffect(() => {
    if (isEdited && !Dialog) void show();
  }, [isEdited]);
  return Dialog && <Dialog />;
}
