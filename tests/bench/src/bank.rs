//! A bank's year: fifty thousand entries against a hundred thousand orders that wait for money.

use std::{fmt::Write, path::Path};

use anyhow::{Context, ensure};
use serde_json::Value;
use sqlx::{Connection, Row, SqliteConnection};

use crate::shop::Home;

const ORDERS: u32 = 100_000;
const ENTRIES: u32 = 50_000;
const ACCOUNT: &str = "LT121000011101001000";

/// Fills the shop with open orders, takes the statement in, and says what it took.
pub async fn measure(home: &Home, work: &Path) -> anyhow::Result<(String, &'static str)> {
    fill(&home.data.join("shop.db")).await?;
    let file = work.join("statement.xml");
    std::fs::write(&file, statement())?;
    let (said, seconds, memory) = home.run(&["statement", "import", &file.to_string_lossy(), "--json"]).await?;
    let told: Value = said.lines().rev().find_map(|l| serde_json::from_str(l).ok()).context("an object at the end")?;
    let number = |name: &str| told[name].as_i64().with_context(|| format!("`{name}` of {told}"));
    ensure!(number("new")? == i64::from(ENTRIES), "every entry is written: {told}");
    ensure!(number("posted")? >= i64::from(ENTRIES) / 2, "half of them name their order: {told}");
    let value = format!(
        "{seconds:.1} s; {} put on their orders, {} left for a person; {} MB",
        number("posted")?,
        number("to_confirm")?,
        memory.anonymous / 1024
    );
    Ok((value, "≤ 60 s"))
}

fn number(n: u32) -> String {
    format!("BNK-2026-{n:06}")
}

/// ISO 11649 of a number.
fn reference(number: &str) -> String {
    let body: String = number.chars().filter(char::is_ascii_alphanumeric).collect();
    let digits = |c: char| c.to_digit(36).unwrap_or(0);
    let rest = format!("{body}RF00")
        .chars()
        .map(digits)
        .fold(0, |acc, d| if d < 10 { (acc * 10 + d) % 97 } else { (acc * 100 + d) % 97 });
    format!("RF{:02}{body}", 98 - rest)
}

fn gross(n: u32) -> u32 {
    10_00 + n % 90_000
}

/// Copies of one order of the demo, each with a number and a sum of its own, unpaid.
async fn fill(path: &Path) -> anyhow::Result<()> {
    let mut db = SqliteConnection::connect(&format!("sqlite://{}", path.display())).await?;
    let columns: Vec<String> = sqlx::query("select name from pragma_table_info('sales_order')")
        .fetch_all(&mut db)
        .await?
        .iter()
        .map(|row| row.get(0))
        .collect();
    let quoted: Vec<String> = columns.iter().map(|c| format!("quote({c})")).collect();
    let sql = format!("select {} from sales_order where currency = 'EUR' limit 1", quoted.join(", "));
    let model = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_one(&mut db).await?;
    let model: Vec<String> = (0..columns.len()).map(|at| model.get(at)).collect();
    for chunk in (0..ORDERS).collect::<Vec<_>>().chunks(500) {
        let mut sql = format!("insert into sales_order ({}) values ", columns.join(", "));
        for (place, n) in chunk.iter().enumerate() {
            let cells: Vec<String> = columns.iter().zip(&model).map(|(column, value)| cell(column, value, *n)).collect();
            let _ = write!(sql, "{}({})", if place == 0 { "" } else { "," }, cells.join(", "));
        }
        sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut db).await?;
    }
    db.close().await?;
    Ok(())
}

fn cell(column: &str, model: &str, n: u32) -> String {
    match column {
        "id" => format!("x'0000b0b000007000800000000{n:07x}'"),
        "number" => format!("'{}'", number(n)),
        "token" => format!("'bench-{n}'"),
        "reference" => format!("'{}'", reference(&number(n))),
        "state" => "'placed'".into(),
        "payment_state" => "'unpaid'".into(),
        "gross_minor" => gross(n).to_string(),
        "paid_minor" | "refunded_minor" | "credited_minor" => "0".into(),
        "deposit_minor" | "hold_until" => "null".into(),
        "attention" => "''".into(),
        _ => model.to_owned(),
    }
}

/// Two in three name their order, by reference or in the text; the rest only say thanks.
fn statement() -> String {
    let mut text = format!(
        "<?xml version=\"1.0\"?><Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt><Stmt>\
         <Id>bench</Id><Acct><Id><IBAN>{ACCOUNT}</IBAN></Id><Ccy>EUR</Ccy></Acct>"
    );
    for n in 0..ENTRIES {
        let order = n * 2;
        let sum = format!("{}.{:02}", gross(order) / 100, gross(order) % 100);
        let about = match n % 3 {
            0 => format!("<Strd><CdtrRefInf><Ref>{}</Ref></CdtrRefInf></Strd>", reference(&number(order))),
            1 => format!("<Ustrd>Apmokėjimas už prekes pagal užsakymą {}, ačiū</Ustrd>", number(order)),
            _ => "<Ustrd>Ačiū už baldus</Ustrd>".to_owned(),
        };
        let _ = write!(
            text,
            "<Ntry><Amt Ccy=\"EUR\">{sum}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>\
             <BookgDt><Dt>2026-11-24</Dt></BookgDt><ValDt><Dt>2026-11-24</Dt></ValDt><AcctSvcrRef>B{n:012}</AcctSvcrRef>\
             <NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs><RltdPties><Dbtr><Pty><Nm>Mokėtojas {n}</Nm></Pty></Dbtr>\
             <DbtrAcct><Id><IBAN>LT6010100{n:011}</IBAN></Id></DbtrAcct></RltdPties><RmtInf>{about}</RmtInf></TxDtls></NtryDtls></Ntry>"
        );
    }
    text.push_str("</Stmt></BkToCstmrStmt></Document>");
    text
}
