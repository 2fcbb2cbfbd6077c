//! How fast and in how much memory: 100,000 products as Shopify CSV.
//! `cargo run --release -p catalog-import --example rate`

use std::fs::File;
use std::io::{BufWriter, Write};

use catalog_import::{Options, Reader};

fn main() -> std::io::Result<()> {
    let path = std::env::temp_dir().join(format!("catalog-import-rate-{}.csv", std::process::id()));
    let (mut out, mut rows) = (BufWriter::new(File::create(&path)?), 0u64);
    writeln!(
        out,
        "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Grams,Variant Inventory Qty,Variant Price,Image Src,Image Alt Text,Status"
    )?;
    for product in 0..100_000 {
        for (at, size) in ["120 cm", "160 cm", "200 cm"].iter().enumerate() {
            let (title, body, name) = if at == 0 {
                (
                    "Ąžuolo stalas",
                    "<p>Masyvo <b>ąžuolas</b>, rankų darbo.</p><ul><li>Alyva</li><li>Trys dydžiai</li></ul>",
                    "Dydis",
                )
            } else {
                ("", "", "")
            };
            writeln!(
                out,
                "p-{product},{title},\"{body}\",Ąžuolynė,Stalai,\"nauja, ąžuolas\",TRUE,{name},{size},S-{product}-{at},42000,5,1299.00,https://example.com/{product}-{at}.jpg,Stalas,active"
            )?;
            rows += 1;
        }
    }
    out.flush()?;
    let bytes = std::fs::metadata(&path)?.len();
    let begun = std::time::Instant::now();
    let reader = Reader::open(File::open(&path)?, Options::default()).expect("a good file");
    let products = reader.filter(|product| product.is_ok()).count();
    let seconds = begun.elapsed().as_millis().max(1) as u64;
    std::fs::remove_file(&path)?;
    println!(
        "{products} products, {rows} rows, {} MB in {seconds} ms: {} rows/s, {} products/s",
        bytes >> 20,
        rows * 1000 / seconds,
        products as u64 * 1000 / seconds
    );
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().filter(|line| line.starts_with("VmHWM")).for_each(|line| println!("{line}"));
    Ok(())
}
