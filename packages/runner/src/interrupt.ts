/** A terminal's Ctrl-C reaches us directly and again through the process that started us: nearer than this it is one. */
const ONE_PRESS_MS = 300

/**
 * Calls `first` when the command is asked to stop (Ctrl-C, SIGTERM, the terminal or the starting shim gone) and
 * `second` when it is asked again. Returns how to listen no longer.
 */
export function onStop({ first, second }: { first: () => void; second: () => void }): () => void {
  let asked = Number.NEGATIVE_INFINITY
  const stop = () => {
    const now = performance.now()
    if (now - asked < ONE_PRESS_MS) return
    const again = asked > Number.NEGATIVE_INFINITY
    asked = now
    if (again) second()
    else first()
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.on(signal, stop)
  const relaunched = process.env.SNNX_RELAUNCHED !== undefined && process.connected
  if (relaunched) process.once('disconnect', stop)
  return () => {
    for (const signal of signals) process.off(signal, stop)
    process.off('disconnect', stop)
  }
}
