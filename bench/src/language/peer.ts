import { EmptyFileSystem } from 'langium'
import { createServicesForGrammar } from 'langium/grammar'

/**
 * A block language of the same look, as langium's users write one: names, references between blocks, forms with
 * arguments, quantities, pipelines. It has no layout, no units' table, no sweeps to check: less than ours, in its favour.
 */
const GRAMMAR = `
grammar Blocks
entry File: 'snnx' version=NUMBER statements+=Statement*;
Statement: When | Block | Setting | Sweep | Replicates;
When: 'when' address=Path ('==' | '!=') operand=Value '{' statements+=Statement* '}';
Block: kind=ID (name=ID)? (':' base=ID)? '{' statements+=Statement* '}';
Setting: key=Path operator=('=' | '<=' | '>=') values+=Pipeline ('then' values+=Pipeline)*;
Sweep: address=Path 'in' domain=Domain;
Replicates: 'repeat' address=Path 'in' domain=Domain;
Domain: List | Range;
Range: from=Quantity '..' to=Quantity;
Pipeline: elements+=Value ('->' elements+=Value)*;
Value: Quantity | Call | List;
Call: name=Path ('(' (arguments+=Argument (',' arguments+=Argument)*)? ')')?;
Argument: (name=ID '=')? value=Pipeline;
List: '[' (values+=Pipeline (',' values+=Pipeline)*)? ']';
Quantity: value=NUMBER (unit=UNIT)?;
Path returns string: Name ('.' Name)*;
Name returns string: ID | UNIT;
terminal UNIT: /%|(steps?|epochs?|batch(es)?)\\b/;
terminal ID: /[A-Za-z_][A-Za-z0-9_]*/;
terminal NUMBER returns number: /[+-]?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)?/;
hidden terminal WS: /\\s+/;
hidden terminal DOC: /\\/\\/\\/[^\\n\\r]*/;
hidden terminal COMMENT: /#[^\\n\\r]*/;
`

/** Langium's parser for that language: text to a tree with places, its errors counted. */
export async function createPeer(): Promise<(text: string) => number> {
  const services = await createServicesForGrammar({ grammar: GRAMMAR, ...EmptyFileSystem })
  const parser = services.parser.LangiumParser
  return (text) => {
    const { lexerErrors, parserErrors } = parser.parse(text)
    return lexerErrors.length + parserErrors.length
  }
}
