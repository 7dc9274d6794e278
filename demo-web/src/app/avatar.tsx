/** A person as initials on a colour of their own; an empty ring for nobody. */
export function Avatar({ name }: { readonly name: string | null }) {
  if (name === null || name === '') return <span className="avatar nobody" aria-hidden="true" />
  return (
    <span className="avatar" style={{ '--hue': hueOf(name) } as React.CSSProperties} aria-hidden="true">
      {initials(name)}
    </span>
  )
}

function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => word !== '')
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) =>
    String.fromCodePoint(word?.codePointAt(0) ?? 32),
  )
  return letters.join('').trim().toLocaleUpperCase()
}

function hueOf(name: string): number {
  let hash = 7
  for (const letter of name) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 360
  return hash
}
