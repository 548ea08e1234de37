// Build app/static/build: one style sheet, three scripts, the images they name, and manifest.json (name -> hashed file).
// Run by `make setup` (tools/bootstrap.py) as `node build.mjs`; deterministic, so the same sources give the same names.
import { createHash } from 'node:crypto'
import { copyFile, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as esbuild from 'esbuild'
import { compile } from 'sass'

const HERE = dirname(fileURLToPath(import.meta.url))
const SERVED = resolve(HERE, '../static/build')
const OUT = `${SERVED}.new` // takes the place of what is served only when it is whole

/** Sass to CSS; esbuild then bundles it with the images and with bpmn-js's own sheet. */
const sass = {
  name: 'sass',
  setup (build) {
    build.onLoad({ filter: /\.scss$/ }, ({ path }) => {
      const { css } = compile(path, { loadPaths: [HERE, dirname(path)], quietDeps: true })
      if (/GDS Transport|govuk-crest|govuk-logotype/.test(css)) throw new Error('A part of the GOV.UK brand is in our style sheet')
      return { contents: css, loader: 'css', resolveDir: join(HERE, 'src') }
    })
  }
}

const result = await esbuild.build({
  absWorkingDir: HERE,
  entryPoints: { main: 'src/main.js', diagram: 'src/diagram.js', 'js-enabled': 'src/js-enabled.js', styles: 'src/styles.css' },
  outdir: OUT,
  bundle: true,
  minify: true,
  write: false,
  metafile: true,
  format: 'esm',
  target: ['es2020', 'chrome100', 'firefox100', 'safari15'],
  entryNames: '[name]-[hash]',
  assetNames: '[name]-[hash]',
  loader: { '.svg': 'file', '.png': 'file', '.woff2': 'file', '.woff': 'file' },
  legalComments: 'linked', // licences stand beside the file, as the libraries ask
  plugins: [sass]
})

await rm(OUT, { recursive: true, force: true })
await mkdir(OUT, { recursive: true })
await Promise.all(result.outputFiles.map((file) => writeFile(file.path, file.contents)))

/** The licence of every package that is in what we serve, as those licences ask. */
async function licences () {
  const folders = new Set()
  for (const path of Object.keys(result.metafile.inputs)) {
    const folder = path.match(/node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0]
    if (folder) folders.add(folder)
  }
  folders.add('node_modules/govuk-frontend').add('node_modules/@ministryofjustice/frontend')
  const texts = await Promise.all([...folders].sort().map(async (folder) => {
    const { name, version, license } = JSON.parse(await readFile(join(HERE, folder, 'package.json'), 'utf8'))
    const file = (await readdir(join(HERE, folder))).find((each) => /^licen[cs]e/i.test(each))
    return `${name} ${version} (${license})\n\n${file ? await readFile(join(HERE, folder, file), 'utf8') : ''}`
  }))
  return texts.join(`\n${'-'.repeat(80)}\n`)
}
await writeFile(join(OUT, 'licences.txt'), await licences())

const manifest = {}
for (const [path, { entryPoint }] of Object.entries(result.metafile.outputs)) {
  if (entryPoint) manifest[basename(path).replace(/-[A-Z0-9]{8}(\.\w+)$/, '$1')] = basename(path)
}
for (const image of ['logo.svg', 'favicon.svg']) {
  const source = join(HERE, 'src/images', image)
  const hash = createHash('sha256').update(await readFile(source)).digest('hex').slice(0, 8).toUpperCase()
  manifest[image] = `${basename(image, extname(image))}-${hash}${extname(image)}`
  await copyFile(source, join(OUT, manifest[image]))
}
await writeFile(join(OUT, 'manifest.json'), JSON.stringify(Object.fromEntries(Object.entries(manifest).sort()), null, 2) + '\n')
await rm(SERVED, { recursive: true, force: true })
await rename(OUT, SERVED)
console.log(Object.values(manifest).sort().join('\n'))
