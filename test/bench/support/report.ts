/** One line of the report: what was measured in each round, and what raw code doing the same work took beside it. */
export interface Figure {
  readonly what: string
  /** `.../s` is a rate, more is better; anything else a time, less is better. */
  readonly unit: string
  /** One number for each round. */
  readonly ours: readonly number[]
  /** In the same rounds. */
  readonly raw?: readonly number[]
  /** How many times as fast as raw it should be at least. */
  readonly aim?: number
}

/** Takes figures as they are found. */
export type Report = (figure: Figure) => void

/** A figure as text: how many times as fast as raw (median, least and most of the rounds), and the absolute numbers. */
export function line({ what, unit, ours, raw, aim }: Figure): string {
  const absolute = `${spread(ours, unit)}`
  if (raw === undefined) return `  ${what.padEnd(WIDTH)} ${absolute}`
  const rate = unit.endsWith('/s')
  const ratios = ours.map((value, round) => (rate ? value / (raw[round] ?? NaN) : (raw[round] ?? NaN) / value))
  const typical = median(ratios)
  const verdict = aim === undefined ? '' : `; aim ${aim}x, ${typical >= aim ? 'met' : 'missed'}`
  const range = `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`
  return `  ${what.padEnd(WIDTH)} ${typical.toFixed(2)}x raw (${range}${verdict}); ${absolute}, raw ${spread(raw, unit)}`
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** The value that this part of the values, from 0 to 1, does not exceed. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (sorted.length - 1) * part
  const low = sorted[Math.floor(at)] ?? NaN
  return low + ((sorted[Math.ceil(at)] ?? NaN) - low) * (at % 1)
}

const WIDTH = 52

function spread(values: readonly number[], unit: string): string {
  const [typical, least, most] = [median(values), Math.min(...values), Math.max(...values)].map(rounded)
  return values.length === 1 ? `${typical} ${unit}` : `${typical} ${unit} (${least} to ${most})`
}

function rounded(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3)
}
