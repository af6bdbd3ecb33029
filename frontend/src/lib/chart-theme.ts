// The chart theme: with styles/_tokens.scss the only place where a colour is written as a number.
// Smallest CIE76 distance between two series: 35.7 in normal sight, 33.4 in the worst of three colour blindnesses.

export const SERIES = ["#17505c", "#d98e48", "#8fb8de", "#7a2e0e", "#a79c8a"];
export const HEAT = ["#f6f2ea", "#f0d9b8", "#dfaf74", "#cb8c48", "#7c4610"];
const INK = "#1c2830";
const INK_2 = "#46535d";
const EDGE = "#7f8689";
const LINE = "#e2ddd3";
const SHEET = "#ffffff";

const FONT = '"PingFang SC", "HarmonyOS Sans SC", "MiSans", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';
const words = { color: INK_2, fontFamily: FONT, fontSize: 13 };
const axis = {
  axisLine: { lineStyle: { color: EDGE } },
  axisTick: { show: false },
  axisLabel: words,
  nameTextStyle: words,
  splitLine: { lineStyle: { color: LINE } },
};

/** ECharts theme. No animation, no gradient, labels in ink. */
export const THEME = {
  color: SERIES,
  backgroundColor: "transparent",
  animation: false,
  textStyle: { color: INK, fontFamily: FONT, fontSize: 13 },
  title: { textStyle: { ...words, color: INK, fontWeight: "bold" } },
  legend: { textStyle: words, itemWidth: 12, itemHeight: 10, icon: "roundRect" },
  categoryAxis: { ...axis, splitLine: { show: false } },
  valueAxis: { ...axis, axisLine: { show: false } },
  bar: { label: { color: INK, fontFamily: FONT, fontSize: 13, fontWeight: "bold" }, barMaxWidth: 18 },
  line: { symbol: "circle", symbolSize: 7, lineStyle: { width: 2 }, label: { color: INK, fontWeight: "bold" } },
  markLine: { lineStyle: { color: INK, type: "dashed", width: 2 }, label: { color: INK } },
  // A light edge around the words: they stand on areas of every darkness.
  map: {
    label: { color: INK, fontFamily: FONT, fontSize: 13, lineHeight: 18, textBorderColor: SHEET, textBorderWidth: 3 },
    itemStyle: { borderColor: EDGE, areaColor: SHEET },
    emphasis: { label: { color: INK }, itemStyle: { areaColor: LINE, borderColor: INK } },
  },
  visualMap: { inRange: { color: HEAT }, textStyle: words },
};

export const TOOLTIP = {
  // Drawn in the canvas: an HTML tooltip would set inline styles, which the content policy forbids.
  renderMode: "richText" as const,
  confine: true,
  backgroundColor: SHEET,
  borderColor: EDGE,
  borderWidth: 1,
  textStyle: { color: INK, fontFamily: FONT, fontSize: 13 },
};

/** Edges that keep pale series visible on white. */
export const PALE_EDGE = { borderColor: INK_2, borderWidth: 1 };
