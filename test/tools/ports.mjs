import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './install.mjs'
import { Problem, checkPort } from './processes.mjs'

/** The two ports, both free, and the environment that tells them to the demo's build. */
export async function ports() {
  const syncPort = portOf('HEADWATER_PORT', 8787)
  const demoPort = portOf('HEADWATER_DEMO_PORT', 4173)
  if (syncPort === demoPort) throw new Problem(`HEADWATER_PORT and HEADWATER_DEMO_PORT are both ${syncPort}: choose two ports.`)
  await checkPort(syncPort, 'HEADWATER_PORT')
  await checkPort(demoPort, 'HEADWATER_DEMO_PORT')
  return { syncPort, demoPort, env: { VITE_HEADWATER_PORT: String(syncPort) } }
}

/**
 * @param {string} variable
 * @param {number} fallback
 */
function portOf(variable, fallback) {
  const text = process.env[variable]
  if (text === undefined || text === '') return fallback
  const port = Number(text)
  if (Number.isInteger(port) && port >= 1024 && port <= 65_535) return port
  throw new Problem(`${variable} is "${text}", expected a port from 1024 to 65535.`)
}

/**
 * The command line of the sync server over an embedded SQLite file, for a demo on another port of this machine.
 *
 * @param {number} syncPort
 * @param {number} demoPort
 */
export function serveArguments(syncPort, demoPort) {
  mkdirSync(join(root, 'data'), { recursive: true })
  const origins = ['localhost', '127.0.0.1'].flatMap((host) => ['--allow-origin', `http://${host}:${demoPort}`])
  const store = ['--store', 'sqlite:./data/authority.db']
  return [join(root, 'dist/sync-server/main.js'), 'serve', ...store, '--port', String(syncPort), ...origins]
}
