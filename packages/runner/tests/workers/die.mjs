// A worker that dies without a word.
process.on('message', (order) => {
  if (order.assignment.task.variant.code !== undefined) process.exit(order.assignment.task.variant.code)
  process.kill(process.pid, 'SIGKILL')
})
