/** The buttons to undo and to do again, and the list of all steps. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { type Step, stepToRedo, stepToUndo } from "../project/history.ts";
import { jumpTo, redo, undo } from "../studio/history.ts";
import { history } from "../studio/state.ts";
import { words } from "../words/words.ts";
import { Icon } from "./Icon.tsx";
import { Menu } from "./Menu.tsx";

const IS_MAC = /^(?:Mac|iP)/.test(navigator.platform);

export function HistoryButtons() {
  const { value } = history;
  const { history: say } = words.value;
  return (
    <div class="history">
      <StepButton id="undo" word={say.undo} keys={IS_MAC ? "⌘Z" : "Ctrl+Z"} step={stepToUndo(value)} act={undo} />
      <StepButton
        id="redo"
        word={say.redo}
        keys={IS_MAC ? "⇧⌘Z" : "Ctrl+Shift+Z"}
        step={stepToRedo(value)}
        act={redo}
      />
      <Menu id="history" look="quiet-button" face={<Icon name="history" />} label={say.all}>
        {(close) => <StepList close={close} />}
      </Menu>
    </div>
  );
}

interface StepButtonProps {
  id: "undo" | "redo";
  word: string;
  keys: string;
  step: Step | undefined;
  act: () => boolean;
}

/** It keeps the focus when there is nothing left to do, so it is never disabled for the browser. */
function StepButton({ id, word, keys, step, act }: StepButtonProps) {
  const label = step ? words.value.history.step(word, step.label) : word;
  return (
    <button
      type="button"
      id={id}
      class="quiet-button"
      aria-label={label}
      title={`${label} (${keys})`}
      aria-disabled={!step}
      onClick={act}
    >
      <Icon name={id} />
    </button>
  );
}

/** All steps, the last one first. Those that were undone stay in it until another step is made. */
function StepList({ close }: { close: () => void }) {
  const { steps, at } = history.value;
  const { history: say } = words.value;
  const list = useRef<HTMLOListElement>(null);
  useLayoutEffect(() => list.current?.querySelector<HTMLElement>("[aria-current]")?.focus(), []);
  return (
    <ol class="steps" ref={list} aria-label={say.list}>
      {[...steps.entries()].reverse().map(([index, step]) => (
        <li key={step.number}>
          <button
            type="button"
            class={index > at ? "menu-item quiet" : "menu-item"}
            aria-current={index === at ? "step" : undefined}
            onClick={() => {
              jumpTo(step);
              close();
            }}
          >
            <bdi>{index === 0 ? say.beginning : step.label}</bdi>
            {index > at && <span class="visually-hidden">{say.undone}</span>}
          </button>
        </li>
      ))}
    </ol>
  );
}
