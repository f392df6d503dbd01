import { appendFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { acquireLock } from '../src/store/lock.ts'

// A process that takes a lock again and again, writing down when it is in and when it is out;
// the last time it is killed as the owner.
const [, , folder, journal, times] = process.argv as [string, string, string, string, string]
for (let round = 0; round < Number(times); ) {
  const attempt = await acquireLock(folder)
  if ('owner' in attempt) {
    await sleep(1)
    continue
  }
  appendFileSync(journal, `in ${process.pid}\n`)
  await sleep(1)
  appendFileSync(journal, `out ${process.pid}\n`)
  round++
  if (round === Number(times)) process.kill(process.pid, 'SIGKILL')
  await attempt.lock.release()
}
