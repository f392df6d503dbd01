declare module 'railroad-diagrams' {
  /** A part of a diagram. */
  export interface Item {
    width: number
  }
  interface Drawing extends Item {
    attrs: Record<string, string | number>
    format(padding: number): Drawing
    toString(): string
  }
  /** All of these are made without `new`. */
  interface Railroad {
    Diagram(...items: Item[]): Drawing
    Sequence(...items: Item[]): Item
    Choice(normal: number, ...items: Item[]): Item
    Optional(item: Item): Item
    OneOrMore(item: Item, separator?: Item): Item
    ZeroOrMore(item: Item, separator?: Item): Item
    Terminal(text: string): Item
    NonTerminal(text: string): Item
    Skip(): Item
  }
  const railroad: Railroad
  export default railroad
}
