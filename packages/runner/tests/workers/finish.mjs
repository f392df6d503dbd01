// A worker that finishes its job after a moment, or stops when told to.
process.on('message', (order) => {
  if (order.type === 'stop') return end({ kind: 'interrupted' })
  process.send({ type: 'started', resumed: false, backend: String(process.pid) })
  if (order.assignment.task.variant.endless !== true) setTimeout(() => end({ kind: 'already' }), 30)
})

function end(ending) {
  process.send({ type: 'ending', ending }, () => process.disconnect())
}
