/** The page: what the project is called, how it looks, its clips, and below them, always in sight, its export. */
import { Timeline } from "../timeline/Timeline.tsx";
import { ClipEditor } from "./ClipEditor.tsx";
import { ClipList } from "./ClipList.tsx";
import { DropArea } from "./DropArea.tsx";
import { ExportDock } from "./ExportDock.tsx";
import { Header } from "./Header.tsx";
import { Notices } from "./Notices.tsx";
import { ScriptNote } from "./ScriptNote.tsx";
import { StorageNote } from "./StorageNote.tsx";

export function App() {
  return (
    <>
      <Header />
      <main>
        <Timeline />
        <ClipList />
        <ScriptNote />
        <StorageNote />
      </main>
      <footer>
        <Notices />
        <ExportDock />
      </footer>
      <ClipEditor />
      <DropArea />
    </>
  );
}
