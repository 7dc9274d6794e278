/** Asks the browser to keep the data when the disk runs full; called when there is first something to lose. */
export function keepStorage(): void {
  // A refusal changes nothing: the status says so.
  void navigator.storage?.persist?.().catch(() => false)
}
