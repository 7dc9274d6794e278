import { join } from 'node:path'
import { build } from 'vite'

const top = join(import.meta.dirname, '../../..')
const ENTRY = 'virtual:exposed-modules'

/**
 * One script for a page, that puts all exports of some modules of this repository on `window.headwater`.
 *
 * @param modules paths from the top, such as `adapters/idb/index.ts`
 */
export async function bundleModules(modules: readonly string[]): Promise<string> {
  const exposed = modules.map((path, n) => `import * as module${n} from ${JSON.stringify(join(top, path))}`)
  const code = [...exposed, `window.headwater = Object.assign({}, ${modules.map((_, n) => `module${n}`).join(', ')})`].join('\n')
  const built = await build({
    configFile: false,
    root: top,
    logLevel: 'error',
    plugins: [
      {
        name: 'exposed-modules',
        enforce: 'pre',
        resolveId: (id) => (id === ENTRY ? `\0${ENTRY}` : undefined),
        load: (id) => (id === `\0${ENTRY}` ? code : undefined),
      },
    ],
    build: {
      write: false,
      minify: false,
      target: 'es2022',
      copyPublicDir: false,
      modulePreload: false,
      rolldownOptions: { input: ENTRY, output: { format: 'iife' } },
    },
  })
  const [result] = [built].flat()
  const chunk = result !== undefined && 'output' in result ? result.output[0] : undefined
  if (chunk === undefined) throw new Error(`nothing was built of ${modules.join(', ')}`)
  return chunk.code
}
