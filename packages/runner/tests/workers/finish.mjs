import { existsSync } from 'node:fs'

// A worker that finishes its job after a moment, or when the file `until` is there, or never; it stops when told to.
process.on('message', (order) => {
  if (order.type === 'stop') return end({ kind: 'interrupted' })
  const { endless, until } = order.assignment.task.variant
  process.send({ type: 'started', resumed: false, backend: String(process.pid) })
  if (endless === true) return
  const timer = setInterval(() => {
    if (until !== undefined && !existsSync(until)) return
    clearInterval(timer)
    end({ kind: 'already' })
  }, 20)
})

function end(ending) {
  process.send({ type: 'ending', ending }, () => process.disconnect())
}
