/** Takes files that are dropped anywhere on the page. */
import { useEffect, useState } from "preact/hooks";
import { receiveDrop } from "../studio/receiving.ts";
import { words } from "../words/words.ts";

export function DropArea() {
  const [isOver, setIsOver] = useState(false);
  useEffect(() => {
    const over = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      setIsOver(true);
    };
    const leave = (event: DragEvent) => {
      // The related target is missing only when the pointer leaves the window.
      if (!event.relatedTarget) setIsOver(false);
    };
    const drop = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      setIsOver(false);
      void receiveDrop(event.dataTransfer);
    };
    window.addEventListener("dragover", over);
    window.addEventListener("dragleave", leave);
    window.addEventListener("drop", drop);
    return () => {
      window.removeEventListener("dragover", over);
      window.removeEventListener("dragleave", leave);
      window.removeEventListener("drop", drop);
    };
  }, []);
  return (
    <div class="drop-area" hidden={!isOver} aria-hidden="true">
      <p>{words.value.page.dropHere}</p>
    </div>
  );
}
