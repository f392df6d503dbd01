export function describeLanguage(): string {
  return ''
}
