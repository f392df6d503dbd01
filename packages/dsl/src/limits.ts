/** Longer texts are no experiment; the limit keeps every text's check within a moment. */
export const MAX_LENGTH = 500_000
/** Deeper brackets and networks inside networks, longer chains of bases and more swept addresses are refused, so that no text can exhaust the stack. */
export const MAX_DEPTH = 60
/** The most configurations of a sweep, counted before any of them is worked out. */
export const MAX_CONFIGURATIONS = 100_000
/** The most values that one address can be swept over, and the most jobs of an experiment that its requirements may leave. */
export const MAX_JOBS = 10_000
/** The most layers of a network; repetitions and the networks inside it multiply. */
export const MAX_LAYERS = 1_000
/** The most steps of working out all configurations; a step is a key that is settled or an address that is chosen. */
export const MAX_WORK = 20_000_000
/** What a block and a layer cost among those steps: a block has its defaults, and a layer is kept for the job. */
export const BLOCK_WORK = 5
export const LAYER_WORK = 40
/** The most mistakes that are shown of one file. */
export const MAX_DIAGNOSTICS = 200
/** The most names that a message lists, and that a mistyped one is compared with. */
export const MAX_LISTED = 40
export const MAX_COMPARED = 200
/** The most characters of a name or value that a message repeats. */
export const MAX_SHOWN = 200

/** Bytes of the largest file that is read as a spec, by the command, the editor's server and the site alike. */
export const MAX_FILE = 1024 * 1024
