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
import { words } from "../words/words.ts";
import { Icon } from "./Icon.tsx";

export function Notices() {
  const facts = offeredFacts.value;
  const { notices: say, facts: ofFacts, dialog } = words.value;
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
              {say.reload}
            </button>
          </div>
        )}
        {saveFault.value !== undefined && (
          <div class="notice fault" id="save-notice">
            <p>{withReason(say.notSaved, saveFault.value)}</p>
          </div>
        )}
        {sampleFault.value !== undefined && (
          <div class="notice fault" id="sample-notice">
            <p>{withReason(say.noSampleAudio, sampleFault.value)}</p>
            <button type="button" class="link" onClick={() => void fetchSampleAudio()}>
              {say.tryAgain}
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
            <button type="button" class="quiet-button" aria-label={dialog.dismiss} onClick={dismissOffer}>
              <Icon name="remove" />
            </button>
          </div>
        )}
        {facts !== undefined && !isViewing.value && (
          <div class="notice" id="facts-notice">
            <p>{facts.words}</p>
            <button type="button" class="link" id="use-facts" onClick={facts.use}>
              {ofFacts.use}
            </button>
            <button type="button" class="link" id="dismiss-facts" onClick={dismissFacts}>
              {ofFacts.notNow}
            </button>
          </div>
        )}
        {isViewing.value && (
          <div class="notice" id="viewing-notice">
            <p>{say.viewing}</p>
            <button type="button" class="link" onClick={() => void takeTurn()}>
              {say.editHere}
            </button>
          </div>
        )}
        {isUpdateReady.value && (
          <div class="notice" id="update-notice">
            <p>{say.updateReady}</p>
            <button type="button" class="link" onClick={loadUpdate}>
              {say.reload}
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
          <button type="button" class="quiet-button" aria-label={words.value.dialog.dismiss} onClick={dismiss}>
            <Icon name="remove" />
          </button>
        </div>
      )}
    </div>
  );
}
