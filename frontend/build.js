// Bundles each src/<entry>.js that stands in ENTRIES into server/static/dist, says in manifest.json what each is called
// there, and lists the licences of all that is inside.
import { build } from "esbuild";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

const ENTRIES = ["query", "graph"];
const here = path.dirname(fileURLToPath(import.meta.url));
const out = path.join(here, "..", "server", "static", "dist");

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
const { metafile } = await build({
  absWorkingDir: here,
  entryPoints: ENTRIES.map((name) => `src/${name}.js`),
  outdir: out,
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "none", // licences.txt has them whole
  banner: { js: "/* Licences of what is bundled here: licences.txt */" },
  metafile: true,
});
await writeFile(path.join(out, "licences.txt"), await licences(Object.keys(metafile.inputs)));

const manifest = {};
for (const [file, { entryPoint }] of Object.entries(metafile.outputs)) {
  if (entryPoint?.startsWith("src/")) manifest[path.basename(entryPoint, ".js")] = path.basename(file);
}
// Last, for who finds it finds all it names.
await writeFile(path.join(out, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);

async function licences(inputs) {
  const folders = new Set(inputs.map(packageOf).filter(Boolean));
  const texts = await Promise.all([...folders].sort().map(licence));
  return `The scripts beside this file contain these packages, each under its own licence.\n\n${texts.join("\n")}`;
}

function packageOf(input) {
  return /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
}

async function licence(folder) {
  const { name, version, license } = JSON.parse(await readFile(path.join(here, folder, "package.json"), "utf8"));
  const file = (await readdir(path.join(here, folder))).find((each) => /^licen[cs]e/i.test(each));
  if (!file) throw new Error(`${folder}: no licence file, and what is bundled must carry its licence`);
  const text = (await readFile(path.join(here, folder, file), "utf8")).trim();
  return `${"=".repeat(72)}\n${name} ${version} (${license})\n${"=".repeat(72)}\n\n${text}\n`;
}
