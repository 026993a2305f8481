/** Notices: problems, the step that can be undone, and the news of a new version. */
import { withReason } from "../studio/failure.ts";
import { dismissOffer } from "../studio/history.ts";
import { fetchSampleAudio, sampleFault } from "../studio/sample.ts";
import {
  factsOffer,
  isViewing,
  offered,
  offeredFacts,
  problems,
  said,
  saveFault,
  startFault,
} from "../studio/state.ts";
import { takeTurn } from "../studio/turns.ts";
import { isUpdateReady, loadUpdate } from "../studio/updating.ts";
import { Icon } from "./Icon.tsx";

export function Notices() {
  const facts = offeredFacts.value;
  return (
    <div class="notices">
      <div class="visually-hidden" role="status">
        {said.value}
      </div>
      <Problems />
      <div role="alert">
        {startFault.value !== undefined && (
          <div class="notice fault" id="start-notice">
            <p>{startFault.value}</p>
            <button type="button" class="link" onClick={() => location.reload()}>
              Reload
            </button>
          </div>
        )}
        {saveFault.value !== undefined && (
          <div class="notice fault" id="save-notice">
            <p>{withReason("Your last changes are not saved", saveFault.value)}</p>
          </div>
        )}
        {sampleFault.value !== undefined && (
          <div class="notice fault" id="sample-notice">
            <p>{withReason("Some of the sample audio could not be loaded", sampleFault.value)}</p>
            <button type="button" class="link" onClick={() => void fetchSampleAudio()}>
              Try again
            </button>
          </div>
        )}
      </div>
      <div role="status">
        {offered.value !== undefined && (
          <div class="notice" id="undo-notice">
            <p>{offered.value.done}</p>
            {offered.value.takeBack && (
              <button type="button" class="link" onClick={offered.value.takeBack.act}>
                {offered.value.takeBack.words}
              </button>
            )}
            <button type="button" class="quiet-button" aria-label="Dismiss" onClick={dismissOffer}>
              <Icon name="remove" />
            </button>
          </div>
        )}
        {facts !== undefined && !isViewing.value && (
          <div class="notice" id="facts-notice">
            <p>{facts.words}</p>
            <button type="button" class="link" id="use-facts" onClick={facts.use}>
              Use them
            </button>
            <button type="button" class="link" id="dismiss-facts" onClick={dismissFacts}>
              Not now
            </button>
          </div>
        )}
        {isViewing.value && (
          <div class="notice" id="viewing-notice">
            <p>This project is being edited in another tab.</p>
            <button type="button" class="link" onClick={() => void takeTurn()}>
              Edit here
            </button>
          </div>
        )}
        {isUpdateReady.value && (
          <div class="notice" id="update-notice">
            <p>A new version is ready.</p>
            <button type="button" class="link" onClick={loadUpdate}>
              Reload
            </button>
          </div>
        )}
      </div>
    </div>
  );
}

function dismissFacts(): void {
  factsOffer.value = undefined;
}

function Problems() {
  const dismiss = () => {
    problems.value = [];
  };
  return (
    <div role="alert">
      {problems.value.length > 0 && (
        <div class="notice fault" id="problems">
          <ul>
            {problems.value.map((problem, index) => (
              <li key={`${index} ${problem}`}>{problem}</li>
            ))}
          </ul>
          <button type="button" class="quiet-button" aria-label="Dismiss" onClick={dismiss}>
            <Icon name="remove" />
          </button>
        </div>
      )}
    </div>
  );
}
