import { Joiner } from "./Joiner.jsx";

/** The page is rendered on the server; the export runs in the visitor's browser. */
export default function Page() {
  return <Joiner />;
}
