//! Statements written by hand, for the tests of this module and of the flows above it.

/// One entry of a camt file.
#[derive(Clone, Debug)]
pub struct Line {
    pub minor: i64,
    pub reference: &'static str,
    pub text: String,
    pub payer: &'static str,
    pub iban: &'static str,
    /// `AcctSvcrRef`; empty where the bank gives none.
    pub bank: String,
    pub reversal: bool,
    pub status: &'static str,
}

impl Line {
    /// Money in (or, negative, out).
    pub fn of(minor: i64, text: &str) -> Self {
        Self {
            minor,
            reference: "",
            text: text.to_owned(),
            payer: "UAB Pirkėjas",
            iban: "LT601010012345678901",
            bank: String::new(),
            reversal: false,
            status: "BOOK",
        }
    }
    pub fn bank(mut self, reference: &str) -> Self {
        self.bank = reference.to_owned();
        self
    }
    pub fn structured(mut self, reference: &'static str) -> Self {
        self.reference = reference;
        self
    }
    pub fn from(mut self, payer: &'static str, iban: &'static str) -> Self {
        (self.payer, self.iban) = (payer, iban);
        self
    }
    pub fn pending(mut self) -> Self {
        self.status = "PDNG";
        self
    }
    pub fn reversed(mut self) -> Self {
        self.reversal = true;
        self
    }
}

pub const ACCOUNT: &str = "LT121000011101001000";

fn amount(minor: i64) -> String {
    format!("{}.{:02}", minor.abs() / 100, minor.abs() % 100)
}

/// A camt file of one statement of 2026-11-24, whose balances agree. `version`: `053.001.02`.
pub fn camt(version: &str, lines: &[Line]) -> String {
    let booked: i64 = lines.iter().filter(|l| l.status == "BOOK").map(|l| l.minor).sum();
    let (message, statement) = match &version[..3] {
        "052" => ("BkToCstmrAcctRpt", "Rpt"),
        "054" => ("BkToCstmrDbtCdtNtfctn", "Ntfctn"),
        _ => ("BkToCstmrStmt", "Stmt"),
    };
    let balance = |kind: &str, minor: i64| {
        let side = if minor < 0 { "DBIT" } else { "CRDT" };
        format!(
            "<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">{}</Amt><CdtDbtInd>{side}</CdtDbtInd>\
             <Dt><Dt>2026-11-24</Dt></Dt></Bal>",
            amount(minor)
        )
    };
    let entries: String = lines.iter().map(|line| entry(version, line)).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.{version}\">\
         <{message}><GrpHdr><MsgId>1</MsgId><CreDtTm>2026-11-24T18:00:00+02:00</CreDtTm></GrpHdr>\
         <{statement}><Id>S-1</Id><ElctrncSeqNb>7</ElctrncSeqNb><CreDtTm>2026-11-24T18:00:00+02:00</CreDtTm>\
         <Acct><Id><IBAN>{ACCOUNT}</IBAN></Id><Ccy>EUR</Ccy></Acct>{}{}{entries}</{statement}></{message}></Document>\n",
        balance("OPBD", 100_00),
        balance("CLBD", 100_00 + booked),
    )
}

fn entry(version: &str, line: &Line) -> String {
    let new = &version[8..] >= "08";
    let side = if line.minor < 0 { "DBIT" } else { "CRDT" };
    let status = if new { format!("<Cd>{}</Cd>", line.status) } else { line.status.to_owned() };
    let who = if (line.minor > 0) == line.reversal { "Cdtr" } else { "Dbtr" };
    let name = format!("<Nm>{}</Nm>", line.payer);
    let party = if new { format!("<Pty>{name}</Pty>") } else { name };
    let optional = |tag: &str, text: &str| if text.is_empty() { String::new() } else { format!("<{tag}>{text}</{tag}>") };
    let structured = match line.reference {
        "" => String::new(),
        reference => {
            format!("<Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp><Ref>{reference}</Ref></CdtrRefInf></Strd>")
        }
    };
    let reversal = if line.reversal { "<RvslInd>true</RvslInd>" } else { "" };
    format!(
        "<Ntry><Amt Ccy=\"EUR\">{}</Amt><CdtDbtInd>{side}</CdtDbtInd>{reversal}<Sts>{status}</Sts>\
         <BookgDt><Dt>2026-11-24</Dt></BookgDt><ValDt><Dt>2026-11-24</Dt></ValDt>{}<BkTxCd/>\
         <NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs><RltdPties><{who}>{party}</{who}>\
         <{who}Acct><Id><IBAN>{}</IBAN></Id></{who}Acct></RltdPties><RmtInf>{}{structured}</RmtInf></TxDtls></NtryDtls></Ntry>",
        amount(line.minor),
        optional("AcctSvcrRef", &line.bank),
        line.iban,
        optional("Ustrd", &line.text),
    )
}
