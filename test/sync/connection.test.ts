import type { Effect, Input, Phase } from '../../src/sync/client/connection.ts'
import { describe, expect, it } from 'vitest'
import { TRANSITIONS, transition } from '../../src/sync/client/connection.ts'
import { retryDelayMs } from '../../src/sync/client/backoff.ts'

const PHASES = Object.keys(TRANSITIONS) as Phase[]
const INPUTS: readonly Input[] = ['start', 'stop', 'retry', 'opened', 'welcomed', 'lost', 'timeout', 'dismissed', 'fatal']

describe("the connection's transition table", () => {
  it('has a socket in exactly the phases that need one, whatever happens', () => {
    const withSocket: readonly Phase[] = ['connecting', 'greeting', 'live']
    for (const phase of PHASES) {
      for (const input of INPUTS) {
        const next = transition(phase, input)
        let open = withSocket.includes(phase)
        for (const effect of next.effects) {
          if (effect === 'connect') {
            expect([phase, input, open]).toEqual([phase, input, false])
            open = true
          } else if (effect === 'drop') open = false
        }
        expect([phase, input, open]).toEqual([phase, input, withSocket.includes(next.phase)])
      }
    }
  })

  it('has a retry scheduled while it waits, and nowhere else', () => {
    const schedules: readonly Effect[] = ['back-off', 'come-back']
    for (const phase of PHASES) {
      for (const input of INPUTS) {
        const next = transition(phase, input)
        let scheduled = phase === 'waiting'
        for (const effect of next.effects) {
          if (schedules.includes(effect)) scheduled = true
          else if (effect === 'cancel-retry') scheduled = false
        }
        expect([phase, input, scheduled]).toEqual([phase, input, next.phase === 'waiting'])
      }
    }
  })

  it('can always be stopped, and always be started again', () => {
    for (const phase of PHASES) {
      const stopped = transition(phase, 'stop').phase
      expect(stopped).toBe('stopped')
      expect(transition(stopped, 'start').phase).toBe('connecting')
    }
  })

  it('never leaves a halt by itself', () => {
    for (const input of INPUTS.filter((candidate) => candidate !== 'start' && candidate !== 'stop')) {
      expect(transition('halted', input)).toEqual({ phase: 'halted', effects: [] })
    }
  })
})

it('waits longer after each failure, up to half a minute, and never in step with others', () => {
  expect(retryDelayMs(0, 0.999)).toBeLessThan(500)
  expect(retryDelayMs(3, 1)).toBe(4000)
  expect(retryDelayMs(1000, 1)).toBe(30_000)
  expect(retryDelayMs(5, 0)).toBe(0)
})
