import { BarChart, CustomChart, HeatmapChart, LineChart, ScatterChart } from "echarts/charts";
import {
  AriaComponent,
  DatasetComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TooltipComponent,
  VisualMapComponent,
} from "echarts/components";
import { init, registerTheme, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { THEME, TOOLTIP } from "./chart-theme";

use([
  BarChart, CustomChart, HeatmapChart, LineChart, ScatterChart,
  AriaComponent, DatasetComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent,
  VisualMapComponent, CanvasRenderer,
]);
registerTheme("huiyin", THEME);

type Options = Parameters<ReturnType<typeof init>["setOption"]>[0];

/**
 * Draw the options that stand in a box's `data-chart` into it; the table beside it stays the truth. An attribute, since
 * htmx is told to drop every script of a part it puts in, and data in a script element would go with them.
 */
export function draw(box: HTMLElement): void {
  const options = JSON.parse(box.dataset["chart"] ?? "{}") as Options & { tooltip?: object };
  const chart = init(box, "huiyin", { renderer: "canvas" });
  // Decal patterns tell filled series apart where colour cannot.
  chart.setOption({
    animation: false,
    aria: { enabled: true, label: { enabled: false }, decal: { show: true } },
    ...options,
    tooltip: { ...TOOLTIP, ...options.tooltip },
  });
  new ResizeObserver(() => chart.resize()).observe(box);
}
