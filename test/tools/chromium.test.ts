import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { chromiumPath, findChromium } from './chromium.ts'

test('the browser found exists', () => {
  expect(existsSync(chromiumPath())).toBe(true)
})

test('a chosen browser wins over the one in PATH', () => {
  expect(findChromium({ ...process.env, CHROMIUM_PATH: process.execPath })).toBe(process.execPath)
})

test('a chosen browser that is not there is named, not replaced by another', () => {
  expect(() => findChromium({ ...process.env, CHROMIUM_PATH: '/nowhere/chromium' })).toThrow('/nowhere/chromium')
})
