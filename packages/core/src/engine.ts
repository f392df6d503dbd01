/** The engine's numeric version: raised only when the same job gives other numbers than before. Part of a job's identity. */
export const ENGINE_VERSION = 3
