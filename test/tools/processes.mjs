import { spawn } from 'node:child_process'
import { createServer, connect } from 'node:net'

/** Something the reader can act on: printed as one sentence, without a stack. */
export class Problem extends Error {}

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set()
let stopping = false

/**
 * Starts a child process that {@link main} ends with everything else.
 * It leads a process group of its own: Ctrl-C reaches it through us, once, and its own children end with it.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 */
export function start(command, args, options = {}) {
  const detached = process.platform !== 'win32'
  const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], detached, ...options })
  running.add(child)
  child.once('close', () => running.delete(child))
  child.once('error', () => running.delete(child))
  return child
}

/**
 * The exit code of a child started by {@link start}; 1 when a signal ended it or it could not be started.
 *
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<number>}
 */
export function ended(child) {
  return new Promise((resolve) => {
    child.once('error', () => resolve(1))
    child.once('close', (code) => resolve(code ?? 1))
  })
}

/**
 * Runs a node script to its end and gives its exit code.
 *
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 */
export function runNode(args, options) {
  return ended(start(process.execPath, args, options))
}

/**
 * Refuses a port that cannot be listened on.
 *
 * @param {number} port
 * @param {string} variable the environment variable that chooses another
 * @returns {Promise<void>}
 */
export function checkPort(port, variable) {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', (/** @type {NodeJS.ErrnoException} */ error) => {
      const why = error.code === 'EADDRINUSE' ? 'is taken' : `cannot be used (${error.code ?? error.message})`
      reject(new Problem(`Port ${port} ${why}: stop the program that uses it, or choose another with ${variable}=${port + 1}.`))
    })
    probe.listen(port, () => probe.close(() => resolve()))
  })
}

/**
 * Resolves once something listens on the port; a Problem if the child that should do so ends first.
 *
 * @param {number} port
 * @param {import('node:child_process').ChildProcess} child
 * @param {string} name of the child, for the message
 * @returns {Promise<void>}
 */
export async function listening(port, child, name) {
  while (alive(child)) {
    if (await accepts(port)) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Problem(`The ${name} ended before it listened on port ${port}: its own message is above.`)
}

/** @param {import('node:child_process').ChildProcess} child */
function alive(child) {
  return child.exitCode === null && child.signalCode === null
}

/**
 * @param {number} port
 * @returns {Promise<boolean>}
 */
function accepts(port) {
  return new Promise((resolve) => {
    const socket = connect(port, 'localhost')
    socket.once('error', () => resolve(false))
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
  })
}

async function stopAll() {
  const children = [...running]
  const kill = (/** @type {NodeJS.Signals} */ signal) => {
    for (const child of children) if (running.has(child)) signalGroup(child, signal)
  }
  const all = Promise.all(children.filter(alive).map(ended))
  kill('SIGTERM')
  const patience = setTimeout(() => kill('SIGKILL'), 10_000)
  await all
  clearTimeout(patience)
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
function signalGroup(child, signal) {
  if (child.pid === undefined) return
  try {
    if (process.platform === 'win32') child.kill(signal)
    else process.kill(-child.pid, signal)
  } catch (error) {
    // The group may have ended in between.
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error
  }
}

/**
 * Runs a script's body. Whatever ends it, all its children end first. A {@link Problem} becomes one sentence.
 *
 * @param {() => Promise<number | void>} body gives the exit code
 * @param {{ stoppedCode?: number }} [options] the exit code after Ctrl-C, default 130
 */
export async function main(body, { stoppedCode = 130 } = {}) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (stopping) return
      stopping = true
      void stopAll().then(() => process.exit(stoppedCode))
    })
  }
  try {
    const code = await body()
    if (!stopping) process.exitCode = code ?? 0
  } catch (error) {
    if (stopping) return
    console.error(error instanceof Problem ? error.message : error)
    process.exitCode = 1
  }
  if (stopping) return
  stopping = true
  await stopAll()
}
