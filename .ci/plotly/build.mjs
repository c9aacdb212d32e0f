// Builds plotly.min.js and LICENSES.txt from npm packages: node build.mjs INTO
// The package of npm holds no script for custom bundles, so this does what that script does, and
// leaves out what no page of ours draws. Scripts made from texts are none in it: it runs under a
// content security policy without 'unsafe-eval'.
import { build } from "esbuild";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const into = process.argv[2];
const component = (name) => `module.exports = {moduleType: "component", name: "${name}"};`;
// Pages draw no three dimensions, no pictures and no lassos; every browser since 2017 has promises.
const LEFT_OUT = {
  "./components/annotations3d": component("annotations3d"),
  "./components/images": component("images"),
  "native-promise-only": "",
  "polybooljs": "",
};

const leaner = {
  name: "leaner",
  setup(building) {
    building.onResolve({ filter: /annotations3d$|components\/images$|^native-promise-only$|^polybooljs$/ }, (one) =>
      one.path in LEFT_OUT ? { path: one.path, namespace: "left-out" } : null);
    building.onLoad({ filter: /.*/, namespace: "left-out" }, (one) => ({ contents: LEFT_OUT[one.path] }));
    building.onResolve({ filter: /^culori$/ }, () => ({ path: path.join(here, "colours.mjs") }));
    building.onResolve({ filter: /^culori-whole$/ }, () => ({ path: path.join(here, "node_modules/culori/src/index.js") }));
  },
};

const version = JSON.parse(readFileSync(path.join(here, "node_modules/plotly.js/package.json"))).version;
const made = await build({
  absWorkingDir: here,
  entryPoints: ["entry.js"],
  bundle: true,
  minify: true,
  metafile: true,
  write: false,
  outdir: "out",
  format: "iife",
  globalName: "Plotly",
  target: "es2020",
  charset: "utf8",
  legalComments: "none",
  define: { global: "window", "define.amd": "false" },
  plugins: [leaner],
  banner: { js: `/* plotly.js v${version}, the traces of DMAIC Assets only; licences in LICENSES.txt beside it */` },
});
const script = made.outputFiles.find((file) => file.path.endsWith(".js")).text;
for (const banned of [/\bnew Function\b/, /[^.\w]eval\(/, /<\/script/i]) {
  if (banned.test(script)) { throw new Error(`the bundle holds ${banned}`); }
}
writeFileSync(path.join(into, "plotly.min.js"), script);

const scripts = Object.entries(made.metafile.outputs).find(([name]) => name.endsWith(".js"))[1];
const packages = new Set(Object.entries(scripts.inputs)
  .filter(([, share]) => share.bytesInOutput > 0)
  .map(([name]) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(name)?.[1])
  .filter(Boolean));
const told = [...packages].sort((a, b) => (a === "plotly.js" ? -1 : b === "plotly.js" ? 1 : a < b ? -1 : 1)).map((name) => {
  const folder = path.join(here, "node_modules", name);
  const about = JSON.parse(readFileSync(path.join(folder, "package.json")));
  const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
  const text = file && existsSync(path.join(folder, file)) ? readFileSync(path.join(folder, file), "utf8").trim() : `Licence: ${about.license}`;
  return `${"=".repeat(80)}\n${name} ${about.version} (${about.license})\n${"=".repeat(80)}\n${text.replace(/\r/g, "")}\n`;
});
writeFileSync(path.join(into, "LICENSES.txt"), told.join("\n"));
console.log(`plotly.min.js: ${(Buffer.byteLength(script) / 1e6).toFixed(2)} MB of ${packages.size} packages`);
