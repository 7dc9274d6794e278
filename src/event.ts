import type { Json } from './json.ts'

/**
 * What is known about an event besides its data.
 *
 * An app may add keys of its own. `actor` is set by the sync server from the authenticated principal.
 */
export interface Metadata {
  /** The commit this event belongs to: what one command produced, stored and pushed as a whole. */
  readonly commitId?: string
  /** Links everything that one outside request set off. */
  readonly correlationId?: string
  /** The event or command that led to this one. */
  readonly causationId?: string
  /** Who did it. */
  readonly actor?: string
  /** When the command ran, ISO 8601, by the clock of the device it ran on: data, never an order. */
  readonly time?: string
  /** How many upcasters of its type the data has been through; absent means none. */
  readonly schemaVersion?: number
  readonly [key: string]: Json | undefined
}

/** An event that is not stored yet. `id` is a lower-case UUID (v7) made where the event is made. */
export interface NewEvent {
  readonly id: string
  readonly stream: string
  readonly type: string
  readonly data: Json
  readonly metadata?: Metadata
}

/** An event at its place in its stream. `version` counts 0, 1, 2 ... within the stream. */
export interface StreamEvent {
  readonly id: string
  readonly stream: string
  readonly version: number
  readonly type: string
  readonly data: Json
  readonly metadata: Metadata
}

/** A stored event. `position` is its place in its store's total order: increasing, with holes, never reused. */
export interface RecordedEvent extends StreamEvent {
  readonly position: number
}
