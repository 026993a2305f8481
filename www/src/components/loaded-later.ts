/** Loads the code of a dialog or a panel with its first use. */
import type { ComponentType } from "preact";
import { useState } from "preact/hooks";
import { reportFailure } from "../studio/failure.ts";

/** A component that is loaded when it is shown. */
export interface LoadedLater<Props> {
  /** Undefined while it is not shown. */
  Shown: ComponentType<Props> | undefined;
  show(): Promise<void>;
  hide(): void;
}

/** `fault` is the beginning of the sentence for a failure to load it. */
export function useLoadedLater<Props>(load: () => Promise<ComponentType<Props>>, fault: string): LoadedLater<Props> {
  const [Shown, setShown] = useState<ComponentType<Props>>();
  return {
    Shown,
    async show() {
      try {
        const loaded = await load();
        setShown(() => loaded);
      } catch (error) {
        reportFailure(fault, error);
      }
    },
    hide: () => setShown(undefined),
  };
}
