// The functions of culori that plotly.js 4.1.1 takes; the rest of it is left out.
export { converter, formatHex, formatRgb, wcagContrast, wcagLuminance } from "culori-whole";
