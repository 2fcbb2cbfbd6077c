//! What makes a PDF that carries an e-invoice a Factur-X (ZUGFeRD) file: four properties in its
//! metadata and the schema that declares them (Factur-X 1.0, ch. 6.2). typst writes the metadata
//! by itself, so the file gets a second version of that one object behind its end, as PDF allows
//! (ISO 32000-1, 7.5.6): nothing that typst wrote is touched.

use vitrina::documents::FACTUR_X;

const NAMESPACE: &str = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#";

/// The profile that an invoice of EN 16931 has.
const LEVEL: &str = "EN 16931";

/// The file with its declaration; `None` when it is not built as typst builds it.
pub fn declare(pdf: &[u8]) -> Option<Vec<u8>> {
    let trailer = Trailer::read(pdf)?;
    let (number, xmp) = metadata(pdf)?;
    let xmp = with_schema(xmp)?;
    let xmp = before(&xmp, "</rdf:RDF>", &properties())?;
    let mut out = pdf.to_vec();
    if out.last() != Some(&b'\n') {
        out.push(b'\n');
    }
    let at = out.len();
    out.extend(format!("{number} 0 obj\n<</Length {}/Type/Metadata/Subtype/XML>>\nstream\n", xmp.len()).bytes());
    out.extend(xmp.bytes());
    out.extend(b"\nendstream\nendobj\n");
    let table = out.len();
    let Trailer { size, rest, before } = trailer;
    out.extend(format!("xref\n{number} 1\n{at:010} 00000 n \ntrailer\n<</Size {size}{rest}/Prev {before}>>\n").bytes());
    out.extend(format!("startxref\n{table}\n%%EOF").bytes());
    Some(out)
}

/// The end of the file: what a second version must repeat.
struct Trailer<'a> {
    size: usize,
    /// Root, Info and ID as they stand.
    rest: &'a str,
    /// Where the first version's table lies.
    before: usize,
}

impl<'a> Trailer<'a> {
    fn read(pdf: &'a [u8]) -> Option<Self> {
        let from = find_last(pdf, b"trailer\n")?;
        let tail = std::str::from_utf8(&pdf[from..]).ok()?;
        let inside = tail.strip_prefix("trailer\n<</Size ")?;
        let (inside, after) = inside.split_once(">>\n")?;
        let (size, _) = inside.split_once('/')?;
        let before = after.strip_prefix("startxref\n")?.lines().next()?;
        Some(Self { size: size.trim().parse().ok()?, rest: &inside[size.len()..], before: before.trim().parse().ok()? })
    }
}

/// The number and the text of the metadata that the catalogue names.
fn metadata(pdf: &[u8]) -> Option<(usize, &str)> {
    let named = find_last(pdf, b"/Metadata ")? + b"/Metadata ".len();
    let number: usize = std::str::from_utf8(pdf.get(named..named + 10)?).ok()?.split(' ').next()?.parse().ok()?;
    let object = find_last(pdf, format!("\n{number} 0 obj\n").as_bytes())?;
    let from = object + find(&pdf[object..], b"stream\n")? + b"stream\n".len();
    let to = from + find(&pdf[from..], b"\nendstream")?;
    Some((number, std::str::from_utf8(&pdf[from..to]).ok()?))
}

/// PDF/A wants every schema that it does not know described.
fn with_schema(xmp: &str) -> Option<String> {
    let property = |name: &str, description: &str| {
        format!(
            "<rdf:li rdf:parseType=\"Resource\"><pdfaProperty:name>{name}</pdfaProperty:name>\
             <pdfaProperty:valueType>Text</pdfaProperty:valueType><pdfaProperty:category>external</pdfaProperty:category>\
             <pdfaProperty:description>{description}</pdfaProperty:description></rdf:li>"
        )
    };
    let properties = [
        property("DocumentFileName", "The name of the embedded XML document"),
        property("DocumentType", "The type of the hybrid document in capital letters, e.g. INVOICE or ORDER"),
        property("Version", "The actual version of the standard applying to the embedded XML document"),
        property("ConformanceLevel", "The conformance level of the embedded XML document"),
    ];
    let schema = format!(
        "<rdf:li rdf:parseType=\"Resource\"><pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>\
         <pdfaSchema:namespaceURI>{NAMESPACE}</pdfaSchema:namespaceURI><pdfaSchema:prefix>fx</pdfaSchema:prefix>\
         <pdfaSchema:property><rdf:Seq>{}</rdf:Seq></pdfaSchema:property></rdf:li>",
        properties.concat()
    );
    before(xmp, "</rdf:Bag></pdfaExtension:schemas>", &schema)
}

fn properties() -> String {
    format!(
        "<rdf:Description rdf:about=\"\" xmlns:fx=\"{NAMESPACE}\"><fx:DocumentType>INVOICE</fx:DocumentType>\
         <fx:DocumentFileName>{FACTUR_X}</fx:DocumentFileName><fx:Version>1.0</fx:Version>\
         <fx:ConformanceLevel>{LEVEL}</fx:ConformanceLevel></rdf:Description>"
    )
}

fn before(text: &str, mark: &str, what: &str) -> Option<String> {
    let at = text.find(mark)?;
    Some([&text[..at], what, &text[at..]].concat())
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|w| w == what)
}

fn find_last(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).rposition(|w| w == what)
}
