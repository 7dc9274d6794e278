import { parseSync } from 'vite'

/** What stands for an import whose target is not written out: no rule can judge it. */
export const COMPUTED = '<computed>'

/** Every module a file names: imports and re-exports, also of types, dynamic ones, `require`, and URLs relative to the file. */
export function importsOf(file: string, code: string): string[] {
  const { program, errors } = parseSync(file, code)
  if (errors.length > 0) throw new Error(`${file} cannot be parsed: ${errors[0]?.message}`)
  const found: string[] = []
  visit(program as unknown as Node, (node) => {
    const target = targetOf(node)
    if (target !== undefined) found.push(target)
  })
  for (const [, target] of code.matchAll(/^\/\/\/\s*<reference\s+(?:path|types)\s*=\s*["'](.+?)["']/gm))
    found.push(target ?? COMPUTED)
  return found
}

type Node = Readonly<Record<string, unknown>> & { readonly type: string }

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'
}

function visit(node: Node, see: (node: Node) => void): void {
  see(node)
  for (const child of Object.values(node).flat()) if (isNode(child)) visit(child, see)
}

function targetOf(node: Node): string | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'ImportExpression':
    case 'TSImportType':
      return literal(node['source'])
    case 'ExportNamedDeclaration':
      return node['source'] === null ? undefined : literal(node['source'])
    case 'TSExternalModuleReference':
      return literal(node['expression'])
    case 'CallExpression':
      return isRequire(node['callee']) ? literal(firstArgument(node)) : undefined
    case 'NewExpression':
      return isFileUrl(node) ? literal(firstArgument(node)) : undefined
    default:
      return undefined
  }
}

function literal(node: unknown): string {
  return isNode(node) && typeof node['value'] === 'string' ? node['value'] : COMPUTED
}

function firstArgument(node: Node): unknown {
  return Array.isArray(node['arguments']) ? node['arguments'][0] : undefined
}

function isRequire(callee: unknown): boolean {
  return isNode(callee) && callee['name'] === 'require'
}

/** `new URL('./x', import.meta.url)`, which bundlers treat as an import. */
function isFileUrl(node: Node): boolean {
  const callee = node['callee']
  return isNode(callee) && callee['name'] === 'URL' && JSON.stringify(node['arguments']).includes('"MetaProperty"')
}
