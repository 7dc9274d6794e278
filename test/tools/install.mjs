import { accessSync, constants, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Problem, ended, start } from './processes.mjs'

/** The folder of package.json, without a separator at its end. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '')

/** Makes the folder ready to build: a Node that works, a place to write, every package of the lockfile. */
export async function prepare() {
  checkNode(process.versions.node)
  checkWritable(root)
  if (installed()) return
  console.log('Installing packages (better-sqlite3 may compile for two minutes) ...')
  await install()
}

/** @param {string} version */
function checkNode(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if ((major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22) return
  throw new Problem(
    `This is Node ${version}, and building Headwater needs 20.19, 22.12 or newer: install one from https://nodejs.org.`,
  )
}

/** @param {string} folder */
function checkWritable(folder) {
  try {
    accessSync(folder, constants.W_OK)
    rmSync(mkdtempSync(join(folder, '.probe-')), { recursive: true })
  } catch {
    throw new Problem(`Cannot write to ${folder}: copy or clone it to a folder that you own and that is not read-only.`)
  }
}

/** Whether node_modules holds what the lockfile says. Compares versions: a checkout changes every file's time. */
function installed() {
  const hidden = join(root, 'node_modules', '.package-lock.json')
  if (!existsSync(hidden)) return false
  const wanted = Object.entries(packagesOf(join(root, 'package-lock.json')))
  const found = packagesOf(hidden)
  // Optional packages are for one platform each, so some are always absent.
  return wanted.every(([path, entry]) => path === '' || entry.optional === true || found[path]?.version === entry.version)
}

/**
 * @param {string} lockfile
 * @returns {Record<string, { version?: string, optional?: boolean }>}
 */
function packagesOf(lockfile) {
  return /** @type {{ packages: ReturnType<typeof packagesOf> }} */ (JSON.parse(readFileSync(lockfile, 'utf8'))).packages
}

async function install() {
  const npm = process.env['npm_execpath']
  // Under NODE_ENV=production npm would leave out the compiler.
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund']
  const stdio = /** @type {const} */ (['ignore', 'pipe', 'pipe'])
  const child =
    npm === undefined
      ? start('npm', args, { cwd: root, stdio: [...stdio], shell: process.platform === 'win32' })
      : start(process.execPath, [npm, ...args], { cwd: root, stdio: [...stdio] })
  let output = ''
  child.stdout?.on('data', (chunk) => (output += String(chunk)))
  child.stderr?.on('data', (chunk) => (output += String(chunk)))
  if ((await ended(child)) !== 0) throw new Problem(explain(output))
}

/** @type {readonly (readonly [RegExp, string])[]} */
const knownFailures = [
  [/ENOSPC/, 'the disk is full: free a gigabyte and run this again.'],
  [/EACCES|EROFS|EPERM/, 'a folder cannot be written: use a folder, and an npm cache (npm config get cache), that you own.'],
  [/gyp ERR|not found: make|g\+\+: not found/, compilerAdvice()],
  [
    /can only install packages when|EUSAGE/,
    'package.json and package-lock.json differ: run npm install once and look at the change.',
  ],
  [
    /ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNRE|ERR_SOCKET/,
    'the package registry was not reached: check the network or npm config get registry.',
  ],
]

/** @param {string} output of npm */
function explain(output) {
  const advice = knownFailures.find(([pattern]) => pattern.test(output))?.[1]
  const log = /complete log of this run can be found in: (.+)/.exec(output)?.[1]
  const last = /npm (?:error|ERR!) (?!code)(.+)/.exec(output)?.[1] ?? 'npm gave no reason.'
  return `Installing failed: ${advice ?? last}${log === undefined ? '' : ` (The whole log: ${log})`}`
}

function compilerAdvice() {
  const how =
    process.platform === 'darwin'
      ? 'run xcode-select --install'
      : process.platform === 'win32'
        ? 'install the Visual Studio Build Tools with C++, and Python 3'
        : 'install make, g++ and python3 (Debian: apt-get install -y make g++ python3)'
  return `better-sqlite3 could not be compiled, which needs a C++ compiler: ${how}, then run this again.`
}
