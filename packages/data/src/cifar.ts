import { labelOutOfRange, wrongLength } from './errors.ts'

/** Where the records of a batch go: `images` and `labels` have room for all of them. */
export interface Records {
  images: Uint8Array
  labels: Uint8Array
}

/**
 * Decodes a batch of CIFAR's binary form: records of one label and one image, channel by channel, row by row. CIFAR-100 has
 * two bytes of label, the class coarse and fine; the last one counts.
 * @param path names the file in errors
 * @param labelBytes those of a record's label
 * @param into takes the images, `[count, bytes of an image]`, and labels; their length says how many records there must be
 * @throws SNX0706 for another number of records, SNX0709 for a label of no class
 */
export function decodeCifar(
  content: Uint8Array,
  path: string,
  classes: number,
  labelBytes: number,
  into: Records,
): void {
  const { images, labels } = into
  const pixels = images.length / labels.length
  const bytes = labelBytes + pixels
  const length = labels.length * bytes
  if (content.length !== length) {
    throw wrongLength(path, `${length} bytes (${labels.length} records of ${bytes})`, content.length)
  }
  for (let record = 0; record < labels.length; record++) {
    const image = record * bytes + labelBytes
    const label = content[image - 1]!
    if (label >= classes) throw labelOutOfRange(path, record, label, classes)
    labels[record] = label
    images.set(content.subarray(image, image + pixels), record * pixels)
  }
}

/** The batch of `records` with one byte of label: the inverse of `decodeCifar`. */
export function encodeCifar({ images, labels }: Records): Uint8Array<ArrayBuffer> {
  const pixels = images.length / labels.length
  const content = new Uint8Array(labels.length * (1 + pixels))
  for (const [record, label] of labels.entries()) {
    content[record * (1 + pixels)] = label
    content.set(images.subarray(record * pixels, (record + 1) * pixels), record * (1 + pixels) + 1)
  }
  return content
}
