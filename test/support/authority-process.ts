import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** A sync server over a SQLite file, in a process that can be killed and started again. */
export class AuthorityProcess {
  readonly #file: string
  readonly #origin: string
  #child: ChildProcess | undefined
  #port = 0

  constructor(file: string, origin = '') {
    this.#file = file
    this.#origin = origin
  }

  get url(): string {
    return `ws://127.0.0.1:${this.#port}`
  }

  /** Starts it, again on the port it had; with `crashAfter` it dies right after so many appends, before it answers. */
  async start(crashAfter?: number): Promise<void> {
    const script = join(import.meta.dirname, 'authority.ts')
    const args = [this.#file, String(this.#port), this.#origin, ...(crashAfter === undefined ? [] : [String(crashAfter)])]
    const child = spawn(process.execPath, ['--import', 'tsx', script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
    this.#child = child
    const lines = createInterface({ input: child.stdout })
    const [line] = (await once(lines, 'line')) as [string]
    this.#port = Number(new URL(line).port)
  }

  /** Resolves when it has died. */
  async died(): Promise<void> {
    const child = this.#child
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    await once(child, 'exit')
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    this.#child?.kill(signal)
    await this.died()
  }
}
