/**
 * Keyboard navigation in a list with one button per item. Tab stops at only one button; the arrow keys, Home and End
 * move between them. So a script of ten thousand lines is a single tab stop.
 */
export class Roving {
  readonly #list: HTMLElement;
  #stop: HTMLButtonElement | undefined;

  /** `list` contains the buttons, and may still be empty. */
  constructor(list: HTMLElement) {
    this.#list = list;
    list.addEventListener("keydown", (event) => this.#onKeyDown(event));
    list.addEventListener("focusin", ({ target }) => this.#place(target as HTMLButtonElement));
  }

  /** Makes an item's button the tab stop, unless the focus is already in the list. */
  place(item: Element | null): void {
    const button = item?.querySelector("button");
    if (button && !this.#list.matches(":focus-within")) this.#place(button);
  }

  #place(button: HTMLButtonElement): void {
    if (this.#stop) this.#stop.tabIndex = -1;
    button.tabIndex = 0;
    this.#stop = button;
  }

  #onKeyDown(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const buttons = [...this.#list.querySelectorAll("button")];
    const index = destination(event.key, buttons.indexOf(event.target as HTMLButtonElement), buttons.length - 1);
    if (index === undefined) return;
    event.preventDefault();
    buttons[index]?.focus();
  }
}

/** Returns the index that a key leads to, possibly out of range; undefined for other keys. */
function destination(key: string, from: number, last: number): number | undefined {
  switch (key) {
    case "ArrowDown":
      return from + 1;
    case "ArrowUp":
      return from - 1;
    case "Home":
      return 0;
    case "End":
      return last;
    default:
      return undefined;
  }
}
