/**
 * The script: one line per cue. The spoken lines are marked, and stay in view unless the reader has moved away.
 *
 * A line is plain text beside a button that shows its time. So it can be selected and copied, and screen readers read
 * it like any text. They do not announce the marks.
 */
import { clockTime } from "./clock.js";
import type { FollowAlongLabels } from "./options.js";
import { Roving } from "./roving.js";
import { Voices, wordsOf } from "./words.js";

/** The number of lines that the browser lays out or skips together. */
const GROUP = 50;
/** The longest time that building lines may block the page, in milliseconds. */
const SLICE_MS = 10;
/** The time until a scroll has ended and new lines are laid out, in milliseconds. Not all browsers have an event. */
const SCROLL_MS = { smooth: 1000, instant: 50 };
/** The distance, in heights of the view, beyond which the list jumps: the eye cannot follow further. */
const FAR = 3;
/** The pointer movement, in pixels, from which a click counts as selecting text. */
const CLICK_PX = 4;

export class ScriptList {
  readonly element = document.createElement("div");
  /** The scrolling element. */
  readonly #view = document.createElement("div");
  readonly #list = document.createElement("div");
  readonly #back = document.createElement("button");
  readonly #roving = new Roving(this.#list);
  readonly #voices: Voices;
  readonly #labels: FollowAlongLabels;
  readonly #jump: (seconds: number) => void;
  readonly #items = new Map<TextTrackCue, HTMLElement>();
  readonly #cues = new WeakMap<Element, TextTrackCue>();
  readonly #watch: IntersectionObserver;
  readonly #resized: ResizeObserver;
  #spoken = new Set<HTMLElement>();
  /** The line to keep in view: the one that began last, even if it has ended and an earlier one has not. */
  #latest: HTMLElement | undefined;
  /** Set by a jump: the lines spoken there may have begun long before. */
  #hasJumped = false;
  /** Whether the reader has scrolled away from the line. */
  #isAway = false;
  /** Whether the reader moves through the lines by keyboard. */
  #isReading = false;
  /** Set while the list scrolls automatically. */
  #scrolling: ReturnType<typeof setTimeout> | undefined;
  #filling: ReturnType<typeof setTimeout> | undefined;

  constructor(labels: FollowAlongLabels, voices: readonly string[], jump: (seconds: number) => void) {
    this.#voices = new Voices(voices);
    this.#labels = labels;
    this.#jump = jump;
    this.element.className = "script";
    this.#view.className = "view";
    this.#list.role = "list";
    this.#list.ariaLabel = labels.script;
    this.#list.ariaBusy = "true";
    this.#back.type = "button";
    this.#back.className = "back";
    this.#back.textContent = labels.spoken;
    this.#back.hidden = true;
    this.#view.append(this.#list);
    this.element.append(this.#view, this.#back);
    this.#watch = new IntersectionObserver((entries) => this.#onSight(entries.at(-1)), { root: this.#view });
    // Resizing also moves the line out of view, and a hidden player has no size. The reader has not moved.
    this.#resized = new ResizeObserver(() => this.#keep());
    this.#resized.observe(this.#view);
    this.#listen();
  }

  /** Lists the cues in slices. `onSlice` is called after each slice. */
  fill(cues: VTTCue[], onSlice: () => void): void {
    const started = performance.now();
    let done = 0;
    while (done < cues.length && performance.now() - started < SLICE_MS) {
      this.#list.append(this.#groupOf(cues.slice(done, done + GROUP)));
      done += GROUP;
    }
    if (done < cues.length) {
      this.#filling = setTimeout(() => this.fill(cues.slice(done), onSlice));
    } else {
      this.#list.ariaBusy = null;
      if (this.#items.size === 0) this.#view.replaceChildren(this.#labels.noScript);
    }
    if (!this.#latest) this.#roving.place(this.#list.firstElementChild);
    onSlice();
  }

  /** Marks exactly the lines being spoken. */
  mark(cues: TextTrackCue[]): void {
    const items = cues.map((cue) => this.#items.get(cue)).filter((item) => item !== undefined);
    const before = this.#spoken;
    this.#spoken = new Set(items);
    for (const item of before) if (!this.#spoken.has(item)) markItem(item, false);
    for (const item of this.#spoken) if (!before.has(item)) markItem(item, true);
    const latest = (this.#hasJumped ? items : items.filter((item) => !before.has(item))).at(-1);
    if (!latest) return;
    this.#hasJumped = false;
    if (this.#latest) this.#watch.unobserve(this.#latest);
    this.#latest = latest;
    this.#roving.place(latest);
    this.#keep();
    this.#watch.observe(latest);
  }

  /** Shows the spoken line after a jump, even if the reader had scrolled away. */
  follow(): void {
    this.#hasJumped = true;
    this.#isReading = false;
    this.#setAway(false);
  }

  stop(): void {
    this.#watch.disconnect();
    this.#resized.disconnect();
    clearTimeout(this.#filling);
    clearTimeout(this.#scrolling);
  }

  #listen(): void {
    let down = { x: 0, y: 0 };
    this.#list.addEventListener("pointerdown", ({ clientX: x, clientY: y }) => {
      down = { x, y };
    });
    this.#list.addEventListener("click", (event) => {
      const { target, clientX, clientY, detail } = event;
      const cue = this.#cues.get((target as Element).closest(".item") as Element);
      // A click by keyboard has no position, and a detail of 0.
      const isDrag = detail > 0 && Math.hypot(clientX - down.x, clientY - down.y) > CLICK_PX;
      if (!cue || isDrag) return;
      this.#jump(cue.startTime);
    });
    this.#list.addEventListener("focusin", ({ target }) => {
      this.#isReading = (target as Element).matches(":focus-visible");
    });
    this.#list.addEventListener("focusout", () => {
      this.#isReading = false;
    });
    this.#back.addEventListener("click", () => {
      // The button disappears while it has the focus, so move the focus first.
      this.#latest?.querySelector("button")?.focus({ preventScroll: true });
      this.#isReading = false;
      this.#setAway(false);
      if (this.#latest) this.#bring(this.#latest);
    });
    for (const type of ["wheel", "touchmove", "pointerdown", "keydown"]) {
      this.#view.addEventListener(type, () => this.#yield(), { passive: true });
    }
  }

  /** Stops automatic scrolling when the reader takes over, then observes again whether the line is in view. */
  #yield(): void {
    if (!this.#scrolling || !this.#latest) return;
    this.#endScroll();
    this.#watch.unobserve(this.#latest);
    this.#watch.observe(this.#latest);
  }

  /** Handles that the observed line came into view or left it. */
  #onSight(entry: IntersectionObserverEntry | undefined): void {
    if (!entry || entry.target !== this.#latest) return;
    // The whole player is hidden, as in a closed `details`.
    if (!entry.rootBounds?.height) return;
    if (entry.isIntersecting) this.#setAway(false);
    else if (!this.#scrolling) this.#setAway(true);
  }

  /** Keeps the latest line in view, unless the reader has moved away. */
  #keep(): void {
    if (this.#latest && !this.#isAway && !this.#isReading) this.#bring(this.#latest);
  }

  #setAway(isAway: boolean): void {
    this.#isAway = isAway;
    this.#back.hidden = !isAway;
  }

  /**
   * Scrolls a line outside the upper two thirds of the view to the end of the first third. So the list moves only once
   * in several lines. Only the list scrolls.
   */
  #bring(item: HTMLElement): void {
    const view = this.#view;
    const [{ top: viewTop, height }, place] = [view.getBoundingClientRect(), item.getBoundingClientRect()];
    if (place.top >= viewTop && place.bottom <= viewTop + (2 * height) / 3) return;
    const wanted = view.scrollTop + place.top - viewTop - height / 3;
    const top = Math.max(0, Math.min(wanted, view.scrollHeight - view.clientHeight));
    const distance = Math.abs(top - view.scrollTop);
    if (distance < 1) return;
    const behavior = distance > FAR * height || isCalm() ? "instant" : "smooth";
    this.#endScroll();
    this.#scrolling = setTimeout(() => this.#onScrolled(), SCROLL_MS[behavior]);
    view.scrollTo({ top, behavior });
  }

  /** Corrects the position: lines out of view have estimated heights, so a long scroll may miss the line. */
  #onScrolled(): void {
    this.#endScroll();
    if (!this.#latest) return;
    const [view, place] = [this.#view.getBoundingClientRect(), this.#latest.getBoundingClientRect()];
    if (place.bottom < view.top || place.top > view.bottom) this.#bring(this.#latest);
  }

  #endScroll(): void {
    clearTimeout(this.#scrolling);
    this.#scrolling = undefined;
  }

  /** Returns lines in a group. The browser skips a whole group out of view at the cost of one element. */
  #groupOf(cues: VTTCue[]): HTMLElement {
    const group = document.createElement("div");
    group.className = "group";
    group.role = "none";
    group.style.setProperty("--lines", String(cues.length));
    group.append(...cues.map((cue) => this.#itemOf(cue)));
    return group;
  }

  #itemOf(cue: VTTCue): HTMLElement {
    const item = document.createElement("div");
    item.className = "item";
    item.role = "listitem";
    const time = document.createElement("button");
    const words = document.createElement("p");
    words.id = `line-${this.#items.size}`;
    words.dir = "auto";
    words.append(wordsOf(cue, this.#voices));
    time.type = "button";
    time.tabIndex = -1;
    time.className = "time";
    time.textContent = clockTime(cue.startTime);
    time.setAttribute("aria-describedby", words.id);
    item.append(time, words);
    this.#items.set(cue, item);
    this.#cues.set(item, cue);
    return item;
  }
}

/** Returns whether the user prefers reduced motion. */
function isCalm(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

function markItem(item: HTMLElement, spoken: boolean): void {
  const button = item.firstElementChild as HTMLButtonElement;
  item.classList.toggle("spoken", spoken);
  if (spoken) button.setAttribute("aria-current", "true");
  else button.removeAttribute("aria-current");
}
