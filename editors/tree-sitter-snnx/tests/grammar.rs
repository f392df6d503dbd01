//! The generated parser against the corpus, the project's files and its own source.

use std::fs;
use std::path::{Path, PathBuf};

use tree_sitter::{Node, Parser, Query, Tree};
use tree_sitter_generate::OptLevel;

fn parse(text: &str) -> Tree {
    let mut parser = Parser::new();
    parser
        .set_language(&tree_sitter_snnx::LANGUAGE.into())
        .expect("the generated parser fits this tree-sitter");
    parser.parse(text, None).expect("a tree")
}

/// All files under a folder whose names end so, in order.
fn files(folder: &Path, end: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path, end));
        } else if path.to_string_lossy().ends_with(end) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A case of `test/corpus`: its name, whether it holds an error, the text, and the tree.
struct Case {
    name: String,
    error: bool,
    text: String,
    tree: String,
}

fn cases(file: &Path) -> Vec<Case> {
    let all = fs::read_to_string(file).expect("a corpus file");
    let rule = "==================\n";
    let pieces: Vec<&str> = all.split(rule).skip(1).collect();
    let pairs = pieces.chunks(2);
    pairs
        .map(|pair| {
            let mut head = pair[0].lines();
            let (text, tree) = pair[1]
                .split_once("\n---\n")
                .expect("`---` between text and tree");
            Case {
                name: head.next().expect("a name").into(),
                error: head.any(|line| line == ":error"),
                text: text.trim_start_matches('\n').into(),
                tree: flat(tree),
            }
        })
        .collect()
}

/// A tree on one line.
fn flat(tree: &str) -> String {
    tree.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_corpus_parses_to_its_trees() {
    let cases: Vec<Case> = files(&root().join("editors/tree-sitter-snnx/test/corpus"), ".txt")
        .iter()
        .flat_map(|file| cases(file))
        .collect();
    assert!(cases.len() >= 11, "only {} cases", cases.len());
    for Case {
        name,
        error,
        text,
        tree,
    } in cases
    {
        let parsed = parse(&text);
        assert_eq!(parsed.root_node().has_error(), error, "{name}");
        if !error {
            assert_eq!(flat(&parsed.root_node().to_sexp()), tree, "{name}");
        }
    }
}

/// What the compiler says of a file of `tests/diagnostics`, where that is not about how it is written.
fn is_well_formed(snnx: &Path) -> bool {
    let said = fs::read_to_string(snnx.with_extension("expected.txt")).unwrap_or_default();
    // SNX0105 and 0106 are about what is written, not how.
    let codes = said
        .match_indices("[SNX01")
        .map(|(at, _)| &said[at + 1..at + 8]);
    let textual = ["SNX0105", "SNX0106"];
    codes.into_iter().all(|code| textual.contains(&code))
}

#[test]
fn what_the_compiler_reads_parses_without_an_error() {
    let folders = ["std", "experiments", "packages/dsl/tests"];
    let all = folders
        .iter()
        .flat_map(|folder| files(&root().join(folder), ".snnx"));
    // The formatter's cases are broken on purpose, without a word of the compiler beside them.
    let broken = root().join("packages/dsl/tests/format");
    let read: Vec<PathBuf> = all
        .filter(|file| !file.starts_with(&broken) && is_well_formed(file))
        .collect();
    assert!(read.len() > 60, "only {} files", read.len());
    for file in read {
        let text = fs::read_to_string(&file).expect("a text");
        let tree = parse(&text);
        assert!(
            !tree.root_node().has_error(),
            "{}: {}",
            file.display(),
            tree.root_node().to_sexp()
        );
    }
}

/// The kinds of all blocks that were found.
fn blocks<'text>(node: Node, text: &'text str, found: &mut Vec<&'text str>) {
    if let Some(kind) = (node.kind() == "block")
        .then(|| node.child_by_field_name("kind"))
        .flatten()
    {
        found.push(&text[kind.byte_range()]);
    }
    for child in node.children(&mut node.walk()) {
        blocks(child, text, found);
    }
}

#[test]
fn a_mistake_on_one_line_leaves_the_blocks_around_it_whole() {
    let file = root().join("experiments/fashion_mlp/fashion_mlp.snnx");
    let whole = fs::read_to_string(file).expect("a text");
    for mistake in [
        "tau = = 2 steps",
        "= 3",
        "threshold 1.0",
        "tau = (",
        "* -> *",
        "tau = 2 steps steps",
    ] {
        let text = whole.replace("    tau       = 2 steps\n", &format!("    {mistake}\n"));
        assert_ne!(text, whole);
        let tree = parse(&text);
        let mut found = Vec::new();
        blocks(tree.root_node(), &text, &mut found);
        let expected = [
            "experiment",
            "dataset",
            "neuron",
            "network",
            "train",
            "compress",
            "sweep",
            "report",
        ];
        assert!(tree.root_node().has_error(), "{mistake}");
        assert_eq!(found, expected, "{mistake}");
    }
}

#[test]
fn the_queries_name_what_the_grammar_has() {
    let language = tree_sitter_snnx::LANGUAGE.into();
    for query in [
        tree_sitter_snnx::HIGHLIGHTS_QUERY,
        tree_sitter_snnx::LOCALS_QUERY,
        tree_sitter_snnx::FOLDS_QUERY,
    ] {
        let names = Query::new(&language, query).expect("a query of this grammar");
        assert!(!names.capture_names().is_empty());
    }
}

/// Generates the parser as the tree-sitter command does. `SNNX_UPDATE=1` writes it to `src`, to be committed.
#[test]
fn the_generated_parser_is_not_stale() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let committed = here.join("src");
    let fresh = Path::new(env!("CARGO_TARGET_TMPDIR")).join("generated");
    let update = std::env::var("SNNX_UPDATE").is_ok_and(|value| value == "1");
    let node = std::env::var("SNNX_NODE").unwrap_or_else(|_| "node".into());
    tree_sitter_generate::generate_parser_in_directory(
        here,
        Some(if update { &committed } else { &fresh }),
        None::<PathBuf>,
        tree_sitter::LANGUAGE_VERSION,
        None,
        Some(&node),
        true,
        OptLevel::default(),
        &mut Vec::new(),
    )
    .expect("a parser");
    for name in ["grammar.json", "node-types.json", "parser.c"] {
        let read = |folder: &Path| fs::read_to_string(folder.join(name)).unwrap_or_default();
        let same = update || read(&fresh) == read(&committed);
        assert!(
            same,
            "src/{name} is stale: `npm run generate` in editors/tree-sitter-snnx writes it anew"
        );
    }
}
