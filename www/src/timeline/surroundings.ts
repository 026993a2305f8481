/** What a drawing depends on: its width, and the colour scheme. */
import { useEffect, useLayoutEffect, useState } from "preact/hooks";

/** The width of an element, in whole CSS pixels. */
export function useWidth(element: { current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    if (!element.current) return;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return width;
}

/** Whether the colour scheme is dark. A canvas has to be drawn again when that changes. */
export function useIsDark(): boolean {
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  const [isDark, setIsDark] = useState(scheme.matches);
  useEffect(() => {
    const follow = () => setIsDark(scheme.matches);
    scheme.addEventListener("change", follow);
    return () => scheme.removeEventListener("change", follow);
  }, [scheme]);
  return isDark;
}
