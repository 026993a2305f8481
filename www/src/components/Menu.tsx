/** A button that opens a menu. The menu closes by Escape, and when something else is pressed or gets the focus. */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

interface MenuProps {
  /** The button's ID. The menu's is this one with `-menu`. */
  id: string;
  /** The button's class. */
  look: string;
  /** What the button shows. */
  face: ComponentChildren;
  /** What the button is called, if it shows no words. */
  label?: string | undefined;
  /** The menu closes when this changes, so that a click cannot hit another item than the one seen. */
  state?: unknown;
  /** Whether it cannot be opened now. */
  isDisabled?: boolean;
  /** The items. They call `close` when they are chosen. */
  children: (close: () => void) => ComponentChildren;
}

export function Menu({ id, look, face, label, state, isDisabled = false, children }: MenuProps) {
  const [isOpen, setIsOpen] = useState(false);
  const menu = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    if (!isOpen) return;
    const leave = ({ target }: Event) => {
      if (!menu.current?.contains(target as Node)) setIsOpen(false);
    };
    for (const type of ["pointerdown", "focusin"]) document.addEventListener(type, leave);
    return () => {
      for (const type of ["pointerdown", "focusin"]) document.removeEventListener(type, leave);
    };
  }, [isOpen]);
  const close = () => {
    setIsOpen(false);
    button.current?.focus();
  };
  useLayoutEffect(() => {
    if (isOpen) close();
  }, [state]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys are those of the buttons in it
    <div class="menu" ref={menu} onKeyDown={({ key }) => key === "Escape" && isOpen && close()}>
      <button
        type="button"
        id={id}
        class={look}
        ref={button}
        aria-expanded={isOpen}
        aria-controls={`${id}-menu`}
        aria-label={label}
        title={label}
        aria-disabled={isDisabled}
        onClick={() => !isDisabled && setIsOpen(!isOpen)}
      >
        {face}
      </button>
      <div class="menu-items" id={`${id}-menu`} hidden={!isOpen}>
        {isOpen && children(close)}
      </div>
    </div>
  );
}

interface MenuItemProps {
  id: string;
  title: string;
  /** A sentence on what it does. */
  detail: string;
  onClick: () => void;
}

export function MenuItem({ id, title, detail, onClick }: MenuItemProps) {
  return (
    <button type="button" id={id} class="menu-item" onClick={onClick}>
      {title}
      <span class="quiet">{detail}</span>
    </button>
  );
}
