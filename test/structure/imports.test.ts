import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { refusal } from './import-rules.ts'
import { COMPUTED, importsOf } from './imports-of.ts'

const top = join(import.meta.dirname, '../..')

function sources(): string[] {
  return ['src', 'adapters', 'sync-server', 'demo-web'].flatMap((folder) =>
    readdirSync(join(top, folder), { recursive: true, encoding: 'utf8' })
      .map((file) => `${folder}/${file.replaceAll('\\', '/')}`)
      .filter((file) => /\.[cm]?[jt]sx?$/.test(file) && !/(?:^|\/)(?:dist|node_modules)\//.test(file)),
  )
}

function refusals(file: string, code: string): string[] {
  return importsOf(file, code).flatMap((specifier) => {
    const why = refusal(file, specifier)
    return why === undefined ? [] : [`${file} imports "${specifier}": ${why}`]
  })
}

describe('the import table of the architecture', () => {
  test('is kept by every file', () => {
    const files = sources()
    expect(files.length).toBeGreaterThan(10)
    expect(files.flatMap((file) => refusals(file, readFileSync(join(top, file), 'utf8')))).toEqual([])
  })

  test('gives ws to one file', () => {
    const users = sources().filter((file) => importsOf(file, readFileSync(join(top, file), 'utf8')).includes('ws'))
    expect(users.length, users.join(', ')).toBeLessThanOrEqual(1)
  })
})

describe('the rules refuse', () => {
  test.each([
    ['src/store.ts', `import { readFile } from 'node:fs/promises'`],
    ['src/store.ts', `import { openDB } from 'idb'`],
    ['src/store.ts', `import { sqliteStore } from '../adapters/sqlite/index.ts'`],
    ['src/store.ts', `import type { Session } from '../sync-server/session.ts'`],
    ['src/store.ts', `import { createApplication } from 'headwater'`],
    ['src/index.ts', `export * from './sync/index.ts'`],
    ['src/application/execute.ts', `import type { Message } from '../sync/protocol.ts'`],
    ['src/application/execute.ts', `import { useState } from 'react'`],
    ['src/sync/client/client.ts', `import { useSync } from '../../react.ts'`],
    ['src/react/hooks.ts', `import { createRoot } from 'react-dom/client'`],
    ['adapters/idb/index.ts', `import { copyJson } from '../../src/json.ts'`],
    ['adapters/idb/index.ts', `import { sqliteStore } from '../sqlite/index.ts'`],
    ['adapters/idb/index.ts', `import { randomUUID } from 'node:crypto'`],
    ['adapters/idb/index.ts', `import { serve } from '../../sync-server/index.ts'`],
    ['adapters/sqlite/index.ts', `import Dexie from 'dexie'`],
    ['adapters/sqlite/index.ts', `const name = 'better-sqlite3'; await import(name)`],
    ['adapters/unheard-of/index.ts', `import { thing } from 'thing'`],
    ['sync-server/session.ts', `import { sqliteStore } from '../adapters/sqlite/index.ts'`],
    ['sync-server/session.ts', `import { useSync } from '../src/react.ts'`],
    ['sync-server/session.ts', `import express from 'express'`],
    ['demo-web/src/app.tsx', `import { createApplication } from '../../src/index.ts'`],
    ['demo-web/src/app.tsx', `const url = new URL('../../adapters/idb/index.ts', import.meta.url)`],
    ['demo-web/src/app.tsx', `import { join } from 'node:path'`],
  ])('in %s: %s', (file, code) => {
    expect(refusals(file, code)).toHaveLength(1)
  })
})

describe('the rules allow', () => {
  test.each([
    ['src/application/execute.ts', `import type { EventStore } from '../store.ts'`],
    ['src/testing.ts', `export { simulate } from './sync/simulator/simulate.ts'`],
    ['src/react.ts', `import { useSyncExternalStore } from 'react'; import { startSync } from './sync/index.ts'`],
    ['src/sync/client/client.ts', `import { newId } from '../../ids.ts'`],
    ['adapters/idb/index.ts', `import { openDB } from 'idb'; import type { EventStore } from '../../src/index.ts'`],
    ['adapters/sqlite/open.ts', `import { dirname } from 'node:path'; const driver = await import('better-sqlite3')`],
    ['sync-server/sockets.ts', `import { WebSocketServer } from 'ws'; import { createServer } from 'node:http'`],
    ['sync-server/main.ts', `const { sqliteStore } = await import('../adapters/sqlite/index.ts')`],
    [
      'demo-web/src/app.tsx',
      `import { useSync } from 'headwater/react'; import { Board } from './board.tsx'; import './app.css'`,
    ],
  ])('in %s: %s', (file, code) => {
    expect(refusals(file, code)).toEqual([])
  })
})

test('an import is found however it is written', () => {
  const code = `
    /// <reference types="a" />
    import 'b'; import x, { type Y } from 'c'; import type { Z } from 'd'
    export * from 'e'; export { q } from 'f'; export const own = 1
    type T = import('g').T; import h = require('h')
    async function late() { await import('i'); require('j'); await import(x) }
    const text = "import 'not'" // import 'neither'`
  expect(importsOf('sample.ts', code.replace(/^\s+/gm, '')).toSorted()).toEqual(
    ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', COMPUTED].toSorted(),
  )
})
