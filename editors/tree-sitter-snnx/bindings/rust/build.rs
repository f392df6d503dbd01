fn main() {
    let src = std::path::Path::new("src");
    let mut build = cc::Build::new();
    build.include(src).std("c11").warnings(false);
    for name in ["parser.c", "scanner.c"] {
        let file = src.join(name);
        println!("cargo:rerun-if-changed={}", file.display());
        build.file(file);
    }
    build.compile("tree-sitter-snnx");
}
