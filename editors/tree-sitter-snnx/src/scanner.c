#include "tree_sitter/parser.h"
#include <string.h>

enum { LINE_END, ERROR };

void *tree_sitter_snnx_external_scanner_create(void) { return NULL; }
void tree_sitter_snnx_external_scanner_destroy(void *payload) { (void)payload; }
unsigned tree_sitter_snnx_external_scanner_serialize(void *payload, char *buffer) {
  (void)payload, (void)buffer;
  return 0;
}
void tree_sitter_snnx_external_scanner_deserialize(void *payload, const char *buffer, unsigned length) {
  (void)payload, (void)buffer, (void)length;
}

static bool is_break(int32_t character) { return character == '\n' || character == '\r'; }

static bool is_space(int32_t character) {
  return character == ' ' || character == '\t' || character == 0xFEFF || character == 0xA0;
}

static bool is_word(int32_t character) {
  return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
         (character >= '0' && character <= '9') || character == '_';
}

/** Whether the next line goes on with this one: it begins with `->`, `{`, `then` or `shortcut`. */
static bool continues(TSLexer *lexer) {
  if (lexer->lookahead == '{') return true;
  if (lexer->lookahead == '-') {
    lexer->advance(lexer, true);
    return lexer->lookahead == '>';
  }
  char word[9] = {0};
  unsigned length = 0;
  while (is_word(lexer->lookahead)) {
    if (length == sizeof word - 1) return false;
    word[length++] = (char)lexer->lookahead;
    lexer->advance(lexer, true);
  }
  return strcmp(word, "then") == 0 || strcmp(word, "shortcut") == 0;
}

/** A line end that ends a statement; the lines of nothing but comments after it are looked past. */
bool tree_sitter_snnx_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid_symbols) {
  (void)payload;
  if (!valid_symbols[LINE_END] || valid_symbols[ERROR]) return false;
  while (is_space(lexer->lookahead)) lexer->advance(lexer, true);
  if (!is_break(lexer->lookahead)) return false;
  lexer->advance(lexer, false);
  lexer->mark_end(lexer);
  for (;;) {
    while (is_space(lexer->lookahead) || is_break(lexer->lookahead)) lexer->advance(lexer, true);
    if (lexer->lookahead != '#') break;
    while (!is_break(lexer->lookahead) && !lexer->eof(lexer)) lexer->advance(lexer, true);
  }
  if (continues(lexer)) return false;
  lexer->result_symbol = LINE_END;
  return true;
}
