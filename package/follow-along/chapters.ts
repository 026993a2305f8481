/** The list of chapters: marks the current one, and jumps on a click. */
import { clockTime } from "./clock.js";
import type { FollowAlongChapter } from "./options.js";
import { Roving } from "./roving.js";

export class ChapterList {
  readonly element = document.createElement("nav");
  readonly #list = document.createElement("ol");
  readonly #roving = new Roving(this.#list);
  readonly #chapters: FollowAlongChapter[];
  #current: Element | undefined;

  constructor(chapters: readonly FollowAlongChapter[], label: string, jump: (seconds: number) => void) {
    this.#chapters = chapters.toSorted((a, b) => a.startTime - b.startTime);
    // Not a heading, because only the page knows its level.
    const heading = document.createElement("p");
    heading.id = "chapters";
    heading.textContent = label;
    this.element.setAttribute("aria-labelledby", heading.id);
    this.#list.append(...this.#chapters.map(itemOf));
    this.#list.addEventListener("click", ({ target }) => {
      const item = (target as Element).closest("li");
      const chapter = item && this.#chapters[[...this.#list.children].indexOf(item)];
      if (chapter) jump(chapter.startTime);
    });
    this.#roving.place(this.#list.firstElementChild);
    this.element.append(heading, this.#list);
  }

  /** Marks the chapter at this time. */
  mark(seconds: number): void {
    const index = this.#chapters.findLastIndex(({ startTime }) => startTime <= seconds);
    const item = this.#list.children[index];
    if (item === this.#current) return;
    this.#current?.querySelector("button")?.removeAttribute("aria-current");
    this.#current = item;
    if (!item) return;
    item.querySelector("button")?.setAttribute("aria-current", "true");
    this.#roving.place(item);
    if (!this.element.matches(":focus-within")) this.#reveal(item);
  }

  /** Scrolls the list alone, not its surroundings. */
  #reveal(item: Element): void {
    const [view, place] = [this.element.getBoundingClientRect(), item.getBoundingClientRect()];
    if (place.top < view.top) this.element.scrollTop += place.top - view.top;
    else if (place.bottom > view.bottom) this.element.scrollTop += place.bottom - view.bottom;
  }
}

function itemOf({ title, startTime }: FollowAlongChapter): HTMLLIElement {
  const [item, button, time] = [
    document.createElement("li"),
    document.createElement("button"),
    document.createElement("span"),
  ];
  const words = document.createElement("bdi");
  words.textContent = title;
  time.className = "time";
  time.textContent = clockTime(startTime);
  button.type = "button";
  button.tabIndex = -1;
  button.append(words, " ", time);
  item.append(button);
  return item;
}
