import { HeadwaterError } from '../errors.ts'

/** The part of the Standard Schema interface (standardschema.dev, v1) that validation uses. */
export interface StandardSchema {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => SchemaResult | Promise<SchemaResult>
  }
}

type SchemaResult = { readonly value: unknown; readonly issues?: undefined } | { readonly issues: readonly SchemaIssue[] }

interface SchemaIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/**
 * Checks data against a schema; the data itself is stored as it is, never the schema's transformed output.
 *
 * Refuses with `schema-mismatch`, listing the issues, and with `not-supported` a schema that validates asynchronously:
 * deciding must finish within one storage transaction.
 */
export function checkSchema(schema: StandardSchema, data: unknown, what: string): void {
  const result = schema['~standard'].validate(data)
  if (result instanceof Promise) {
    result.catch(() => undefined)
    throw new HeadwaterError('not-supported', `${what}: expected a synchronous schema, found one that validates asynchronously`)
  }
  if (result.issues === undefined) return
  const issues = result.issues.slice(0, 5).map((issue) => `${pathOf(issue)}${issue.message}`)
  throw new HeadwaterError('schema-mismatch', `${what} does not match its schema: ${issues.join('; ')}`)
}

function pathOf(issue: SchemaIssue): string {
  const keys = (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part))
  return keys.length === 0 ? '' : `${keys.join('.')}: `
}
