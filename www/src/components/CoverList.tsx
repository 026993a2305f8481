/** The file's pictures. The first one is the cover. */

import { laterWords } from "../words/later.ts";
import { Icon } from "./Icon.tsx";
import { Picture } from "./Picture.tsx";

interface CoverListProps {
  covers: string[];
  onChange: (covers: string[]) => void;
  onAdd: (files: File[]) => Promise<void>;
}

export function CoverList({ covers, onChange, onAdd }: CoverListProps) {
  const { covers: say } = laterWords.value;
  const move = (index: number, to: number) => {
    const others = covers.toSpliced(index, 1);
    onChange(others.toSpliced(to, 0, covers[index] as string));
  };
  return (
    <fieldset class="wide">
      <legend>{say.title}</legend>
      <ol class="covers" id="covers" aria-label={say.title}>
        {covers.map((id, index) => (
          // The key needs the index too: a picture may be listed twice.
          <li key={`${id} ${index}`} data-picture={id}>
            <Picture id={id} alt={say.alt(index)} />
            <span class="actions">
              <button
                type="button"
                aria-label={say.moveForward(index)}
                disabled={index === 0}
                onClick={() => move(index, index - 1)}
              >
                <Icon name="left" />
              </button>
              <button
                type="button"
                aria-label={say.remove(index)}
                onClick={() => onChange(covers.filter((_, at) => at !== index))}
              >
                <Icon name="remove" />
              </button>
            </span>
          </li>
        ))}
        <li>
          <label class="button add-picture">
            <Icon name="add" />
            {say.add}
            <input
              id="add-covers"
              class="visually-hidden"
              type="file"
              multiple
              accept="image/*"
              onChange={({ currentTarget: input }) => {
                void onAdd([...(input.files ?? [])]);
                input.value = "";
              }}
            />
          </label>
          <span class="quiet">{say.dropHere}</span>
        </li>
      </ol>
    </fieldset>
  );
}
