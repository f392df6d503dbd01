//! The language of `.snnx` files for tree-sitter.

use tree_sitter_language::LanguageFn;

unsafe extern "C" {
    fn tree_sitter_snnx() -> *const ();
}

/// The grammar.
// SAFETY: the generated parser's entry point takes nothing and gives a pointer to a constant.
pub const LANGUAGE: LanguageFn = unsafe { LanguageFn::from_raw(tree_sitter_snnx) };

/// What is highlighted, and as what.
pub const HIGHLIGHTS_QUERY: &str = include_str!("../../queries/highlights.scm");
/// Which names are declared and which refer to them.
pub const LOCALS_QUERY: &str = include_str!("../../queries/locals.scm");
/// What can be folded.
pub const FOLDS_QUERY: &str = include_str!("../../queries/folds.scm");
