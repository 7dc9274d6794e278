import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import { root } from './install.mjs'
import { Problem, main } from './processes.mjs'

/** What a browser app may pay for all exports of these entries: kB, minified and gzipped. */
const bundles = [
  { name: 'core', entries: ['src/index.js'], budgetKb: 9.5 },
  { name: 'core + sync', entries: ['src/index.js', 'src/sync/index.js'], budgetKb: 26 },
  { name: 'core + sync + idb', entries: ['src/index.js', 'src/sync/index.js', 'adapters/idb/index.js'], budgetKb: 30 },
  { name: 'core + idb', entries: ['src/index.js', 'adapters/idb/index.js'], budgetKb: 18 },
]

/** What no browser bundle of the core and its IndexedDB store may hold. */
const foreign = ['better-sqlite3', 'ws', 'react', 'react-dom', 'dexie']

/** @param {readonly string[]} entries compiled files, below dist */
async function bundle(entries) {
  const source = entries.map((entry) => `export * from ${JSON.stringify(join(root, 'dist', entry))}`).join('\n')
  const result = await build({
    configFile: false,
    root,
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === 'virtual:entry' ? id : undefined),
        load: (id) => (id === 'virtual:entry' ? source : undefined),
      },
    ],
    build: {
      write: false,
      target: 'es2022',
      minify: true,
      modulePreload: false,
      rolldownOptions: { input: 'virtual:entry', preserveEntrySignatures: 'strict' },
    },
  })
  if (!('output' in result)) throw new Problem('Expected one bundle.')
  const chunks = result.output.filter((part) => part.type === 'chunk')
  return { code: chunks.map((chunk) => chunk.code).join(''), modules: chunks.flatMap((chunk) => chunk.moduleIds) }
}

/** @param {{ code: string, modules: readonly string[] }} bundled */
function traces({ code, modules }) {
  return foreign.filter((library) => {
    const imported = new RegExp(`(?:from|import|require)\\s*\\(?\\s*["'\`]${library}["'\`/]`)
    return imported.test(code) || modules.some((id) => id.includes(`/node_modules/${library}/`))
  })
}

const kb = (/** @type {number} */ bytes) => `${(bytes / 1000).toFixed(2)} kB`

await main(async () => {
  const problems = []
  console.log(`${'bundle'.padEnd(20)}${'min'.padStart(12)}${'min+gzip'.padStart(12)}${'budget'.padStart(12)}`)
  for (const { name, entries, budgetKb } of bundles) {
    const missing = entries.find((entry) => !existsSync(join(root, 'dist', entry)))
    if (missing !== undefined) throw new Problem(`dist/${missing} is not there: run npm run build.`)
    const bundled = await bundle(entries)
    const min = Buffer.byteLength(bundled.code)
    const gzip = gzipSync(bundled.code, { level: 9 }).length
    console.log(`${name.padEnd(20)}${kb(min).padStart(12)}${kb(gzip).padStart(12)}${kb(budgetKb * 1000).padStart(12)}`)
    if (gzip > budgetKb * 1000) problems.push(`"${name}" is ${kb(gzip)} gzipped, over its budget of ${budgetKb} kB.`)
    for (const library of traces(bundled)) problems.push(`"${name}" holds a trace of ${library}.`)
  }
  if (problems.length > 0) throw new Problem(problems.join('\n'))
})
