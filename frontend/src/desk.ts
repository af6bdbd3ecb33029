import htmx from "htmx.org";
import { startBusy } from "./lib/busy";
import { startCharts } from "./lib/charts";
import { startDrafts } from "./lib/draft";
import { startKeys } from "./lib/keys";
import { startMenu, startPage, startSwaps } from "./lib/page";
import { startRows } from "./lib/rows";

function startPart(root: ParentNode): void {
  startDrafts(root);
  startRows(root);
  startPage(root);
  startCharts(root);
}

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
startSwaps(startPart);
startPart(document);
