/** What a drawing depends on: its width, the colour scheme and the window. */
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
  return useMatch("(prefers-color-scheme: dark)");
}

/** Whether the window is that of a phone. */
export function useIsSmall(): boolean {
  return useMatch("(max-width: 30rem), (max-height: 30rem)");
}

function useMatch(query: string): boolean {
  const media = matchMedia(query);
  const [isMatch, setIsMatch] = useState(media.matches);
  useEffect(() => {
    const follow = () => setIsMatch(media.matches);
    media.addEventListener("change", follow);
    return () => media.removeEventListener("change", follow);
  }, [query]);
  return isMatch;
}
