/** The page's icons: strokes on a grid of 20. Their button needs words or an accessible name. */

const PATHS = {
  add: "M10 4v12M4 10h12",
  more: "M5 12.5l5-5 5 5",
  open: "M3 6.5V15a1 1 0 0 0 1 1h12a1 1 0 0 0 1-1V8a1 1 0 0 0-1-1h-6L8.3 5H4a1 1 0 0 0-1 1z",
  projects: "M3 5h5v11H3zM8 4h4v12H8zM12.3 5.2l3.8-1 2.6 10.6-3.8 1z",
  save: "M10 3v9.5M6 8.5l4 4 4-4M4 14v2a1 1 0 0 0 1 1h10a1 1 0 0 0 1-1v-2",
  folder: "M3 6.5V15a1 1 0 0 0 1 1h12a1 1 0 0 0 1-1V8a1 1 0 0 0-1-1h-6L8.3 5H4a1 1 0 0 0-1 1zM10 9.5v4M8 11.7l2 2 2-2",
  script: "M5 3h7l3 3v11H5zM8 9h4M8 12h4",
  play: "M6 4l9 6-9 6z",
  pause: "M7.5 4.5v11M12.5 4.5v11",
  part: "M8 4H4v12h4M12 4h4v12h-4M8 10h4",
  up: "M10 16V4M5 9l5-5 5 5",
  down: "M10 4v12M5 11l5 5 5-5",
  undo: "M7 4L3 8l4 4M3 8h9a4 4 0 0 1 0 8H7",
  redo: "M13 4l4 4-4 4M17 8H8a4 4 0 0 0 0 8h5",
  history: "M10 6.5v4l2.8 1.6M3.5 10a6.5 6.5 0 1 0 2-4.7M3.5 3v3.2h3.2",
  left: "M16 10H4M9 5l-5 5 5 5",
  about: "M10 9v5M10 6.2v.1M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15z",
  picture: "M4 4h12v12H4zM4 13l3.5-3.5L11 13l2-2 3 3M12.7 7.5v.1",
  edit: "M12.5 4.5l3 3L7 16H4v-3zM11 6l3 3",
  remove: "M5 5l10 10M15 5L5 15",
  settings: "M3 6h7M14 6h3M3 14h3M10 14h7M12 4v4M8 12v4",
  export: "M10 12.5V3M6 7l4-4 4 4M4 11.5V16a1 1 0 0 0 1 1h10a1 1 0 0 0 1-1v-4.5",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
