import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Report } from './report.ts'

/** What `npm run bench` can measure. */
export interface Scenario {
  /** For `npm run bench -- NAME`. */
  readonly name: string
  /** What is measured, and against what. */
  readonly about: string
  run(report: Report): Promise<void>
}

/** Runs with a folder on the disk that is removed afterwards. */
export async function withFolder<T>(run: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'headwater-bench-'))
  try {
    return await run(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}
