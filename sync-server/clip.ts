/** Within the protocol's bounds, and still well-formed text. */
export function clip(text: string, max: number): string {
  return text.slice(0, max).replace(/\p{Surrogate}/gu, '\uFFFD')
}
