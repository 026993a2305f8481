/** The page: the header, the timeline, the list of clips, and the export at the foot, which is always in sight. */
import { isViewing } from "../studio/state.ts";
import { Timeline } from "../timeline/Timeline.tsx";
import { words } from "../words/words.ts";
import { ClipList } from "./ClipList.tsx";
import { DropArea } from "./DropArea.tsx";
import { EditedClip } from "./EditedClip.tsx";
import { ExportDock } from "./ExportDock.tsx";
import { Header } from "./Header.tsx";
import { HealthButton } from "./HealthButton.tsx";
import { LanguageChoice } from "./LanguageChoice.tsx";
import { Notices } from "./Notices.tsx";
import { SampleBar } from "./SampleBar.tsx";
import { ScriptNote } from "./ScriptNote.tsx";
import { StorageNote } from "./StorageNote.tsx";

export function App() {
  return (
    <>
      <a class="skip" href="#clip-list">
        {words.value.page.skipToClips}
      </a>
      <a class="skip" href="#export-panel">
        {words.value.page.skipToExport}
      </a>
      <Header />
      <main inert={isViewing.value}>
        <SampleBar />
        <Timeline />
        <ClipList />
        <ScriptNote />
        <StorageNote />
        <HealthButton />
        <LanguageChoice />
      </main>
      <footer>
        <Notices />
        <ExportDock />
      </footer>
      <EditedClip />
      <DropArea />
    </>
  );
}
