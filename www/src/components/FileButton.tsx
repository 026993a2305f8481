/** A button that lets the user pick files: a file input styled as a button. */
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
          // Lets the user pick the same file again.
          input.value = "";
        }}
      />
    </label>
  );
}
