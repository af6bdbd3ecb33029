import htmx from "htmx.org";
import { startIntake } from "./desk/intake";
import { startLink } from "./desk/link";
import { startOnly } from "./desk/only";
import { startPasskeys } from "./desk/passkey";
import { startQuestions } from "./desk/questions";
import { startBusy } from "./lib/busy";
import { startCharts } from "./lib/charts";
import { startDrafts } from "./lib/draft";
import { startKeys } from "./lib/keys";
import { startFocus, startFolds, startMenu, startPage, startSwaps, startUnfold, startWayBack } from "./lib/page";
import { startRows, startStanding } from "./lib/rows";

function startPart(root: ParentNode): void {
  startDrafts(root);
  startRows(root);
  startPage(root);
  startCharts(root);
  startIntake(root);
  startQuestions(root);
  startOnly(root);
  startPasskeys(root);
}

// Style attributes are not carried over from what was there: the content policy forbids them.
htmx.config.attributesToSettle = ["class", "width", "height"];
// A refused or unprocessable answer is a page too: show it instead of dropping it.
htmx.config.responseHandling = [
  { code: "204", swap: false },
  { code: "[23]..", swap: true },
  { code: "4..", swap: true, error: true },
  { code: "...", swap: false, error: true },
];

startKeys();
startBusy();
startMenu();
startFolds();
startUnfold();
startSwaps(startPart);
startStanding();
startPart(document);
startFocus();
startWayBack();
startLink();
