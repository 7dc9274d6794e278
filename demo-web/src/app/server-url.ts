/** Where the sync server listens: beside this page's host, unless `?server=` names another. */
export function serverUrl({ hostname, search }: { readonly hostname: string; readonly search: string }): string {
  const chosen = new URLSearchParams(search).get('server')
  if (chosen !== null && /^wss?:\/\/./.test(chosen)) return chosen
  const port: unknown = import.meta.env.VITE_HEADWATER_PORT
  return `ws://${hostname}:${typeof port === 'string' ? port : '8787'}/`
}
