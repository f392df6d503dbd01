/** Numbers of a node: `[]` is the shape of a single one. Integers are held as `Int32Array`. */
export interface NirNumbers {
  shape: readonly number[]
  values: Float32Array | Float64Array | Int32Array
}

/** One field of a node. */
export type NirField = string | NirNumbers

/** A node of a NIR graph: its type, as NIR names it, and its fields. A graph in a graph has the type `NIRGraph`. */
export interface NirNode {
  type: string
  fields: ReadonlyMap<string, NirField>
}

/** A network in the Neuromorphic Intermediate Representation (Pedersen et al., 2024), as its files hold it. */
export interface NirGraph {
  nodes: ReadonlyMap<string, NirNode>
  /** Names of source and target; only they say what follows what. */
  edges: readonly (readonly [source: string, target: string])[]
  metadata: ReadonlyMap<string, NirField>
}

/** The step that snnTorch and others take where a graph, as NIR has it, says none: 0.1 ms. */
export const NIR_STEP = 1e-4

/** The least float32 above `value`: what is above `value` (NIR's neurons fire there) is at least this (where ours fire). */
export function floatAbove(value: number): number {
  return moveFloat(value, 1)
}

/** The greatest float32 below `value`. */
export function floatBelow(value: number): number {
  return moveFloat(value, -1)
}

/** Neighbouring floats have neighbouring bit patterns, which run away from 0 on either side of it. */
function moveFloat(value: number, by: 1 | -1): number {
  const float = Float32Array.of(value)
  const bits = new Int32Array(float.buffer)
  if (float[0] === 0) return by * 2 ** -149
  bits[0]! += float[0]! > 0 ? by : -by
  return float[0]!
}
