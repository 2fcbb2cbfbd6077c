"""Holds the e-invoices of a folder to the official rules, in one process, and prints what each
breaks as one JSON object: {"name.ubl.xml": ["BR-CO-10", ...], ...}.

UBL: the schemas of OASIS, CEN's compiled Schematron, and where a document says that it is for
Peppol, Peppol's rules. CII: the schema and Schematron of Factur-X's profile EN 16931. Warnings
are left out: the standard lets a document with warnings pass.
"""

import json
import os
import re
import sys
from importlib.util import find_spec

import mockeinvoice
from lxml import etree
from saxonche import PySaxonProcessor

# The package is not imported, only its files are read.
RULES = os.path.join(os.path.dirname(find_spec("facturx").origin), "xsd_and_schematron")
FAILED = re.compile(r"<svrl:(?:failed-assert|successful-report)\b[^>]*>")


def attribute(tag, name):
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return found.group(1) if found else ""


class Judge:
    def __init__(self, saxon):
        self.saxon = saxon
        self.schemas = {}
        self.stylesheets = {}

    def schema(self, path, data):
        if path not in self.schemas:
            self.schemas[path] = etree.XMLSchema(file=os.path.join(RULES, path))
        schema = self.schemas[path]
        schema.validate(etree.fromstring(data))
        return ["XSD: " + error.message for error in schema.error_log]

    def schematron(self, path, text):
        if path not in self.stylesheets:
            compiler = self.saxon.new_xslt30_processor()
            self.stylesheets[path] = compiler.compile_stylesheet(stylesheet_file=os.path.join(RULES, path))
        node = self.saxon.parse_xml(xml_text=text)
        report = self.stylesheets[path].transform_to_string(xdm_node=node)
        if not report or "svrl:fired-rule" not in report:
            raise RuntimeError(f"{path} judged nothing")
        tags = FAILED.findall(report)
        return [attribute(tag, "id") or "unnamed" for tag in tags if attribute(tag, "flag") != "warning"]

    def ubl(self, data):
        kind = "CreditNote" if b"<CreditNote " in data else "Invoice"
        broken = self.schema(f"ubl-2.1/maindoc/UBL-{kind}-2.1.xsd", data)
        broken += self.schematron("ubl-2.1/EN16931-UBL-validation.xslt", data.decode())
        if b"urn:fdc:peppol.eu:2017:poacc:billing:3.0" in data:
            _, report = mockeinvoice.validate(data)
            broken += [finding.code for finding in report.failures]
            if report.verdict == "not judged":
                broken.append("Peppol: not judged")
        return broken

    def cii(self, data):
        folder = "facturx-en16931/"
        broken = self.schema(folder + "Factur-X_EN16931.xsd", data)
        return broken + self.schematron(folder + "FACTUR-X_EN16931.xslt", data.decode())


def main(folder):
    verdicts = {}
    with PySaxonProcessor(license=False) as saxon:
        judge = Judge(saxon)
        for name in sorted(os.listdir(folder)):
            with open(os.path.join(folder, name), "rb") as file:
                data = file.read()
            if name.endswith(".ubl.xml"):
                verdicts[name] = judge.ubl(data)
            elif name.endswith(".cii.xml"):
                verdicts[name] = judge.cii(data)
    json.dump(verdicts, sys.stdout)


main(sys.argv[1])
