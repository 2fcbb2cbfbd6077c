"""Says sums in words by num2words: a list of [minor units, language, currency] in, strings out."""

import json
import sys
from decimal import Decimal

from num2words import num2words

with open(sys.argv[1], encoding="utf-8") as file:
    asked = json.load(file)
said = [
    num2words(Decimal(minor) / 100, lang=language, to="currency", currency=currency)
    for minor, language, currency in asked
]
json.dump(said, sys.stdout)
