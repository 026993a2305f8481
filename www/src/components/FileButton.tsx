/** A button that lets the user pick files: a file input that looks like the other buttons. */
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
      {label}
      <input
        id={id}
        class="visually-hidden"
        type="file"
        multiple
        accept={accept}
        onChange={({ currentTarget: input }) => {
          onFiles([...(input.files ?? [])]);
          // So that the same file can be picked again.
          input.value = "";
        }}
      />
    </label>
  );
}
