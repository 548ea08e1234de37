// Build app/static/build: the scripts and style sheets of every page, those of the studio's editors (studio-*: asked for by
// their pages only), the images and fonts they name, and manifest.json (name -> hashed file).
// Run by `make setup` (tools/bootstrap.py) as `node build.mjs`; deterministic, so the same sources give the same names.
import { createHash } from 'node:crypto'
import { copyFile, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import * as esbuild from 'esbuild'
import { compile } from 'sass'

const HERE = dirname(fileURLToPath(import.meta.url))
const SERVED = resolve(HERE, '../static/build')
const OUT = `${SERVED}.new` // takes the place of what is served only when it is whole

/** What is built from `source`, by the name that pages ask for. */
function entry (name, source) {
  return { in: `src/${source}`, out: name.replace(/\.\w+$/, '') }
}

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

/**
 * CodeMirror (in the editors of tables and forms) writes its styles into <style>, which our content policy forbids, unless
 * it works in a shadow root. Style sheets made by script are allowed and work everywhere: take that way always. MIT code.
 */
const styleMod = {
  name: 'style-mod',
  setup (build) {
    build.onLoad({ filter: /style-mod[\\/](src|dist)[\\/]style-mod\.(c?js)$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8')
      const contents = source.replace('!root.head && root.adoptedStyleSheets', 'root.adoptedStyleSheets')
      if (contents === source) throw new Error('style-mod has changed: its way of adding styles is not where it was')
      return { contents, loader: 'js' }
    })
  }
}

/** form-js and its parts work only with one and the same preact: the one that its editor asks for. */
const onePreact = {
  name: 'one-preact',
  setup (build) {
    const resolveDir = join(HERE, 'node_modules/@bpmn-io/form-js-editor')
    build.onResolve({ filter: /^(\.\.\/)?preact(\/|$)/ }, ({ path, importer, kind }) => {
      if (!/@bpmn-io[\\/](form-js-(editor|viewer)|properties-panel)[\\/]dist/.test(importer)) return
      return build.resolve(path.replace('../', ''), { resolveDir, kind })
    })
  }
}

/** The icon fonts in the one format that every browser we build for reads. */
const iconFonts = {
  name: 'icon-fonts',
  setup (build) {
    build.onLoad({ filter: /-font[\\/]css[\\/]\w+\.css$/ }, async ({ path }) => {
      const sheet = await readFile(path, 'utf8')
      const woff2 = sheet.match(/url\('[^']+\.woff2[^']*'\) format\('woff2'\)/)?.[0]
      if (!woff2) throw new Error(`${path} names no woff2 font`)
      const contents = sheet.replace(/(@font-face \{[^}]*?)(src:[^;]*;\s*)+/, `$1src: ${woff2};\n`)
      return { contents, loader: 'css', resolveDir: dirname(path) }
    })
  }
}

const EDITORS = ['studio-diagram', 'studio-table', 'studio-form']
const result = await esbuild.build({
  absWorkingDir: HERE,
  entryPoints: [
    ...['main.js', 'diagram.js', 'js-enabled.js', 'styles.css'].map((file) => entry(file, file)),
    entry('studio-text.js', 'studio/text.js'),
    ...EDITORS.flatMap((name) => [entry(`${name}.js`, `studio/${name.slice('studio-'.length)}.js`), entry(`${name}.css`, `${name}.css`)])
  ],
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
  plugins: [sass, styleMod, onePreact, iconFonts]
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
const BEFORE = `${SERVED}.old` // two names are changed, so that a running service misses its files for no longer than that
await rm(BEFORE, { recursive: true, force: true })
await rename(SERVED, BEFORE).catch((error) => { if (error.code !== 'ENOENT') throw error })
await rename(OUT, SERVED)
await rm(BEFORE, { recursive: true, force: true })
for (const name of Object.values(manifest).sort()) {
  const content = await readFile(join(SERVED, name))
  console.log(`${name}  ${kB(content.length)}, sent as ${kB(gzipSync(content).length)}`)
}

function kB (bytes) {
  return `${Math.ceil(bytes / 1000)} kB`
}
