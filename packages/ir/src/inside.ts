/**
 * Whether a path of a spec stays inside the folder that it starts from: relative, its parts joined by `/`, none of them
 * `..`, nothing that a system reads as a drive, another separator or an end.
 */
export function staysInside(path: string): boolean {
  const parts = path.split('/')
  return parts.every((part) => part !== '' && part !== '..' && !/[\\:\p{Cc}]/u.test(part))
}
