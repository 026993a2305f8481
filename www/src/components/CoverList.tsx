/** The file's pictures. The first one is the cover. */
import { Icon } from "./Icon.tsx";
import { Picture } from "./Picture.tsx";

interface CoverListProps {
  covers: string[];
  onChange: (covers: string[]) => void;
  onAdd: (files: File[]) => Promise<void>;
}

export function CoverList({ covers, onChange, onAdd }: CoverListProps) {
  const move = (index: number, to: number) => {
    const others = covers.toSpliced(index, 1);
    onChange(others.toSpliced(to, 0, covers[index] as string));
  };
  return (
    <fieldset class="wide">
      <legend>Pictures</legend>
      <ol class="covers" id="covers" aria-label="Pictures">
        {covers.map((id, index) => {
          const name = index === 0 ? "the cover" : `picture ${index + 1}`;
          return (
            // The key needs the index too: a picture may be listed twice.
            <li key={`${id} ${index}`} data-picture={id}>
              <Picture id={id} alt={index === 0 ? "The cover" : `Picture ${index + 1}`} />
              <span class="actions">
                <button
                  type="button"
                  aria-label={`Move ${name} towards the front`}
                  disabled={index === 0}
                  onClick={() => move(index, index - 1)}
                >
                  <Icon name="left" />
                </button>
                <button
                  type="button"
                  aria-label={`Remove ${name}`}
                  onClick={() => onChange(covers.filter((_, at) => at !== index))}
                >
                  <Icon name="remove" />
                </button>
              </span>
            </li>
          );
        })}
        <li>
          <label class="button add-picture">
            <Icon name="add" />
            Add pictures…
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
          <span class="quiet">or drop or paste them here</span>
        </li>
      </ol>
    </fieldset>
  );
}
