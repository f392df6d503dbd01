import { createLogUpdate } from 'log-update'
import { formatBytes, formatDuration, formatShare } from '../format.ts'
import type { Transfer } from './fetch.ts'
import type { InstallReporter, Step } from './install.ts'
import { packagesOf, type Release, sizeOf } from './release.ts'

const QUARTER = 0.25

/** Lines for a log: one for each step that is done, and one for each quarter of the download. */
export function createLineReporter(write: (text: string) => void): InstallReporter {
  let labels: Record<Step, string>
  let quarters = 0
  return {
    onBegin(release, place) {
      labels = describeSteps(release)
      write(`installing into ${place.folder}\n`)
    },
    onStep() {},
    onTransfer(transfer) {
      const quarter = Math.floor(transfer.received / transfer.total / QUARTER)
      if (quarter <= quarters) return
      quarters = quarter
      write(`${describeTransfer(transfer)}\n`)
    },
    onStepEnd: (step, seconds, kept) => write(`${describeEnd(labels[step], seconds, kept)}\n`),
  }
}

/** The same for a terminal, with the step under way as a line that changes. */
export function createLiveReporter(stream: NodeJS.WriteStream): InstallReporter {
  const display = createLogUpdate(stream)
  const lines = createLineReporter((text) => display.persist(text.trimEnd()))
  let labels: Record<Step, string>
  return {
    ...lines,
    onBegin(release, place) {
      labels = describeSteps(release)
      lines.onBegin(release, place)
    },
    onStep: (step) => display(`${labels[step]} ...`),
    onTransfer: (transfer) => display(describeTransfer(transfer)),
    onStepEnd(...end) {
      display.clear()
      lines.onStepEnd(...end)
    },
  }
}

/** One JSON object a line. */
export function createJsonReporter(write: (text: string) => void): InstallReporter {
  const line = (value: object) => write(`${JSON.stringify(value)}\n`)
  return {
    onBegin: (release, place) =>
      line({ type: 'begin', release: release.name, folder: place.folder, ...sizeOf(release) }),
    onStep: (step) => line({ type: 'step', step }),
    onTransfer: (transfer) => line({ type: 'transfer', ...transfer }),
    onStepEnd: (step, seconds, kept) => line({ type: 'step-end', step, seconds, kept }),
  }
}

function describeSteps(release: Release): Record<Step, string> {
  const { wheel, packages } = release
  const small = packagesOf(release).reduce((sum, { bytes }) => sum + bytes, 0)
  return {
    check: 'looking for programs, space and earlier downloads',
    'fetch-packages': `fetching ${packages.binding.name} ${packages.binding.version}, ${formatBytes(small)}`,
    'fetch-library': `fetching ${wheel.name} ${wheel.version}, ${formatBytes(wheel.bytes)}`,
    unpack: `unpacking libtensorflow, ${formatBytes(sizeOf(release).disk)}`,
    compile: 'compiling the binding',
    start: 'starting it',
  }
}

function describeEnd(label: string, seconds: number, kept: boolean): string {
  return `${label}: ${kept ? 'kept from before' : `${seconds.toFixed(1)} s`}`
}

function describeTransfer({ received, total, left }: Transfer): string {
  const ahead = left === null ? '' : `, ${formatDuration(left)} left`
  return `  ${formatShare(received / total)} of ${formatBytes(total)}${ahead}`
}
