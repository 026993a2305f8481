/** Buttons that let the user pick files, or one: a file input styled as a button, or as a link. */
import { AUDIO_FILES } from "../studio/file-types.ts";
import { replaceAudio } from "../studio/replacing.ts";
import { Icon, type IconName } from "./Icon.tsx";

interface FileButtonProps {
  id: string;
  icon: IconName;
  label: string;
  accept: string;
  onFiles: (files: File[]) => void;
}

export function FileButton({ id, icon, label, accept, onFiles }: FileButtonProps) {
  return (
    <label class="button">
      <Icon name={icon} />
      <span>{label}</span>
      <input
        id={id}
        class="visually-hidden"
        type="file"
        multiple
        accept={accept}
        onChange={({ currentTarget: input }) => {
          onFiles([...(input.files ?? [])]);
          // Lets the user pick the same file again.
          input.value = "";
        }}
      />
    </label>
  );
}

interface ReplaceButtonProps {
  clipId: string;
  id?: string;
  look: "button" | "link";
  words: string;
  tabIndex?: number;
  /** Called before the file is read. If it returns false, nothing happens. */
  onPick?: () => boolean;
}

/** Lets the user pick other audio for a clip. */
export function ReplaceButton({ clipId, id, look, words, tabIndex = 0, onPick }: ReplaceButtonProps) {
  return (
    <label class={look}>
      {words}
      <input
        id={id}
        class="visually-hidden"
        type="file"
        accept={AUDIO_FILES}
        tabIndex={tabIndex}
        onChange={({ currentTarget: input }) => {
          const [file] = input.files ?? [];
          if (file && (onPick?.() ?? true)) void replaceAudio(clipId, file);
          input.value = "";
        }}
      />
    </label>
  );
}
