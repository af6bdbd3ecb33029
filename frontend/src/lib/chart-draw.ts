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

/** Draw the options of `<script type="application/json" id=…>` into a box; the table beside it stays the truth. */
export function draw(box: HTMLElement): void {
  const source = document.getElementById(box.dataset["chart"] ?? "");
  if (source === null) return;
  const options = JSON.parse(source.textContent ?? "{}") as Options & { tooltip?: object };
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
