/** Where the connection to the server stands. */
export type Phase =
  /** Not started, or stopped. */
  | 'stopped'
  /** No connection; another attempt is scheduled. */
  | 'waiting'
  /** A socket is being opened. */
  | 'connecting'
  /** The hello is on its way. */
  | 'greeting'
  /** Welcomed: pushing and pulling. */
  | 'live'
  /** Stopped for a reason that trying again does not cure. */
  | 'halted'

/** Everything that can happen to it. */
export type Input = 'start' | 'stop' | 'retry' | 'opened' | 'welcomed' | 'lost' | 'timeout' | 'dismissed' | 'fatal'

/** What has to be done about it, in this order. */
export type Effect =
  /** Open a socket. */
  | 'connect'
  /** Close the socket, if there is one, and hear no more of it. */
  | 'drop'
  /** Send the hello. */
  | 'greet'
  /** Start following and pushing. */
  | 'resume'
  /** Schedule `retry`: soon at first, then later and later. */
  | 'back-off'
  /** Schedule `retry` when the server asked for. */
  | 'come-back'
  /** Unschedule `retry`. */
  | 'cancel-retry'

type Step = readonly [Phase, ...Effect[]]

const WAIT: Step = ['waiting', 'drop', 'back-off']
const HALT: Step = ['halted', 'cancel-retry', 'drop']
const STOP: Step = ['stopped', 'cancel-retry', 'drop']

/** The whole state machine: for each phase, what each input leads to. What is not listed changes nothing. */
export const TRANSITIONS: Readonly<Record<Phase, Readonly<Partial<Record<Input, Step>>>>> = {
  stopped: { start: ['connecting', 'connect'] },
  waiting: { retry: ['connecting', 'cancel-retry', 'connect'], stop: STOP, fatal: HALT },
  connecting: {
    opened: ['greeting', 'greet'],
    lost: WAIT,
    timeout: WAIT,
    dismissed: ['waiting', 'drop', 'come-back'],
    stop: STOP,
    fatal: HALT,
  },
  greeting: {
    welcomed: ['live', 'resume'],
    lost: WAIT,
    timeout: WAIT,
    dismissed: ['waiting', 'drop', 'come-back'],
    stop: STOP,
    fatal: HALT,
  },
  live: { lost: WAIT, timeout: WAIT, dismissed: ['waiting', 'drop', 'come-back'], stop: STOP, fatal: HALT },
  halted: { start: ['connecting', 'connect'], stop: STOP },
}

/** The next phase, and what to do. Pure. */
export function transition(phase: Phase, input: Input): { readonly phase: Phase; readonly effects: readonly Effect[] } {
  const [next, ...effects] = TRANSITIONS[phase][input] ?? [phase]
  return { phase: next, effects }
}
