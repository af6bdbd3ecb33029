// Charts are fetched only where a page has one. Options come as data; the drawing rules are ours.
import { all } from "./dom";

export function startCharts(root: ParentNode = document): void {
  const boxes = all("[data-chart]", root).filter((box) => box.dataset["drawn"] === undefined);
  if (boxes.length === 0) return;
  boxes.forEach((box) => (box.dataset["drawn"] = ""));
  void import("./chart-draw").then(({ draw }) => boxes.forEach(draw));
}
