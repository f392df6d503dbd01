import { type ChildProcess, fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Assignment, Ending, WorkerMessage, WorkerOrder } from '../task.ts'
import type { Queue } from './queue.ts'
import { type Member, QuietRoom } from './quiet.ts'

const WORKER = fileURLToPath(new URL('../worker.js', import.meta.url))

/** A queue of worker processes on this machine, at most `slots` at a time. */
export function createLocalQueue(slots: number, worker = WORKER): Queue {
  const running = new Set<ChildProcess>()
  const room = new QuietRoom()
  const waiting: { place: number; start: () => void; drop: () => void }[] = []
  let stopped = false

  const startNext = () => {
    while (!room.quiet && running.size < slots && waiting.length > 0) waiting.shift()!.start()
  }
  /** Once all was submitted that can be now: what hangs on a job that is done may come before all that waits. */
  const startSoon = () => setImmediate(startNext)
  return {
    submit(assignment, listen, place) {
      if (stopped) return Promise.resolve({ kind: 'interrupted' })
      return new Promise((resolve) => {
        const start = () => {
          const child = fork(worker, {
            stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
            env: shareCores(Math.min(slots, running.size + waiting.length + 1)),
          })
          running.add(child)
          const member = memberOf(child)
          room.join(member)
          const hear = (message: WorkerMessage) => {
            if (message.type === 'request') room.request(member)
            else if (message.type === 'held') room.held(member)
            else if (message.type === 'release') room.release(member)
            else return listen(message)
            startNext()
          }
          void followWorker(child, assignment, hear).then((ending) => {
            running.delete(child)
            room.leave(member)
            startSoon()
            resolve(ending)
          })
        }
        waiting.push({ place, start, drop: () => resolve({ kind: 'interrupted' }) })
        waiting.sort((one, other) => one.place - other.place)
        startSoon()
      })
    },
    stop() {
      stopped = true
      for (const { drop } of waiting.splice(0)) drop()
      for (const child of running) order(child, { type: 'stop' })
    },
    kill() {
      for (const child of running) child.kill('SIGKILL')
    },
  }
}

function memberOf(child: ChildProcess): Member {
  const say = (type: 'hold' | 'resume' | 'grant') => () => order(child, { type })
  return { hold: say('hold'), resume: say('resume'), grant: say('grant') }
}

/**
 * The environment of a worker: the threads of the native kernels and of TensorFlow, so that all
 * workers together take the machine's cores: `workers` that run now or could. No result depends on it.
 */
function shareCores(workers: number): NodeJS.ProcessEnv {
  const threads = Math.max(1, Math.floor(availableParallelism() / workers))
  return {
    RAYON_NUM_THREADS: String(threads),
    TF_NUM_INTRAOP_THREADS: String(threads),
    TF_NUM_INTEROP_THREADS: '1',
    ...process.env,
  }
}

/** Resolves when the process is gone, with the ending it told or, if it told none, with how it died. */
function followWorker(child: ChildProcess, assignment: Assignment, listen: (message: WorkerMessage) => void) {
  return new Promise<Ending>((resolve) => {
    let ending: Ending | null = null
    child.on('message', (message: WorkerMessage) => {
      if (message.type === 'ending') ending = message.ending
      listen(message)
    })
    child.on('error', (error) => resolve({ kind: 'failed', failure: lost(assignment, error.message) }))
    // `close` comes after the last message, `exit` may come before it.
    child.on('close', (code, signal) => {
      const cause = signal === null ? `exit code ${code}` : signal
      resolve(ending ?? { kind: 'failed', failure: lost(assignment, cause) })
    })
    order(child, { type: 'perform', assignment })
  })
}

function order(child: ChildProcess, message: WorkerOrder) {
  if (child.connected) child.send(message, () => {})
}

function lost({ task }: Assignment, cause: string) {
  return {
    code: 'SNX1021',
    message: `the process of job ${task.hash} ended without a word (${cause})`,
    help: 'it may have run out of memory (try fewer `--jobs`); the same command goes on from the last checkpoint',
    stack: undefined,
  }
}
