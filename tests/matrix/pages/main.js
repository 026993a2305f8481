import { outcomeOf, run, show } from "./app.js";

outcomeOf(run()).then(show);
