/**
 * The keyboard in a list of buttons, one for each item: Tab stops at one of them, the arrow keys, Home and End go to
 * the others. So a script of ten thousand lines is one stop on the way through a page.
 */
export class Roving {
  readonly #list: HTMLElement;
  #stop: HTMLButtonElement | undefined;

  /** `list` holds the buttons; it may be empty yet. */
  constructor(list: HTMLElement) {
    this.#list = list;
    list.addEventListener("keydown", (event) => this.#onKeyDown(event));
    list.addEventListener("focusin", ({ target }) => this.#place(target as HTMLButtonElement));
  }

  /** Makes an item's button the one that Tab stops at, unless the focus is in the list already. */
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

/** Where a key leads from a place, and past either end nowhere; undefined for other keys. */
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
