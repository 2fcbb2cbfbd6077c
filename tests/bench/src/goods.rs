//! A catalogue of any size, always the same for a size: names, categories, attributes, options,
//! prices and stock as a furniture shop has them, in two languages, with the demo's pictures.

use std::{
    io::{BufWriter, Write},
    path::Path,
};

use serde_json::{Value, json};

const SORTS: [(&str, &str, &str); 12] = [
    ("Kėdė", "Chair", "Kėdės"),
    ("Stalas", "Table", "Stalai"),
    ("Lentyna", "Shelf", "Lentynos"),
    ("Šviestuvas", "Lamp", "Šviestuvai"),
    ("Spinta", "Wardrobe", "Spintos"),
    ("Lova", "Bed", "Lovos"),
    ("Suolas", "Bench", "Suolai"),
    ("Komoda", "Sideboard", "Komodos"),
    ("Veidrodis", "Mirror", "Veidrodžiai"),
    ("Pledas", "Throw", "Pledai"),
    ("Dėžė", "Box", "Dėžės"),
    ("Kabykla", "Coat rack", "Kabyklos"),
];
const NAMES: [&str; 24] = [
    "Audra",
    "Banga",
    "Dubysa",
    "Eglė",
    "Gintaras",
    "Jūra",
    "Kopa",
    "Lanka",
    "Merkys",
    "Nemunas",
    "Ošla",
    "Pieva",
    "Rasa",
    "Salė",
    "Šventoji",
    "Tauras",
    "Upė",
    "Ūla",
    "Vėjas",
    "Vilnia",
    "Žara",
    "Žeimena",
    "Minija",
    "Neris",
];
const WOODS: [(&str, &str); 5] =
    [("Ąžuolas", "Oak"), ("Uosis", "Ash"), ("Beržas", "Birch"), ("Riešutas", "Walnut"), ("Pušis", "Pine")];
const FINISHES: [&str; 3] = ["Alyva", "Lakas", "Vaškas"];

/// Writes `products` products, one a line, in the format of `vitrina export`. Product `n` of a
/// small file is product `n` of a large one. `pictures` are names that the shop knows already.
pub fn write(products: usize, pictures: &[String], file: &Path) -> anyhow::Result<()> {
    let mut out = BufWriter::new(std::fs::File::create(file)?);
    for n in 0..products {
        serde_json::to_writer(&mut out, &product(n, pictures))?;
        out.write_all(b"\n")?;
    }
    Ok(out.flush()?)
}

/// The word that a search for this product begins with.
pub fn code(n: usize) -> String {
    format!("{}{:05}", ["KD", "ST", "LN", "SV", "SP", "LV", "SU", "KM", "VR", "PL", "DZ", "KB"][n % 12], n)
}

fn product(n: usize, pictures: &[String]) -> Value {
    let (lt, en, path) = SORTS[n % 12];
    let name = NAMES[n / 12 % 24];
    let (wood, wood_en) = WOODS[n / 7 % 5];
    let variants = match n % 10 {
        0..6 => 1,
        6..9 => 2,
        _ => 3,
    };
    let code = code(n);
    let price = 1_900 + i64::try_from(n * 7919 % 90_000).unwrap_or(0);
    let finishes = &FINISHES[..variants];
    let rows: Vec<Value> = finishes.iter().enumerate().map(|(i, finish)| variant(n, i, price, &code, finish, variants)).collect();
    json!({
        "external_id": format!("bench-{n}"),
        "kind": "goods",
        "status": "active",
        "texts": {
            "lt": {
                "title": format!("{lt} „{name}“ {code}"),
                "teaser": format!("{wood}, surinkta Vilniuje; tinka {} kambariui.", ["dideliam", "mažam", "šviesiam"][n % 3]),
                "description": format!("<p>{lt} iš masyvo: {wood}. Kampai užapvalinti, paviršius šlifuotas rankomis.</p><p>Serija „{name}“, gaminys {code}. Pristatome visoje Lietuvoje.</p><ul><li>Medis džiovintas iki 8 % drėgnio</li><li>Alyva be tirpiklių</li></ul>"),
            },
            "en": {
                "title": format!("{en} {name} {code}"),
                "teaser": format!("{wood_en}, built in Vilnius; for a {} room.", ["large", "small", "bright"][n % 3]),
                "description": format!("<p>A {} of solid {}. The corners are rounded and the surface is sanded by hand.</p><p>Series {name}, piece {code}. Delivered all over Lithuania.</p><ul><li>Wood dried to 8 % moisture</li><li>Oil without solvents</li></ul>", en.to_lowercase(), wood_en.to_lowercase()),
            },
        },
        "categories": [["Katalogas", path, format!("{path} {}", n / 12 % 5 + 1)]],
        "brand": name,
        "vat": { "category": "standard" },
        "unit": "piece",
        "options": if variants > 1 { json!(["Apdaila"]) } else { json!([]) },
        "attributes": [
            { "name": "Mediena", "value": wood },
            { "name": "Plotis", "value": (400 + n * 13 % 160 * 10).to_string(), "unit": "mm" },
            { "name": "Aukštis", "value": (300 + n * 29 % 170 * 10).to_string(), "unit": "mm" },
            { "name": "Svoris", "value": (2 + n % 60).to_string(), "unit": "kg" },
        ],
        "pictures": (0..2).filter_map(|i| pictures.get((n * 5 + i) % pictures.len().max(1))).map(|p| json!({ "source": p, "alt": format!("{lt} „{name}“") })).collect::<Vec<_>>(),
        "variants": rows,
        "given": 536_870_911,
    })
}

fn variant(n: usize, i: usize, price: i64, code: &str, finish: &str, of: usize) -> Value {
    json!({
        "sku": if i == 0 { code.to_owned() } else { format!("{code}-{i}") },
        "options": if of > 1 { json!([{ "name": "Apdaila", "value": finish }]) } else { json!([]) },
        "price": { "minor": price + i64::try_from(i).unwrap_or(0) * 1_500, "currency": "EUR" },
        // Enough that the crowd of buyers does not sell it out.
        "stock_milli": 1_000_000_000 + n % 7 * 1_000,
        "weight_g": 2_000 + n % 60 * 1_000,
        "active": true,
        "pictures": [],
    })
}
