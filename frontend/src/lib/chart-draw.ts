import { BarChart, CustomChart, HeatmapChart, LineChart, MapChart, ScatterChart } from "echarts/charts";
import {
  AriaComponent,
  DatasetComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TooltipComponent,
  VisualMapComponent,
} from "echarts/components";
import { init, registerMap, registerTheme, use } from "echarts/core";
import { LabelLayout } from "echarts/features";
import { CanvasRenderer } from "echarts/renderers";
import { THEME, TOOLTIP } from "./chart-theme";

use([
  BarChart, CustomChart, HeatmapChart, LineChart, MapChart, ScatterChart, LabelLayout,
  AriaComponent, DatasetComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent,
  VisualMapComponent, CanvasRenderer,
]);
registerTheme("huiyin", THEME);

type Options = Parameters<ReturnType<typeof init>["setOption"]>[0];
type Outlines = Parameters<typeof registerMap>[1];

/**
 * Draw the options that stand in a box's `data-chart` into it; the table beside it stays the truth. An attribute, since
 * htmx is told to drop every script of a part it puts in, and data in a script element would go with them.
 */
export function draw(box: HTMLElement): void {
  const { map, ...options } = JSON.parse(box.dataset["chart"] ?? "{}") as Options & { tooltip?: object; map?: Outlines };
  if (map) registerMap("places", map);
  const chart = init(box, "huiyin", { renderer: "canvas" });
  // Decal patterns tell filled series apart where colour cannot.
  chart.setOption({
    animation: false,
    aria: { enabled: true, label: { enabled: false }, decal: { show: true } },
    ...options,
    tooltip: { ...TOOLTIP, ...options.tooltip },
  });
  if (map) chart.on("click", ({ data }) => open((data as { row?: string } | undefined)?.row));
  new ResizeObserver(() => chart.resize()).observe(box);
}

/** Go to the line of the table that says what an area of a map says; the keyboard goes on from there. */
function open(row: string | undefined): void {
  const line = row === undefined ? null : document.getElementById(row);
  if (!line) return;
  location.hash = line.id;
  line.querySelector<HTMLElement>("a")?.focus();
}
