/** Event name -> how the state evolves. The second parameter is the event's data; leave it out for an event without. */
export type EventMap<S> = { readonly [event: string]: (state: S, data: never) => S }

/** The parameters that emitting an event takes: its data, or nothing. */
export type DataOf<F> = F extends (state: never, ...rest: infer R) => unknown ? R : never

/** The arguments of a command, without its context. */
export type ArgsOf<F> = F extends (context: never, ...args: infer A) => void ? A : never
