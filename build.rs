//! Themes are embedded: a template that is added must reach the next build.

fn main() {
    println!("cargo::rerun-if-changed=themes/default");
    println!("cargo::rerun-if-changed=themes/dist");
}
