/** A button that lets the user pick a project in any of its formats, with the files that belong to it, or a script. */
import { AUDIO_FILES, PROJECT_FILES, SCRIPT_FILES } from "../studio/file-types.ts";
import { receiveFiles } from "../studio/receiving.ts";
import { FileButton } from "./FileButton.tsx";

interface OpenButtonProps {
  id: string;
  label: string;
  /** Called before the files are read. */
  onPick?: () => void;
}

export function OpenButton({ id, label, onPick }: OpenButtonProps) {
  return (
    <FileButton
      id={id}
      icon="open"
      label={label}
      accept={`${PROJECT_FILES},${SCRIPT_FILES},image/*,${AUDIO_FILES}`}
      onFiles={(files) => {
        onPick?.();
        void receiveFiles(files);
      }}
    />
  );
}
