/** Longer texts are no experiment; the limit keeps every text's check within a moment. */
export const MAX_LENGTH = 100_000
/** Deeper brackets and networks inside networks, longer chains of bases and more swept addresses are refused, so that no text can exhaust the stack. */
export const MAX_DEPTH = 60
/** The most values that one address can be swept over, and the most jobs of an experiment. */
export const MAX_JOBS = 10_000
/** The most layers of a network; repetitions and the networks inside it multiply. */
export const MAX_LAYERS = 1_000
/** The most mistakes that are shown of one file. */
export const MAX_DIAGNOSTICS = 200
